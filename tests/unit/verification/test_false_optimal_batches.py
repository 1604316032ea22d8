"""P9: what must not pass as an optimal or a reassignment batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from allocator.outcome.outcome import (
    ASSIGNMENTS_SCHEMA,
    FEEDER_SEATS_SCHEMA,
    FLOORS_SCHEMA,
    LINES_SCHEMA,
    PRICES_SCHEMA,
    VACANCIES_SCHEMA,
    ControlLineStep,
    OptimalBatch,
    Outcome,
)
from allocator.scenario.scenario import Scenario
from allocator.verification import Certificate, verify
from tests.unit.verification.small import small_scenario
from tests.unit.verification.town import published

Placed = tuple[str, str, str, int | None]  # programme, batch, pool, choice


def outcome_of(
    scenario: Scenario,
    got: dict[str, Placed],
    *claims: OptimalBatch,
    prices: pl.DataFrame | None = None,
    steps: tuple[ControlLineStep, ...] = (),
) -> Outcome:
    """These admissions, published as the optimum that they are said to be."""
    rows = [(i, *got.get(i, (None,) * 4)) for i in scenario.cohort.applicants.ids]
    frame = pl.DataFrame(rows, schema=ASSIGNMENTS_SCHEMA, orient="row")
    empty = Outcome(
        frame,
        lines=LINES_SCHEMA.to_frame(),
        feeder_seats=FEEDER_SEATS_SCHEMA.to_frame(),
        floors=FLOORS_SCHEMA.to_frame(),
        control_line_steps=steps,
    )
    found = published(scenario, empty, frame)
    return replace(found, optimal=claims, prices=PRICES_SCHEMA.to_frame() if prices is None else prices)


def texts(certificate: Certificate) -> str:
    return "\n".join(found.text() for found in certificate.breaches)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Three seats for four; a and b both want X first, and so do c and d what the others would take."""
    return small_scenario(
        tmp_path_factory.mktemp("network"),
        applicants="applicant_id,total,poor a,90,yes b,80,yes c,70,no d,60,no",
        seats="main,X,open,1 main,X,poor,1 main,Y,open,1 main,Z,open,0",
        choices="a,main,1,X a,main,2,Y b,main,1,X b,main,2,Y c,main,1,Y c,main,2,X d,main,1,X d,main,2,Z",
        rules="groups: {poor: {poor: true}}\npools: {poor: {group: poor}}\n"
        "caps: [{name: all, where: {programme_id: {one_of: [X, Y, Z]}}, at_most: 3, at_least: 1}]",
        batches="[{name: main, mechanism: optimal, ranking: exam, pools: [open, poor], objectives: [placed, choice]}]",
    )


TRUE: dict[str, Placed] = {"a": ("X", "main", "open", 1), "b": ("X", "main", "poor", 1), "c": ("Y", "main", "open", 1)}
CLAIM = OptimalBatch("main", "network", {"placed": 3, "choice": 3})


def test_the_optimum_has_no_breach_and_every_objective_is_proven(network: Scenario) -> None:
    certificate = verify(network, outcome_of(network, TRUE, CLAIM))
    assert certificate.breaches == (), texts(certificate)
    assert certificate.checked["P9"] == {"batches": 1, "objectives proven": 2, "objectives recomputed": 0}


FALSE_ADMISSIONS: dict[str, tuple[dict[str, Placed | None], dict[str, int], str, str]] = {
    "somebody of lower rank at no loss": (
        {"b": None, "a": ("X", "main", "poor", 1), "d": ("X", "main", "open", 1)}, {}, "P9",
        "before them in the ranking"),
    "a later pool": (
        {"a": ("X", "main", "poor", 1), "b": ("X", "main", "open", 1)}, {}, "P9", "later pool"),
    "fewer than possible": ({"c": None}, {"placed": 2, "choice": 2}, "P9", "placed can be made better"),
    "worse choices than possible": (
        {"c": ("X", "main", "open", 2), "a": ("Y", "main", "open", 2)}, {"choice": 5}, "P9",
        "choice can be made better"),
    "a seat too many": ({"d": ("X", "main", "open", 1)}, {"placed": 4, "choice": 4}, "P2", "more than their seats"),
    "more than a cap": ({"d": ("X", "main", "open", 1)}, {"placed": 4, "choice": 4}, "P9", "may have at most 3"),
    "fewer than a lower bound": (
        {"a": None, "b": None, "c": None}, {"placed": 0, "choice": 0}, "P9", "must have at least 1"),
    "out of the group": (
        {"b": None, "d": ("X", "main", "poor", 1)}, {}, "P1", "not eligible"),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE_ADMISSIONS)
def test_false_admissions_are_caught(network: Scenario, name: str) -> None:
    changes, values, prop, told = FALSE_ADMISSIONS[name]
    got = {who: placed for who, placed in {**TRUE, **changes}.items() if placed is not None}
    claim = replace(CLAIM, values={**CLAIM.values, **values})
    certificate = verify(network, outcome_of(network, got, claim))
    assert not certificate.verdicts[prop]
    assert told in texts(certificate)


FALSE_CLAIMS: dict[str, Callable[[], tuple[OptimalBatch, ...]]] = {
    "no claim": lambda: (),
    "two claims": lambda: (CLAIM, CLAIM),
    "a claim of another batch": lambda: (replace(CLAIM, batch="other"),),
    "another value": lambda: (replace(CLAIM, values={"placed": 4, "choice": 3}),),
    "a value that is none": lambda: (replace(CLAIM, values={"placed": 3, "choice": "three"}),),
    "a profile instead of a number": lambda: (replace(CLAIM, values={"placed": 3, "choice": [3]}),),
    "an objective left out": lambda: (replace(CLAIM, values={"placed": 3}),),
    "an objective that is not asked for": lambda: (replace(CLAIM, values={**CLAIM.values, "feeder": 0}),),
    "an unknown structure": lambda: (replace(CLAIM, structure="magic"),),
    "counts that are not those of the assignments": lambda: (
        replace(CLAIM, counts=({"programmes": ["X"], "count": 1},)),
    ),
    "counts of a programme that does not exist": lambda: (replace(CLAIM, counts=({"programmes": ["W"], "count": 0},)),),
    "a bound that is worse than the value": lambda: (replace(CLAIM, bounds={"placed": 2}),),
}


@pytest.mark.parametrize("name", FALSE_CLAIMS)
def test_false_claims_are_caught(network: Scenario, name: str) -> None:
    certificate = verify(network, outcome_of(network, TRUE, *FALSE_CLAIMS[name]()))
    assert {found.property for found in certificate.breaches} == {"P9"}, texts(certificate)


def test_a_stable_batch_needs_no_claim_and_an_optimal_one_need_not_be_stable(network: Scenario) -> None:
    """d is refused by X, where c of another order could sit: no property of stability is asked of an optimal batch."""
    certificate = verify(network, outcome_of(network, TRUE, CLAIM))
    assert certificate.checked["P3"] == {"choices and pools": 0}


@pytest.fixture(scope="module")
def reassigned(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """a is admitted; b and c consented to reassignment, d did not; Y and Z have a seat left each, X none."""
    return small_scenario(
        tmp_path_factory.mktemp("reassigned"),
        applicants="applicant_id,total,consents a,90,yes b,80,yes c,70,yes d,60,no",
        seats="main,X,open,1 main,Y,open,1 main,Z,open,1",
        choices="a,main,1,X b,main,1,X c,main,1,X d,main,1,X",
        rules="groups: {consents: {consents: true}}",
        batches="[{name: main, ranking: exam, pools: [open]}, {name: rest, mechanism: reassign, group: consents}]",
    )


LEFT: dict[str, Placed] = {
    "a": ("X", "main", "open", 1),
    "b": ("Y", "rest", "open", None),
    "c": ("Z", "rest", "open", None),
}
REST = OptimalBatch("rest", "network", {"placed": 2, "same_area": 0})


def test_a_true_reassignment_has_no_breach(reassigned: Scenario) -> None:
    certificate = verify(reassigned, outcome_of(reassigned, LEFT, REST))
    assert certificate.breaches == (), texts(certificate)


FALSE_REASSIGNMENTS: dict[str, tuple[dict[str, Placed | None], dict[str, int], str]] = {
    "with a choice number": ({"b": ("Y", "rest", "open", 1)}, {}, "P1"),
    "with the choice number 0": ({"b": ("Y", "rest", "open", 0)}, {}, "P1"),
    "of somebody who did not consent": ({"c": None, "d": ("Z", "rest", "open", None)}, {}, "P1"),
    "to a programme without seats left": ({"b": ("X", "rest", "open", None)}, {}, "P1"),
    "to the later programme first": (
        {"b": ("Z", "rest", "open", None), "c": ("Y", "rest", "open", None)}, {}, "P9"),
    "of fewer than possible": ({"c": None}, {"placed": 1}, "P9"),
    "of two to one seat": ({"c": ("Y", "rest", "open", None)}, {}, "P2"),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE_REASSIGNMENTS)
def test_a_false_reassignment_is_caught(reassigned: Scenario, name: str) -> None:
    changes, values, prop = FALSE_REASSIGNMENTS[name]
    got = {who: placed for who, placed in {**LEFT, **changes}.items() if placed is not None}
    certificate = verify(reassigned, outcome_of(reassigned, got, replace(REST, values={**REST.values, **values})))
    assert not certificate.verdicts[prop], texts(certificate)


def test_a_missing_choice_number_is_no_admission_in_other_batches(reassigned: Scenario) -> None:
    got = {**LEFT, "a": ("X", "main", "open", None)}
    assert not verify(reassigned, outcome_of(reassigned, got, REST)).verdicts["P1"]


def test_reserved_seats_that_stay_unfilled_are_carried_out_of_an_optimal_batch(tmp_path: Path) -> None:
    """R10: a pool's unfilled seats go to a later `open` pool, though the programme has one in the same batch."""
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total,poor a,90,no b,80,no",
        seats="main,X,open,1 main,X,poor,1 later,X,open,0",
        choices="a,main,1,X b,main,1,X b,later,1,X",
        rules="groups: {poor: {poor: true}}\npools: {poor: {group: poor}}",
        batches="[{name: main, mechanism: optimal, ranking: exam, pools: [open, poor], objectives: [placed]}, "
        "{name: later, ranking: exam, pools: [open]}]",
    )
    claim = OptimalBatch("main", "network", {"placed": 1})
    got: dict[str, Placed] = {"a": ("X", "main", "open", 1), "b": ("X", "later", "open", 1)}
    certificate = verify(scenario, outcome_of(scenario, got, claim))
    assert certificate.breaches == (), texts(certificate)
    alone = outcome_of(scenario, {"a": got["a"]}, claim)
    assert not verify(scenario, alone).verdicts["P4"], "the carried seat is offered in the later batch"
    reverted = outcome_of(
        scenario, {"a": got["a"], "b": ("X", "main", "reverted", 1)}, replace(claim, values={"placed": 2})
    )
    assert not verify(scenario, reverted).verdicts["P1"], "nothing reverts inside an optimal batch"


def test_false_vacancies_are_caught(reassigned: Scenario) -> None:
    """Without c, the seat of Z is left, and it would take c and d."""
    got = {who: placed for who, placed in LEFT.items() if who != "c"}
    outcome = outcome_of(reassigned, got, replace(REST, values={"placed": 1, "same_area": 0}))
    assert outcome.vacancies.rows() == [("Z", 1, 2)]
    for rows in ([], [("Z", 2, 2)], [("Z", 1, 1)], [("Y", 1, 2)], [("Y", 0, 2), ("Z", 1, 2)]):
        frame = pl.DataFrame(rows, schema=VACANCIES_SCHEMA, orient="row")
        certificate = verify(reassigned, replace(outcome, vacancies=frame))
        assert "vacancies" in texts(certificate), rows


def test_an_earlier_run_with_an_optimal_batch_is_counted_as_not_run_again(tmp_path: Path) -> None:
    """P7: the verifier has no solver, so of the rounds of a control line it looks at the last alone, and says so."""
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total a,90 b,80",
        programmes="G,general V,vocational",
        seats="main,G,open,2 main,V,open,2",
        choices="a,main,1,G a,main,2,V b,main,1,G b,main,2,V",
        rules="guideline: {general_share: 0.5, enforce: control_line}",
        batches="[{name: main, mechanism: optimal, ranking: exam, pools: [open], objectives: [placed, choice]}]",
    )
    got: dict[str, Placed] = {"a": ("G", "main", "open", 1), "b": ("V", "main", "open", 2)}
    first = ControlLineStep({}, {"": 2}, {"": 2})
    claim = OptimalBatch("main", "network", {"placed": 2, "choice": 3})
    steps = (first, ControlLineStep({"": "90"}, {"": 1}, {"": 2}))
    certificate = verify(scenario, outcome_of(scenario, got, claim, steps=steps))
    assert certificate.breaches == (), texts(certificate)
    assert certificate.checked["P7"] == {"rounds": 2, "rounds that were not run again": 1}
    without = outcome_of(scenario, got, claim, steps=(ControlLineStep({}, {"": 1}, {"": 2}),))
    assert "choice can be made better" in texts(verify(scenario, without)), "b may go to G where there is no line"
