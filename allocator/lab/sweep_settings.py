"""What a sweep file holds: a baseline, levers and their values, what to measure and what to find."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from allocator.indicators import FAMILIES, INDICATORS
from allocator.indicators.dimensions import GROUPINGS
from allocator.scenario.fields import Model, Name, Whole

_TARGET = re.compile(r"(?P<figure>[^<>=≤≥]+?)\s*(?P<sign><=|>=|≤|≥)\s*(?P<bound>-?[0-9]+(\.[0-9]+)?)(?P<percent>%?)")
_FIGURE = re.compile(r"(?P<indicator>\w+)(\[(?P<group_by>\w+)=(?P<group>[^\]]+)\])?")
DEFAULT_FAMILIES = tuple(name for name in FAMILIES if name != "fairness")  # which takes as long as all the others
ALL_GROUPS = "all"
Grid = dict[Name, Any]  # path of a scenario value: its values, see values_of


@dataclass(frozen=True)
class Figure:
    """One row of the indicators: an indicator in the whole city, or in one group."""

    indicator: str
    group_by: str = ""
    group: str = ""

    def text(self) -> str:
        return f"{self.indicator}[{self.group_by}={self.group}]" if self.group_by else self.indicator


def figure_of(text: str) -> Figure:
    """``first_choice_rate``, or ``first_choice_rate[area=Bobai]``; a family's name stands for its first indicator."""
    match = _FIGURE.fullmatch(text.strip())
    name = match["indicator"] if match else text
    if name in FAMILIES and name not in INDICATORS:
        name = next(indicator.name for indicator in INDICATORS.values() if indicator.family == name)
    if match is None or name not in INDICATORS:
        raise PydanticCustomError("indicator", "an indicator, such as general_share_flow or first_choice_rate[area=A]")
    return Figure(name, match["group_by"] or "", match["group"] or "")


@dataclass(frozen=True)
class Target:
    """What a figure is to reach."""

    figure: Figure
    at_most: bool  # else at least
    bound: Fraction

    def is_met(self, value: Fraction) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


def target_of(text: str) -> Target:
    """``general_share <= 0.60``, ``first_choice_rate ≥ 55%``."""
    match = _TARGET.fullmatch(text.strip())
    if match is None:
        raise PydanticCustomError("target", "an indicator, <= or >=, and a number, such as general_share <= 0.60")
    bound = Fraction(match["bound"]) / (100 if match["percent"] else 1)
    return Target(figure_of(match["figure"]), match["sign"] in ("<=", "≤"), bound)


def _is_figure(text: str) -> str:
    figure_of(text)
    return text


def _is_target(text: str) -> str:
    target_of(text)
    return text


def _is_family(name: str) -> str:
    if name not in FAMILIES:
        raise PydanticCustomError("family", "families of indicators: {known}", {"known": ", ".join(FAMILIES)})
    return name


def _is_grouping(name: str) -> str:
    if name not in (*GROUPINGS, ALL_GROUPS):
        known = ", ".join((*GROUPINGS, ALL_GROUPS))
        raise PydanticCustomError("grouping", "groupings: {known}", {"known": known})
    return name


class Find(Model):
    """The smallest change of one lever that meets a target."""

    reach: Annotated[Name, AfterValidator(_is_target)] = Field(
        description="The target, such as `general_share <= 0.60`."
    )
    by: Name = Field(description="The lever: the path of a scenario value, such as guideline.general_share.")
    within: Any = Field(description="The values it may take; of numbers the nearest to the baseline's is tried first.")
    set: dict[Name, Any] = Field(default_factory=dict, description="What else is set, such as guideline.enforce.")

    @property
    def target(self) -> Target:
        return target_of(self.reach)


class SweepSettings(Model):
    """A sweep file, whole and valid in itself."""

    version: Whole = Field(1, ge=1, le=1, description="Version of this format; 1.")
    name: Name = Field(description="What the sweep is called.")
    source: str | None = Field(None, description="Where the question comes from.")
    baseline: Name = Field(description="The scenario: a folder or a YAML file, relative to the sweep file.")
    set: dict[Name, Any] = Field(default_factory=dict, description="Overrides of the baseline, for all variants.")
    vary: tuple[Grid, ...] = Field(
        (), description="Grids: all combinations of a grid's levers, one grid after another."
    )
    repeat: Grid = Field(
        default_factory=dict, description="Every variant is run with all combinations of these, for bands."
    )
    tornado: Grid = Field(default_factory=dict, description="Levers that are varied one at a time from the baseline.")
    indicators: tuple[Annotated[Name, AfterValidator(_is_family)], ...] = Field(
        DEFAULT_FAMILIES, description="Families of indicators that are measured."
    )
    groups: tuple[Annotated[Name, AfterValidator(_is_grouping)], ...] = Field(
        (), description="Groupings whose rows are kept besides the whole city, or `all`."
    )
    frontier: dict[Annotated[Name, AfterValidator(_is_figure)], Literal["higher", "lower"]] = Field(
        default_factory=dict, description="Figures, and which way is better: what no other variant beats is marked."
    )
    find: tuple[Find, ...] = Field((), description="Targets to be met by the smallest change of one lever.")
    verify_every: Whole = Field(
        50, ge=1, description="Every how manieth variant is verified by all properties; the others by their counts."
    )

    @field_validator("vary", "find", mode="before")
    @classmethod
    def one_alone(cls, written: Any) -> Any:
        """A mapping alone is one grid, or one target."""
        return [written] if isinstance(written, Mapping) else written

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that are asked for by name: they are kept whatever `indicators` and `groups` say."""
        return (*map(figure_of, self.frontier), *(find.target.figure for find in self.find))

    @property
    def families(self) -> tuple[str, ...]:
        """The families that are measured, in the registry's order."""
        wanted = {*self.indicators, *(INDICATORS[figure.indicator].family for figure in self.figures)}
        return tuple(name for name in FAMILIES if name in wanted)
