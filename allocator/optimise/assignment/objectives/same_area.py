"""``same_area``: most admissions to a programme in the applicant's own area (R11)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[Level, ...]:
    return (Level("same_area", option_cost=-problem.options.in_own_area.astype(np.int64), unit=Fraction(-1)),)
