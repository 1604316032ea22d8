"""A choice of a batch that objectives decide (R10), or a programme with seats left over in a reassignment (R11).

No line decides here. What is told is what the published outcome supports: whether the applicant is eligible, what
became of the seats, who of those that have them ranks before and after, and which bounds leave no room.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from allocator.explanation.bounds import Position, against_one_more, did_not_open
from allocator.explanation.choice import (
    Case,
    Choice,
    admitted_through,
    against_programme,
    not_reached,
    pools_of,
    with_reasons_of_r1,
)
from allocator.explanation.eligibility import failed_tests
from allocator.explanation.explanation import (
    Admission,
    BatchExplanation,
    ChoiceVerdict,
    ObjectiveValue,
    PoolVerdict,
    Reassignment,
)
from allocator.explanation.priority import Priority, priority_of, ranking_order
from allocator.explanation.published import contradicts_assignments
from allocator.explanation.reasons import AllTaken, NoPool, NoSeats, ObjectivesDecided
from allocator.outcome.outcome import OptimalBatch, Outcome
from allocator.scenario.settings import OPEN, Batch


def optimal_batch(case: Case, index: int, choices: list[Choice]) -> BatchExplanation:
    """The applicant's choices in an optimal batch; ``choices`` in the order of the list.

    Raises:
        ContradictionError: if the batch is not claimed, or the assignment is not one that R1 allows here.
    """
    got = _assigned(case, index)
    position = Position(case, index, got.programme_id if got else None)
    taken = next((c for c in choices if got and (c.programme_id, c.number) == (got.programme_id, got.choice)), None)
    verdicts = []
    for choice in choices:
        no_better = taken is not None and choice is not taken and (choice.number or 0) >= (taken.number or 0)
        given = got.pool if got is not None and choice is taken else None
        verdicts.append(not_reached(choice) if no_better else _judged(choice, position, given))
    return _with_claim(case, index, BatchExplanation(case.scenario.settings.batches[index].name, None, tuple(verdicts)))


def reassignment_batch(case: Case, index: int) -> BatchExplanation:
    """What a reassignment gave the applicant, or every programme with seats left over that it did not give.

    Raises:
        ContradictionError: as for an optimal batch.
    """
    batch, got = case.scenario.settings.batches[index], _assigned(case, index)
    position = Position(case, index, got.programme_id if got else None)
    tests = () if batch.group is None else failed_tests(case.scenario, case.applicant, batch.group)
    lines = left_over(case.outcome, batch).filter(
        pl.col("programme_id").is_in([case.scenario.cohort.programmes.ids[p] for p in np.flatnonzero(position.is_open)])
    )
    verdicts: tuple[ChoiceVerdict, ...] = ()
    if not tests:
        given = [got.programme_id] if got else lines["programme_id"].to_list()
        places = {programme_id: place for place, programme_id in enumerate(case.scenario.cohort.programmes.ids)}
        choices = [Choice(case, index, places[programme_id], None) for programme_id in given]
        verdicts = tuple(_judged(choice, position, got.pool if got else None) for choice in choices)
    explained = BatchExplanation(
        batch.name,
        None,
        verdicts,
        reassignment=Reassignment(batch.group, tests, lines.height, int(lines["seats"].sum())),
    )
    return _with_claim(case, index, explained)


def left_over(outcome: Outcome, batch: Batch) -> pl.DataFrame:
    """The lines of the programmes with seats in a leftover batch, by identifier."""
    return outcome.lines.filter((pl.col("batch") == batch.name) & (pl.col("seats") > 0)).sort("programme_id")


def _assigned(case: Case, index: int) -> Admission | None:
    """What the assignments give the applicant in this batch."""
    row = case.outcome.assignments.row(case.applicant, named=True)
    if row["batch"] != case.scenario.settings.batches[index].name:
        return None
    return Admission(row["batch"], row["programme_id"], row["pool"], row["choice"])


def _with_claim(case: Case, index: int, explained: BatchExplanation) -> BatchExplanation:
    """The batch with the objectives that decided it, as the outcome states them."""
    batch = case.scenario.settings.batches[index]
    claim = next((claim for claim in case.outcome.optimal if claim.batch == batch.name), None)
    if claim is None or set(claim.values) != {*batch.ladder} - {"score"}:
        raise contradicts_assignments("summary.json", str(case.scenario.cohort.applicants.ids[case.applicant]))
    return replace(
        explained,
        mechanism=batch.mechanism,
        objectives=tuple(_value(claim, name) for name in batch.ladder if name != "score"),
        structure=claim.structure,
    )


def _value(claim: OptimalBatch, objective: str) -> ObjectiveValue:
    return ObjectiveValue(objective, claim.values[objective], claim.bounds.get(objective))


def _judged(choice: Choice, position: Position, given: str | None) -> ChoiceVerdict:
    """One choice: the pool it was given through, or for every pool why not.

    Args:
        given: the pool of the admission, None if this choice was not given.
    """
    priority = priority_of(choice.scenario, choice.batch, choice.programme)
    reasons = (*against_programme(choice, priority), *did_not_open(choice, position))
    pools = (OPEN,) if choice.batch.mechanism == "reassign" else pools_of(choice)
    if not pools:
        reasons = (NoPool(), *reasons)
    verdicts: list[PoolVerdict] = []
    for pool in pools:
        verdict = with_reasons_of_r1(choice, pool, priority)
        if pool == given and not reasons and not verdict.reasons:
            admitted_through(choice, pool, verdict.feeder_school_id, priority)
            verdicts.append(replace(verdict, is_admitted=True))
            break
        barred = bool(reasons or verdict.reasons)
        verdicts.append(verdict if barred else _not_given(choice, verdict, priority, position))
    result = replace(not_reached(choice), result="admitted" if verdicts and verdicts[-1].is_admitted else "refused")
    return replace(result, reasons=reasons, pools=tuple(verdicts))


def _not_given(choice: Choice, verdict: PoolVerdict, priority: Priority, position: Position) -> PoolVerdict:
    """A pool that the applicant may use and was not given: its seats are taken, or the bounds or objectives decided."""
    if verdict.seats == 0:
        return replace(verdict, reasons=(NoSeats(),))
    admitted = admitted_through(choice, verdict.pool, verdict.feeder_school_id, priority)
    if verdict.admitted < verdict.seats:
        return replace(verdict, reasons=against_one_more(choice, position) or (ObjectivesDecided(),))
    key = ranking_order(choice.scenario, choice.batch)
    own = key(choice.applicant)
    num_before = sum(key(int(other)) < own for other in admitted.position)
    num_after = len(admitted) - num_before - int(choice.applicant in admitted.position)
    return replace(verdict, reasons=(AllTaken(num_before, num_after),))
