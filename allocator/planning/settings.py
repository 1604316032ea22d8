"""What the office wrote in ``plan.yaml``: pydantic models that forbid unknown keys.

Shares and ratios are exact decimals, money is whole 10,000 yuan (万元), and a year is the school year that begins in
it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from allocator.scenario.fields import Exact, Model, Name, Rule, Whole

Track = Literal["general", "vocational"]
TRACKS: tuple[Track, ...] = ("general", "vocational")
MOST = 10_000_000  # of people, rooms and 10,000 yuan: sums and products of them stay far inside 64 bits
MAX_PLACES = 4  # decimals of a share or a ratio, for the same reason

Count = Annotated[Whole, Field(ge=0, le=MOST)]
Number = Annotated[Whole, Field(ge=1, le=MOST)]
Year = Annotated[Whole, Field(ge=1900, le=2999)]
Share = Annotated[Exact, Field(ge=0, le=1, decimal_places=MAX_PLACES)]
Ratio = Annotated[Exact, Field(gt=0, le=1000, decimal_places=MAX_PLACES)]

Objective = Literal[
    "unmet_enrolment",
    "stock_share",
    "flow_share",
    "super_large_classes",
    "large_classes",
    "above_standard",
    "money",
    "recruits",
    "rooms_late",
    "recruits_early",
    "classes",
]


class Years(Rule):
    """The school years that are planned; the tables describe the year before the first."""

    first: Year = Field(description="First school year with classes to announce.")
    last: Year = Field(description="Last school year of the plan.")

    @model_validator(mode="after")
    def in_order(self) -> Years:
        if not self.first <= self.last < self.first + 20:
            raise PydanticCustomError("years", "expected `first` ≤ `last`, at most 20 years")
        return self


class PlanTables(Model):
    """Files of the plan, relative to the plan file: CSV (UTF-8 or GB18030), XLSX or Parquet, by suffix."""

    cohorts: str = Field(description="One row per area and year: graduates, population aged 15 to 17, adult learners.")
    schools: str = Field(description="One row per school, those to be built too: area, track, rooms, teachers.")
    classes: str = Field(description="The classes that are there in the year before the first, by year of entry.")
    projects: str = Field(description="New schools and enlargements: rooms, cost, earliest year, building time.")


class TrackSettings(Rule):
    """One track: its class size, how many stay, who it admits."""

    class_size: Number = Field(le=200, description="Applicants of a standard class; seats are rooms times this.")
    retention: tuple[Share, ...] = Field(
        min_length=1, max_length=4, description="Share of a grade's students who go on to the next, grade by grade."
    )
    leaving: Share = Field(Decimal(0), description="Share of the present teachers who leave each year.")
    admits: Literal["own_area", "whole_city"] = Field(
        "own_area", description="Whether its schools admit graduates of their own area alone."
    )


class ClassSizes(Rule):
    """What is a large class (大班额) and a super-large one, and when there are none any more."""

    least: Number = Field(1, description="Fewest students of a class.")
    large: Number = Field(56, description="A class of this many students or more is large.")
    super_large: Number = Field(66, description="A class of this many students or more is super-large.")
    most: Number = Field(75, le=200, description="Most students of any class.")
    large_gone_by: Year | None = Field(None, description="From this year on no class of any grade is large.")
    super_large_gone_by: Year | None = Field(None, description="From this year on none is super-large.")

    @model_validator(mode="after")
    def in_order(self) -> ClassSizes:
        if not self.least < self.large < self.super_large <= self.most:
            raise PydanticCustomError("sizes", "expected `least` < `large` < `super_large` ≤ `most`")
        return self


class Money(Rule):
    """What projects may cost, in whole 10,000 yuan (万元)."""

    by_year: dict[Year, Count] = Field(default_factory=dict, description="Most that is spent in a year.")
    total: Count | None = Field(None, description="Most that is spent in all years together.")


class Limits(Model):
    """What every plan must keep."""

    money: Money = Field(default_factory=lambda: Money.model_validate({}), description="Money for projects.")
    recruits: dict[Track, dict[Year, Count]] = Field(
        default_factory=dict, description="Most teachers that a track recruits in a year."
    )
    teachers: dict[Track, dict[Year, Count]] = Field(
        default_factory=dict, description="Fewest teachers that a track has in a year."
    )
    students_per_teacher: dict[Track, dict[Year, Ratio]] = Field(
        default_factory=dict, description="Most full-time students per teacher in any area, from a year on."
    )
    served: dict[Year, Share] = Field(
        default_factory=dict, description="Least share of an area's graduates that is admitted, from a year on."
    )
    general_share_of_admissions: dict[Year, Share] = Field(
        default_factory=dict, description="Largest general share of a year's admissions, from a year on."
    )
    growth: bool = Field(False, description="Admissions and students fall in no year.")


class Targets(Rule):
    """What the plan is to reach in its target year; the objectives measure how far it stays from it."""

    year: Year = Field(description="The year in which the targets are to be met.")
    students: Count = Field(description="Students of both tracks.")
    gross_enrolment: Share = Field(description="Students / population aged 15 to 17, at least.")
    adults: Literal["counted", "not_counted"] = Field(
        description="Whether adult learners count as vocational students in `students`, gross enrolment and the share."
    )
    general_share: Share = Field(description="General share, of students (stock) and of admissions (flow).")


class Solver(Model):
    """How long the solver may work. The limits are counts of its work, never seconds, so that results repeat."""

    seed: Count = Field(1, description="Seed of the search.")
    deterministic_time: Number = Field(60, description="Units of work for all objectives together.")
    gap: dict[Objective, Share] = Field(
        default_factory=dict,
        description="A value this close to its bound, as a share of it, is good enough; 0 if not given: proven best.",
    )
    conflict_time: Number = Field(60, description="Units of work for finding out which rules conflict.")


class SeatsTable(Model):
    """Which year's announced classes are written as a seats table, and how a scenario calls their batches."""

    year: Year = Field(description="The year whose plan is written.")
    pool: Name = Field("open", description="Name of the pool.")
    batches: dict[Track, Name] = Field(description="Name of the batch of each track.")

    @field_validator("batches")
    @classmethod
    def both_tracks(cls, batches: dict[Track, str]) -> dict[Track, str]:
        if set(batches) != set(TRACKS):
            raise PydanticCustomError("both_tracks", "expected a name for `general` and one for `vocational`")
        return batches


class PlanSettings(Rule):
    """A plan file."""

    version: Literal["1"] = Field(description="Version of the format.")
    name: Name = Field(description="What is planned.")
    years: Years = Field(description="The years that are planned.")
    tables: PlanTables = Field(description="The tables.")
    columns: dict[str, Name] = Field(default_factory=dict, description="Own headers of the tables: header to column.")
    document: str | None = Field(None, description="A file of stated figures and the relations between them.")
    dropout: Share = Field(Decimal(0), description="Share of an area's graduates who apply nowhere.")
    tracks: dict[Track, TrackSettings] = Field(description="The general and the vocational track.")
    class_sizes: ClassSizes = Field(default_factory=lambda: ClassSizes.model_validate({}), description="Class sizes.")
    limits: Limits = Field(default_factory=lambda: Limits.model_validate({}), description="What every plan must keep.")
    targets: Targets = Field(description="What is to be reached.")
    objectives: tuple[Objective, ...] = Field(
        min_length=1, description="What is least first, then next, in this order."
    )
    solver: Solver = Field(default_factory=lambda: Solver.model_validate({}), description="Limits of the search.")
    seats: SeatsTable | None = Field(None, description="The seats table that is written for `allocator run`.")

    @field_validator("tracks")
    @classmethod
    def both_tracks(cls, tracks: dict[Track, TrackSettings]) -> dict[Track, TrackSettings]:
        if set(tracks) != set(TRACKS):
            raise PydanticCustomError("both_tracks", "expected the keys `general` and `vocational`")
        return tracks

    @field_validator("objectives")
    @classmethod
    def once(cls, objectives: tuple[Objective, ...]) -> tuple[Objective, ...]:
        if len(set(objectives)) < len(objectives):
            raise PydanticCustomError("once", "expected every objective once")
        return objectives
