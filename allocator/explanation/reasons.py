"""Every reason why a choice was refused, as data: the values that decided it, and the rule.

Wording is not here: ``reason_text`` has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from allocator.scenario.settings import Test


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


@dataclass(frozen=True)
class Closed:
    """The programme closed: fewer would have been admitted than it needs to open, so the choice fell away."""

    reason: ClassVar[str] = "closed"
    rule: ClassVar[str] = "R10"
    min_open: int
    admitted_if_open: int  # admissions of the stable batches if every programme had opened


@dataclass(frozen=True)
class DidNotOpen:
    """An optimal batch left the programme closed: it admitted nobody, and opens with its least size or more."""

    reason: ClassVar[str] = "did_not_open"
    rule: ClassVar[str] = "R10"
    min_open: int


@dataclass(frozen=True)
class AllTaken:
    """Eligible, but the objectives gave all seats to others; those may rank before or after the applicant."""

    reason: ClassVar[str] = "all_taken"
    rule: ClassVar[str] = "R10"
    num_before: int  # of those admitted through these seats, how many rank before the applicant in the batch's ranking
    num_after: int


@dataclass(frozen=True)
class CapReached:
    """A seat is free, but one more admission would exceed a cap."""

    reason: ClassVar[str] = "cap_reached"
    rule: ClassVar[str] = "R10"
    cap: str
    at_most: int


@dataclass(frozen=True)
class GuidelineReached:
    """A seat is free, but one more general admission would exceed the guideline, which binds this batch."""

    reason: ClassVar[str] = "guideline_reached"
    rule: ClassVar[str] = "R10"
    scope: str  # "" is the whole city, otherwise an area
    limit: Decimal  # share and tolerance
    general: int  # after this batch
    basis: int


@dataclass(frozen=True)
class CapHolds:
    """A seat is free, but without the applicant a cap's lower bound would not be met."""

    reason: ClassVar[str] = "cap_holds"
    rule: ClassVar[str] = "R10"
    cap: str
    at_least: int


@dataclass(frozen=True)
class ClassHolds:
    """A seat is free, but without the applicant the programme they got would be under its least size."""

    reason: ClassVar[str] = "class_holds"
    rule: ClassVar[str] = "R10"
    programme_id: str
    min_open: int


@dataclass(frozen=True)
class ObjectivesDecided:
    """A seat is free and no single bound stands against it: the objectives and those ranked before left no way."""

    reason: ClassVar[str] = "objectives_decided"
    rule: ClassVar[str] = "R10"


ProgrammeReason = NoPool | NoScore | BelowMinScore | BelowControlLine | Closed | DidNotOpen
BoundReason = CapReached | GuidelineReached | CapHolds | ClassHolds
PoolReason = (
    NotInGroup
    | NoFeederSchool
    | BelowFloor
    | NoSeats
    | NothingReverted
    | BelowLine
    | AllTaken
    | BoundReason
    | ObjectivesDecided
)
Reason = ProgrammeReason | PoolReason
