"""A class opens with its least size, or it takes nobody (R10)."""

from __future__ import annotations

import numpy as np

from allocator.optimise.assignment.crossing.admissions import Counting
from allocator.optimise.assignment.problem import CountedSet


def constrain(admissions: Counting) -> None:
    problem, model = admissions.problem, admissions.model
    # One admission is a class of one, so a least size of 1 forbids nothing.
    for p in np.flatnonzero(problem.min_open > 1):
        alone = np.zeros(problem.num_programmes, dtype=np.bool_)
        alone[p] = True
        count = admissions.count(CountedSet(alone))
        is_open = model.variable(f"open {p}", 0, 1)
        model.row("class", f"{p} not smaller", [(count, 1), (is_open, -int(problem.min_open[p]))], low=0)
        model.row("class", f"{p} closed", [(count, 1), (is_open, -model.high[count])], high=0)
