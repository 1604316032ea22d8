"""P10 with R7: of several stable outcomes only the one that is best for the applicants passes."""

from __future__ import annotations

from pathlib import Path

from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario
from allocator.verification import verify
from tests.unit.verification.small import small_scenario, with_rows
from tests.unit.verification.town import allocated


def only_p10(scenario: Scenario, outcome: Outcome) -> None:
    certificate = verify(scenario, outcome)
    assert {p for p, holds in certificate.verdicts.items() if not holds} == {"P10"}
    assert "best stable outcome" in certificate.breaches[0].text()


def test_two_schools_with_opposite_orders_have_a_worse_stable_outcome(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total a,9 b,8",
        seats="main,X,open,1 main,Y,open,1",
        choices="a,main,1,X a,main,2,Y b,main,1,Y b,main,2,X",
        ranking="{score: priorities}",
        priorities="programme_id,applicant_id,priority X,a,1 X,b,2 Y,a,2 Y,b,1",
    )
    outcome = allocated(scenario)
    assert outcome.assignments["programme_id"].to_list() == ["X", "Y"]
    only_p10(scenario, with_rows(scenario, outcome, "a Y main open 2", "b X main open 2"))


def test_reverted_seats_allow_a_worse_stable_outcome_with_one_ranking(tmp_path: Path) -> None:
    """If b takes the reserved seat of X, none reverts to a; each would rather have the other's place."""
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total,local a,9,no b,8,yes",
        seats="main,X,local,1 main,X,open,0 main,Y,open,1",
        choices="a,main,1,X a,main,2,Y b,main,1,Y b,main,2,X",
        batches="[{name: main, ranking: exam, pools: [local, open]}]",
        rules="groups: {local: {local: true}}\npools: {local: {group: local}}",
    )
    outcome = allocated(scenario)
    assert outcome.assignments["pool"].to_list() == ["reverted", "open"]
    only_p10(scenario, with_rows(scenario, outcome, "a Y main open 2", "b X main local 2"))


def test_with_one_ranking_and_nothing_that_reverts_another_outcome_is_not_stable(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total a,9 b,8",
        seats="main,X,open,1 main,Y,open,1",
        choices="a,main,1,X a,main,2,Y b,main,1,Y b,main,2,X",
    )
    outcome = allocated(scenario)
    worse = with_rows(scenario, outcome, "a Y main open 2", "b X main open 2")
    assert not verify(scenario, worse).verdicts["P3"]
