"""One applicant's explanation as data: verdicts, their reasons with the values compared, and the rule of each.

Wording is not here: ``plain_text`` and ``json_form`` render these.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from allocator.scenario.settings import REVERTED, Test


@dataclass(frozen=True)
class Admission:
    """What an applicant was admitted to."""

    batch: str
    programme_id: str
    pool: str  # `reverted` for seats that reverted to open (R5)
    choice: int


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


@dataclass(frozen=True)
class NoPool:
    """The programme has no kind of seats in this batch."""

    reason: ClassVar[str] = "no_pool"
    rule: ClassVar[str] = "R5"


@dataclass(frozen=True)
class NoScore:
    """No score in the programme's ranking."""

    reason: ClassVar[str] = "no_score"
    rule: ClassVar[str] = "R1"
    ranking: str
    column: str  # `priorities` where the programme orders its applicants itself


@dataclass(frozen=True)
class BelowMinScore:
    """Below the programme's own least score."""

    reason: ClassVar[str] = "below_min_score"
    rule: ClassVar[str] = "R1"
    score: Decimal
    min_score: Decimal


@dataclass(frozen=True)
class BelowControlLine:
    """Below the control line of the general track in the applicant's scope."""

    reason: ClassVar[str] = "below_control_line"
    rule: ClassVar[str] = "R8"
    scope: str  # "" is the whole city, otherwise an area
    score: Decimal | None  # None: no score in the guideline's ranking
    control_line: Decimal


@dataclass(frozen=True)
class FailedTest:
    """One test of a group that the applicant does not pass."""

    column: str
    wanted: Test
    found: str | None  # None: the cell is empty


@dataclass(frozen=True)
class NotInGroup:
    """Not in the pool's group: every test that failed."""

    reason: ClassVar[str] = "not_in_group"
    rule: ClassVar[str] = "R1"
    group: str
    tests: tuple[FailedTest, ...]


@dataclass(frozen=True)
class NoFeederSchool:
    """A pool per feeder school, and no feeder school is recorded for the applicant."""

    reason: ClassVar[str] = "no_feeder_school"
    rule: ClassVar[str] = "R1"


@dataclass(frozen=True)
class BelowFloor:
    """Below the pool's floor, which is the largest of its parts."""

    reason: ClassVar[str] = "below_floor"
    rule: ClassVar[str] = "R6"
    score: Decimal
    floor: Decimal
    absolute: Decimal | None  # the part that is a score
    below_line: Decimal | None  # points under the open line
    of: str | None  # whose open line: `provisional`, or an earlier batch
    open_line: Decimal | None  # None: there was no such line, so that part is absent


@dataclass(frozen=True)
class NoSeats:
    """The pool, or the applicant's own cell of it, has no seats."""

    reason: ClassVar[str] = "no_seats"
    rule: ClassVar[str] = "R4"


@dataclass(frozen=True)
class NothingReverted:
    """The other pools left no seats to open."""

    reason: ClassVar[str] = "nothing_reverted"
    rule: ClassVar[str] = "R5"


@dataclass(frozen=True)
class BelowLine:
    """Eligible, but all seats went to applicants of higher priority."""

    reason: ClassVar[str] = "below_line"
    rule: ClassVar[str] = "R4"


ProgrammeReason = NoPool | NoScore | BelowMinScore | BelowControlLine
PoolReason = NotInGroup | NoFeederSchool | BelowFloor | NoSeats | NothingReverted | BelowLine
Reason = ProgrammeReason | PoolReason


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

    @property
    def rule(self) -> str:
        return "R5" if self.pool == REVERTED else "R4"


@dataclass(frozen=True)
class ChoiceVerdict:
    """One choice: admitted, refused with a reason for every pool, or not reached."""

    choice: int  # the number written on the form
    programme_id: str
    programme_name: str | None
    result: Literal["admitted", "refused", "not_reached"]
    reasons: tuple[ProgrammeReason, ...]  # these hold for every pool of the programme
    pools: tuple[PoolVerdict, ...]  # in the batch's order, `reverted` last; up to the admission


@dataclass(frozen=True)
class BatchExplanation:
    """The choices of one batch, in order."""

    batch: str
    admitted_before: str | None  # the earlier batch that admitted the applicant, who takes no part in this one
    choices: tuple[ChoiceVerdict, ...]


@dataclass(frozen=True)
class Explanation:
    """One applicant's result as the published lines decide it (P10), and why."""

    applicant_id: str
    admission: Admission | None
    batches: tuple[BatchExplanation, ...]
