"""What solving a plan can come to: a plan, proven best or not; a conflict; or nothing within the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from allocator.planning.plan import Plan
from allocator.planning.rules import Rule
from allocator.planning.settings import Objective, Track
from allocator.planning.variables import Size


@dataclass(frozen=True)
class Decisions:
    """The decided numbers, those that are 0 included."""

    classes: Mapping[tuple[str, int, Size], int]  # (school, year, size) announced
    students: Mapping[tuple[str, int, Size], int]  # (school, year, size) admitted to such classes
    begun: Mapping[str, int]  # project to the year in which it begins; absent if it is not built
    residents: Mapping[tuple[str, Track, int], int]  # (area, track, year) of the area; for tracks of the whole city
    recruits: Mapping[tuple[str, Track, int], int]  # (area, track, year)


@dataclass(frozen=True)
class Step:
    """One objective of the ladder: what was reached with the objectives before it held, and what was proven."""

    objective: Objective
    value: int
    held: int  # the most that the steps after it may make of it: the value, or what the plan's gap leaves free
    bound: int | None  # no plan that holds the objectives before it has less; None where the work ran out before
    work: float  # deterministic units of the solver's work; a measure, compared with nothing

    def is_within(self, gap: Fraction) -> bool:
        """Whether no other plan is better by more than this share of the value."""
        return self.bound is not None and self.held - self.bound <= gap * max(1, self.held)


@dataclass(frozen=True)
class Solved:
    """A plan that keeps every rule."""

    decisions: Decisions
    steps: tuple[Step, ...]

    def is_reached(self, plan: Plan) -> bool:
        """Whether every objective was proven, or came as close to its bound as the plan asks."""
        gaps = plan.settings.solver.gap
        return all(step.is_within(Fraction(gaps.get(step.objective, 0))) for step in self.steps)


@dataclass(frozen=True)
class Infeasible:
    """No plan keeps all rules: these cannot be kept together."""

    conflict: tuple[Rule, ...]
    is_smallest: bool  # whether it was proven that none of them can be left out
    work: float


@dataclass(frozen=True)
class Stopped:
    """The limit was reached before any plan was found, and before it was proven that there is none."""

    work: float
