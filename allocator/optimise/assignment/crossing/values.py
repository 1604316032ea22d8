"""What the totals of levels are in the objectives' own units."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from allocator.optimise.assignment.crossing.optimum import Value
from allocator.optimise.assignment.levels import AnyLevel, WorstLevel
from allocator.optimise.assignment.problem import Problem


def values_by_objective(problem: Problem, levels: Sequence[AnyLevel], totals: Sequence[int]) -> dict[str, Value]:
    """The objectives' values from those of their levels; a profile is a tuple from choice number 1 on."""
    values: dict[str, Value] = {name: () for name in problem.ladder if name.startswith("profile_")}
    for level, total in zip(levels, totals, strict=True):
        unit = Fraction(1) if isinstance(level, WorstLevel) else level.unit
        value: Fraction | int = unit * total
        if level.objective != "guideline":
            value = int(value)
        if level.objective == "profile_greedy":
            values[level.objective] = (*_tuple(values.get(level.objective)), int(value))
        elif level.objective == "profile_generous":
            values[level.objective] = (int(value), *_tuple(values.get(level.objective)))
        else:
            values[level.objective] = value
    return values


def _tuple(value: Value | None) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else ()


def unproven(levels: Sequence[AnyLevel], totals: Sequence[int], bounds: Sequence[int]) -> dict[str, int | Fraction]:
    """The best that could be, for objectives whose value is not proven; of a profile, its first such number."""
    found: dict[str, int | Fraction] = {}
    for level, total, bound in zip(levels, totals, bounds, strict=True):
        if bound < total and level.objective not in found:
            unit = Fraction(1) if isinstance(level, WorstLevel) else level.unit
            found[level.objective] = unit * bound if level.objective == "guideline" else int(unit * bound)
    return found
