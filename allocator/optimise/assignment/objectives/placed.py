"""``placed``: most admissions (R10)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[Level, ...]:
    """One for each admission, counted against it."""
    return (Level("placed", option_cost=np.full(len(problem.options.programme), -1), unit=Fraction(-1)),)
