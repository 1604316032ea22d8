"""One applicant's explanation as data: verdicts, their reasons with the values compared, and the rule of each.

Wording is not here: ``plain_text`` and ``json_form`` render these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from allocator.explanation.reasons import FailedTest, PoolReason, ProgrammeReason
from allocator.scenario.settings import REVERTED, Mechanism


@dataclass(frozen=True)
class Admission:
    """What an applicant was admitted to."""

    batch: str
    programme_id: str
    pool: str  # `reverted` for seats that reverted to open (R5)
    choice: int | None  # None in a reassignment, which has no lists (R11)


@dataclass(frozen=True)
class Compared:
    """One criterion of R2 or R3, the applicant's own value beside that of the line's last admission."""

    criterion: Literal["band", "tier", "score", "tie_breaker", "lottery"]
    own: str  # a score, a choice number (tier), the least score of a band, or 64 hexadecimal digits
    line: str
    order: Literal["better", "equal", "worse"]  # the applicant's own value against the line's
    column: str | None = None  # of applicants, for a score or tie-breaker
    width: str | None = None  # points per band, choices per tier

    @property
    def rule(self) -> str:
        return "R3" if self.criterion in ("band", "tier") else "R2"


_RULES: dict[Mechanism, str] = {"stable": "R7", "optimal": "R10", "reassign": "R11"}


@dataclass(frozen=True)
class ObjectiveValue:
    """What an objective of a batch came to."""

    objective: str
    value: int | str | list[int]  # whole, "n/d", or a profile; as it was published
    bound: int | str | None  # the best possible, where the value is not proven to be it


@dataclass(frozen=True)
class Reassignment:
    """Whether the applicant takes part in a reassignment, and what there was to give."""

    group: str | None  # of those who take part; None: everybody
    tests: tuple[FailedTest, ...]  # of that group, those that the applicant fails: empty for those who take part
    num_programmes: int  # with seats left over
    num_seats: int

    @property
    def takes_part(self) -> bool:
        return not self.tests


@dataclass(frozen=True)
class Vacancy:
    """A programme with seats left at the end that would take this applicant by R1, lists apart (征集志愿)."""

    programme_id: str
    programme_name: str | None
    seats: int
    would_take: int  # of all the unplaced


@dataclass(frozen=True)
class PoolVerdict:
    """One kind of seats of a programme: admitted through it, or every reason why not."""

    pool: str
    feeder_school_id: str | None  # of the cell, in a pool per feeder school
    seats: int  # in this batch, carried ones included; of `reverted`, those that reverted
    admitted: int
    is_admitted: bool
    reasons: tuple[PoolReason, ...]  # empty where admitted, or where a reason of the whole programme says it all
    compared: tuple[Compared, ...]  # up to the first criterion that differs; empty unless a full pool's line decided
    mechanism: Mechanism = "stable"  # of the batch

    @property
    def rule(self) -> str:
        if self.mechanism != "stable":
            return _RULES[self.mechanism]
        return "R5" if self.pool == REVERTED else "R4"


@dataclass(frozen=True)
class ChoiceVerdict:
    """One choice: admitted, refused with a reason for every pool, or not reached, since no better than the one given.

    In a reassignment, a programme with seats left over.
    """

    choice: int | None  # the number written on the form; None in a reassignment
    programme_id: str
    programme_name: str | None
    result: Literal["admitted", "refused", "not_reached"]
    reasons: tuple[ProgrammeReason, ...]  # these hold for every pool of the programme
    pools: tuple[PoolVerdict, ...]  # in the batch's order, `reverted` last; up to the admission


@dataclass(frozen=True)
class BatchExplanation:
    """The choices of one batch, in order; of a reassignment, the programmes with seats left over, or the one given."""

    batch: str
    admitted_before: str | None  # the earlier batch that admitted the applicant, who takes no part in this one
    choices: tuple[ChoiceVerdict, ...]
    mechanism: Mechanism = "stable"
    objectives: tuple[ObjectiveValue, ...] = ()  # that decided an optimal batch or a reassignment, in their order
    structure: str | None = None  # how it was solved: where not a network, `score` holds within published counts
    reassignment: Reassignment | None = None

    @property
    def rule(self) -> str:
        return _RULES[self.mechanism]


@dataclass(frozen=True)
class Explanation:
    """One applicant's result as the published lines (P10) and optima (P9) decide it, and why."""

    applicant_id: str
    admission: Admission | None
    batches: tuple[BatchExplanation, ...]
    vacancies: tuple[Vacancy, ...] = ()  # only of the unplaced
