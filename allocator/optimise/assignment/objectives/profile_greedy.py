"""``profile_greedy``: most first choices, then most second ones, and so on (R10)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[Level, ...]:
    """One level for each choice number up to the largest of the batch, the best first."""
    number = problem.options.number
    return tuple(
        Level("profile_greedy", option_cost=-(number == k).astype(np.int64), unit=Fraction(-1))
        for k in range(1, int(number.max(initial=0)) + 1)
    )
