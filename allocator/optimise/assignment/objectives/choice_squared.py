"""``choice_squared``: least sum of the squares of the choice numbers of those admitted (R10)."""

from __future__ import annotations

import numpy as np

from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[Level, ...]:
    return (Level("choice_squared", option_cost=problem.options.number.astype(np.int64) ** 2),)
