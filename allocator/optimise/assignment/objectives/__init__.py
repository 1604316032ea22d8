"""The objectives of R10 and R11, one file each; ``score``, which ends every ladder, is ``settle``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allocator.optimise.assignment.levels import AnyLevel
from allocator.optimise.assignment.objectives import (
    choice,
    choice_squared,
    feeder,
    guideline,
    placed,
    profile_generous,
    profile_greedy,
    same_area,
    targets,
    worst_choice,
    worst_target,
)
from allocator.optimise.assignment.problem import Problem

OBJECTIVES: Mapping[str, Callable[[Problem], tuple[AnyLevel, ...]]] = {
    "placed": placed.levels,
    "guideline": guideline.levels,
    "feeder": feeder.levels,
    "same_area": same_area.levels,
    "choice": choice.levels,
    "choice_squared": choice_squared.levels,
    "worst_choice": worst_choice.levels,
    "profile_greedy": profile_greedy.levels,
    "profile_generous": profile_generous.levels,
    "targets": targets.levels,
    "worst_target": worst_target.levels,
}


def ladder(problem: Problem) -> tuple[AnyLevel, ...]:
    """The levels of all objectives but ``score``, in the order written."""
    return tuple(level for name in problem.ladder if name != "score" for level in OBJECTIVES[name](problem))
