"""Why one applicant got what they got: the published lines recomputed for them, batch by batch (P10)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocator.errors import Problem, UsageError, Where
from allocator.explanation.eligibility import pool_reasons, programme_reasons
from allocator.explanation.explanation import (
    Admission,
    BatchExplanation,
    BelowLine,
    ChoiceVerdict,
    Compared,
    Explanation,
    NoPool,
    NoSeats,
    NothingReverted,
    PoolReason,
    PoolVerdict,
)
from allocator.explanation.priority import Candidates, Priority, priority_of
from allocator.explanation.published import ContradictionError, Line, Published, contradiction, published
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, REVERTED, Batch


@dataclass(frozen=True)
class _Choice:
    """One choice of the applicant, with all that is needed to judge it."""

    scenario: Scenario
    published: Published
    applicant: int
    batch_index: int
    programme: int
    number: int

    @property
    def batch(self) -> Batch:
        return self.scenario.settings.batches[self.batch_index]

    @property
    def programme_id(self) -> str:
        return self.scenario.cohort.programmes.ids[self.programme]


def explain(scenario: Scenario, outcome: Outcome, applicant_id: str) -> Explanation:
    """One applicant's result, choice by choice, with the rule and the line that decided each.

    The result is derived from the published lines alone (P10) and must be that of the assignments.

    Raises:
        UsageError: if there is no such applicant, or the outcome is of other applicants.
        ContradictionError: if the outcome contradicts itself.
    """
    ids, choices = scenario.cohort.applicants.ids, scenario.cohort.choices
    found = (ids == applicant_id).arg_true()
    if len(found) == 0:
        raise UsageError(
            'no applicant has the identifier "{found}"; write it as in the applicants table, leading zeros included',
            found=applicant_id,
        )
    applicant = int(found[0])
    rows = np.flatnonzero(choices.applicant == applicant)
    programme_ids = {scenario.cohort.programmes.ids[p] for p in choices.programme[rows]}
    record = published(scenario, outcome, programme_ids)
    admission: Admission | None = None
    batches: list[BatchExplanation] = []
    for index, batch in enumerate(scenario.settings.batches):
        before = admission.batch if admission else None
        verdicts: list[ChoiceVerdict] = []
        for row in rows[choices.batch[rows] == index]:
            choice = _Choice(scenario, record, applicant, index, int(choices.programme[row]), int(choices.number[row]))
            verdict = _not_reached(choice) if admission else _judged(choice)
            verdicts.append(verdict)
            if verdict.result == "admitted":
                admission = Admission(batch.name, verdict.programme_id, verdict.pools[-1].pool, verdict.choice)
        batches.append(BatchExplanation(batch.name, before, tuple(verdicts)))
    _must_be_the_assignment(outcome, applicant, admission)
    return Explanation(applicant_id, admission, tuple(batches))


def _must_be_the_assignment(outcome: Outcome, applicant: int, admission: Admission | None) -> None:
    row = outcome.assignments.row(applicant, named=True)
    assigned = None
    if row["programme_id"] is not None:
        assigned = Admission(row["batch"], row["programme_id"], row["pool"], row["choice"])
    if assigned != admission:
        raise ContradictionError(
            [
                Problem(
                    Where(file="assignments.csv"),
                    "applicant {applicant}: the published lines do not give the result that is written here; "
                    "nothing can be explained from them. Run `allocator verify` on these results.",
                    {"applicant": row["applicant_id"]},
                )
            ]
        )


def _not_reached(choice: _Choice) -> ChoiceVerdict:
    return ChoiceVerdict(choice.number, choice.programme_id, _name(choice), "not_reached", (), ())


def _judged(choice: _Choice) -> ChoiceVerdict:
    """One choice against the lines of its programme: the pools in written order, `reverted` last."""
    priority = priority_of(choice.scenario, choice.batch, choice.programme)
    reasons = programme_reasons(choice.scenario, choice.published, choice.applicant, choice.programme, priority)
    pools = _pools(choice)
    if not pools:
        reasons = (NoPool(), *reasons)
    verdicts: list[PoolVerdict] = []
    for pool in pools:
        verdict = _pool(choice, pool, priority, barred=bool(reasons))
        verdicts.append(verdict)
        if verdict.is_admitted:
            break
    admitted = any(v.is_admitted for v in verdicts)
    result = replace(_not_reached(choice), result="admitted" if admitted else "refused")
    return replace(result, reasons=reasons, pools=tuple(verdicts))


def _pools(choice: _Choice) -> tuple[str, ...]:
    """The programme's pools in this batch: those with a row in the seats table or the given matrix (R5, R7)."""
    settings, cohort = choice.scenario.settings, choice.scenario.cohort
    batch = choice.batch
    if batch.seats == "leftover":
        return (OPEN,)  # a choice of a leftover batch is valid only for a programme with seats in an earlier one
    here = (cohort.seats.batch == choice.batch_index) & (cohort.seats.programme == choice.programme)
    offered = {cohort.seats.pool[row] for row in np.flatnonzero(here)}
    given, feeder = cohort.feeder_seats, settings.feeder_pool(batch)
    if given is not None and feeder is not None:
        cells = (given.batch == choice.batch_index) & (given.programme == choice.programme)
        offered |= {feeder} if cells.any() else set()
    pools = tuple(name for name in batch.pools if name in offered)
    reverting = any(name != OPEN and settings.pool(name).unfilled == "open" for name in pools)
    return (*pools, REVERTED) if OPEN in pools and reverting else pools


def _pool(choice: _Choice, pool: str, priority: Priority, *, barred: bool) -> PoolVerdict:
    """One pool: every reason against it, or the line, or admission.

    ``barred``: a reason of the whole programme already keeps the applicant from every pool.
    """
    scenario = choice.scenario
    rule_pool = OPEN if pool == REVERTED else pool  # who may use `open` may use what reverted to it
    school: str | None = None
    if scenario.settings.pool(rule_pool).per:
        position = scenario.cohort.applicants.feeder_school[choice.applicant]
        school = scenario.cohort.feeder_school_ids[position] if position >= 0 else None
    reasons = pool_reasons(
        scenario, choice.published, choice.applicant, choice.programme, choice.batch.name, rule_pool, priority
    )
    line = choice.published.lines.get((choice.batch.name, choice.programme_id, pool, school), Line(0, 0, None))
    verdict = PoolVerdict(pool, school, line.seats, line.admitted, False, reasons, ())
    if barred or reasons:
        return verdict
    if line.seats == 0:
        return replace(verdict, reasons=(NothingReverted() if pool == REVERTED else NoSeats(),))
    admitted = _admitted(choice, pool, school, priority, line)
    if line.admitted < line.seats:
        return replace(verdict, is_admitted=True)
    compared = _beside_the_line(choice, priority, admitted)
    if compared[-1].order == "worse":
        against: tuple[PoolReason, ...] = (BelowLine(),)
        return replace(verdict, reasons=against, compared=compared)
    return replace(verdict, is_admitted=True, compared=compared)


def _admitted(choice: _Choice, pool: str, school: str | None, priority: Priority, line: Line) -> Candidates:
    """Who was admitted through this pool or cell; the published line must be theirs."""
    nobody = Candidates(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    admitted = choice.published.admissions.get((choice.batch.name, choice.programme_id, pool), nobody)
    if school is not None:
        cohort = choice.scenario.cohort
        cell = cohort.applicants.feeder_school[choice.applicant]
        admitted = admitted.where(cohort.applicants.feeder_school[admitted.position] == cell)
    lowest = None
    if len(admitted):
        row = admitted.position[np.argmin(priority.score.unscaled[admitted.position])]
        lowest = priority.score.decimal(int(row))
    if (len(admitted), lowest) != (line.admitted, line.score):
        raise contradiction("lines.csv", choice.batch.name, choice.programme_id, pool)
    return admitted


def _beside_the_line(choice: _Choice, priority: Priority, admitted: Candidates) -> tuple[Compared, ...]:
    own = Candidates(np.array([choice.applicant]), np.array([choice.number]))
    return priority.compare(own, priority.last(admitted))


def _name(choice: _Choice) -> str | None:
    table = choice.scenario.cohort.programmes.table
    name = table["name"][choice.programme] if "name" in table.columns else None
    return None if name is None else str(name)
