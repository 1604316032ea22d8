"""The recomputed lines of an outcome that was worked out by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

from allocator.verification import verify
from allocator.verification.lines_of import recomputed_lines
from allocator.verification.matrix import matrix_in_force
from allocator.verification.tables import restate
from tests.unit.verification.small import small_scenario
from tests.unit.verification.town import allocated, standings_of


def test_lines_of_an_outcome_worked_out_by_hand(tmp_path: Path) -> None:
    """First batch: X fills its reserved seat with d, its open seat with a, and c takes the one that reverts.

    The reserved pool of X has two seats and d alone is in its group, so one reverts: to c, before e. Y has a reserved
    seat only, which nobody may use, so it is carried to its open pool in the second batch: two seats there. In that
    batch the equals e and f compete for both, choice 1 before choice 2, and g is refused. Equals are admitted together
    at Z: h and i for one seat.
    """
    lottery = {i: hashlib.sha256(f"seed\n{i}".encode()).hexdigest() for i in "abcdefghi"}
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total,cme,poor a,9.5,1,no c,8,2,no d,7.25,1,yes "
        "e,6,3,no f,6,3,no g,5,9,no h,4,2,no i,4,2,no",
        programmes="X,general, Y,vocational, Z,vocational,together",
        seats="one,X,poor,2 one,X,open,1 one,Y,poor,1 two,Y,open,1 two,Z,open,1",
        choices="a,one,1,X c,one,1,X d,one,1,X e,one,1,X e,two,3,Y f,two,1,Y g,two,1,Y h,two,2,Z i,two,1,Z",
        batches="[{name: one, ranking: exam, pools: [poor, open]}, "
        "{name: two, ranking: exam, pools: [open], order: choice_first, choice_tier: 3}]",
        ranking="{score: total, tie_break: [cme]}\n  together: {score: total, tie_break: [cme], ties: admit_all}",
        rules="groups: {poor: {poor: true}}\npools: {poor: {group: poor}}",
    )
    outcome = allocated(scenario)
    assert outcome.assignments.drop_nulls().rows() == [
        ("a", "X", "one", "open", 1),
        ("c", "X", "one", "reverted", 1),
        ("d", "X", "one", "poor", 1),
        ("e", "Y", "two", "open", 3),
        ("f", "Y", "two", "open", 1),
        ("h", "Z", "two", "open", 2),
        ("i", "Z", "two", "open", 1),
    ]
    tables = restate(scenario, matrix_in_force(scenario, outcome))
    last_of_y = max("ef", key=lambda i: lottery[i])
    assert recomputed_lines(tables, standings_of(scenario, outcome)).rows() == [
        ("one", "X", "poor", None, 2, 1, "7.25", 1, lottery["d"]),
        ("one", "X", "open", None, 1, 1, "9.5", 1, lottery["a"]),
        ("one", "X", "reverted", None, 1, 1, "8", 1, lottery["c"]),
        ("one", "Y", "poor", None, 1, 0, None, None, None),
        ("two", "Y", "open", None, 2, 2, "6", 3 if last_of_y == "e" else 1, lottery[last_of_y]),
        ("two", "Z", "open", None, 1, 2, "4", 2, "2"),
    ]
    assert verify(scenario, outcome).breaches == ()
