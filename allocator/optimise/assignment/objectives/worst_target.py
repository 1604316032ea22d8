"""``worst_target``: least largest distance of a cap's admissions from its target (R10)."""

from __future__ import annotations

from allocator.optimise.assignment.levels import WorstLevel
from allocator.optimise.assignment.objectives.targets import distances
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[WorstLevel, ...]:
    return (WorstLevel("worst_target", terms=distances(problem)),)
