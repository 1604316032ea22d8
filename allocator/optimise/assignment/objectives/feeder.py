"""``feeder``: most feeder seats used (R10): admissions through pools with a cell for each feeder school (指标)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[Level, ...]:
    cells = problem.cells
    cost = np.zeros(len(cells.seats), dtype=np.int64)
    for j in np.flatnonzero(cells.per_school):
        cost[cells.of_pool(int(j))[1]] = -1
    return (Level("feeder", cell_cost=cost, unit=Fraction(-1)),)
