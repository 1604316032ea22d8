"""One choice of one applicant, and what stands against it whatever decides the batch (R1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.explanation.eligibility import pool_reasons, programme_reasons
from allocator.explanation.explanation import ChoiceVerdict, PoolVerdict
from allocator.explanation.priority import Candidates, Priority
from allocator.explanation.published import Line, Published, contradiction
from allocator.explanation.reasons import ProgrammeReason
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, REVERTED, Batch


@dataclass(frozen=True)
class Case:
    """One applicant, with the outcome that is to be explained to them."""

    scenario: Scenario
    outcome: Outcome
    published: Published
    applicant: int


@dataclass(frozen=True)
class Choice:
    """One choice of the applicant, with all that is needed to judge it."""

    case: Case
    batch_index: int
    programme: int
    number: int | None  # None in a reassignment

    @property
    def scenario(self) -> Scenario:
        return self.case.scenario

    @property
    def published(self) -> Published:
        return self.case.published

    @property
    def applicant(self) -> int:
        return self.case.applicant

    @property
    def batch(self) -> Batch:
        return self.scenario.settings.batches[self.batch_index]

    @property
    def programme_id(self) -> str:
        return self.scenario.cohort.programmes.ids[self.programme]


def not_reached(choice: Choice) -> ChoiceVerdict:
    """The choice, before anything is said about it."""
    name = programme_name(choice.scenario, choice.programme)
    return ChoiceVerdict(choice.number, choice.programme_id, name, "not_reached", (), ())


def programme_name(scenario: Scenario, programme: int) -> str | None:
    """The name in the programmes table, if it has one."""
    table = scenario.cohort.programmes.table
    name = table["name"][programme] if "name" in table.columns else None
    return None if name is None else str(name)


def against_programme(choice: Choice, priority: Priority) -> tuple[ProgrammeReason, ...]:
    """What keeps the applicant from every pool of the programme."""
    return programme_reasons(choice.scenario, choice.published, choice.applicant, choice.programme, priority)


def pools_of(choice: Choice) -> tuple[str, ...]:
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
    return tuple(name for name in batch.pools if name in offered)


def with_reasons_of_r1(choice: Choice, pool: str, priority: Priority) -> PoolVerdict:
    """One pool with its seats, and every reason of its own why the applicant may not use it."""
    scenario = choice.scenario
    rule_pool = OPEN if pool == REVERTED else pool  # who may use `open` may use what reverted to it
    school: str | None = None
    if scenario.settings.pool(rule_pool).per:
        position = scenario.cohort.applicants.feeder_school[choice.applicant]
        school = scenario.cohort.feeder_school_ids[position] if position >= 0 else None
    reasons = pool_reasons(
        scenario, choice.published, choice.applicant, choice.programme, choice.batch.name, rule_pool, priority
    )
    line = line_of(choice, pool, school)
    return PoolVerdict(pool, school, line.seats, line.admitted, False, reasons, (), choice.batch.mechanism)


def line_of(choice: Choice, pool: str, school: str | None) -> Line:
    """The published line of a pool, or of a cell of it."""
    return choice.published.lines.get((choice.batch.name, choice.programme_id, pool, school), Line(0, 0, None))


def admitted_through(choice: Choice, pool: str, school: str | None, priority: Priority) -> Candidates:
    """Who was admitted through this pool or cell; the published line must be theirs.

    Raises:
        ContradictionError: if it is not.
    """
    line = line_of(choice, pool, school)
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
