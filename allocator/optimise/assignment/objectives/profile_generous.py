"""``profile_generous``: fewest with the worst choice number of the batch, then with the next, and so on (R10)."""

from __future__ import annotations

import numpy as np

from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[Level, ...]:
    """One level for each choice number up to the largest of the batch, the worst first."""
    number = problem.options.number
    return tuple(
        Level("profile_generous", option_cost=(number == k).astype(np.int64))
        for k in range(int(number.max(initial=0)), 0, -1)
    )
