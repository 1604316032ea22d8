"""``worst_choice``: least worst choice number of anybody admitted (R10)."""

from __future__ import annotations

import numpy as np

from allocator.optimise.assignment.levels import WorstLevel
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[WorstLevel, ...]:
    return (WorstLevel("worst_choice", option_cost=problem.options.number.astype(np.int64)),)
