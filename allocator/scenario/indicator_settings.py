"""What indicators need and no table holds: what counts as what, and figures from outside the admission."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from allocator.scenario.fields import Exact, Model, Name, Rule, Whole

Count = Annotated[Whole, Field(ge=0)]
Attribute = Literal["migrant_child", "poverty_registered", "special_needs"]
ATTRIBUTES: tuple[Attribute, ...] = ("migrant_child", "poverty_registered", "special_needs")


class OtherYears(Model):
    """Students who are enrolled beside those admitted now: the stock without this year's admissions."""

    general: Count = Field(description="Students of the general track in the other years.")
    vocational: Count = Field(description="Full-time students of the vocational track in the other years.")
    adults: Count = Field(0, description="Adult learners at vocational schools, of any age.")


class Enrolment(Rule):
    """Gross enrolment and the general share of the stock, as this scenario defines them."""

    other_years: OtherYears = Field(description="The stock without this year's admissions.")
    population: Annotated[Whole, Field(ge=1)] | None = Field(None, description="Population aged 15 to 17.")
    count_adults: bool = Field(False, description="Whether adult learners count as enrolled, on the vocational track.")

    @property
    def vocational(self) -> int:
        """Vocational students of the other years, with adult learners where they count."""
        return self.other_years.vocational + (self.other_years.adults if self.count_adults else 0)


class TargetShares(Rule):
    """Seats wanted for each graduate, for the seat gap."""

    all: Annotated[Exact, Field(ge=0)] | None = Field(None, description="Seats of both tracks for each graduate.")
    general: Annotated[Exact, Field(ge=0)] | None = Field(None, description="General seats for each graduate.")
    vocational: Annotated[Exact, Field(ge=0)] | None = Field(None, description="Vocational seats for each graduate.")


class TeacherNorm(Rule):
    """Most students for each teacher, for the teacher gap."""

    general: Annotated[Exact, Field(gt=0)] | None = Field(None, description="Students for each teacher, general.")
    vocational: Annotated[Exact, Field(gt=0)] | None = Field(None, description="Students for each teacher, vocational.")


class Teachers(Rule):
    """Full-time teachers of a track in the whole city, where the schools table does not say how many schools have."""

    general: Annotated[Whole, Field(ge=1)] | None = Field(None, description="Teachers of the general track.")
    vocational: Annotated[Whole, Field(ge=1)] | None = Field(None, description="Teachers of the vocational track.")


class IndicatorSettings(Rule):
    """The section ``indicators`` of a scenario. Every part may be left out; what needs it is then absent."""

    demonstration: tuple[Name, ...] = Field(
        ("demonstration",), description="Tiers that count as demonstration schools."
    )
    attributes: dict[Attribute, Name] = Field(
        default_factory=dict,
        description="The scenario's group for an attribute; else the applicants' column of its name.",
    )
    large_class: Annotated[Whole, Field(ge=1)] = Field(56, description="Students from which a class is large.")
    super_large_class: Annotated[Whole, Field(ge=1)] = Field(66, description="... from which it is super-large.")
    enrolment: Enrolment | None = Field(None, description="Figures for gross enrolment and the stock.")
    target_shares: TargetShares = Field(TargetShares(), description="Seats wanted for each graduate.")
    teachers: Teachers = Field(Teachers(), description="Teachers of a track, for students per teacher.")
    teacher_norm: TeacherNorm = Field(TeacherNorm(), description="Most students for each teacher.")

    def target_share(self, track: str) -> Decimal | None:
        """Seats wanted for each graduate: ``general``, ``vocational`` or, for both, the empty text."""
        return {
            "": self.target_shares.all,
            "general": self.target_shares.general,
            "vocational": self.target_shares.vocational,
        }[track]
