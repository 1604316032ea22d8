"""An optimal batch that is not a network: one model where it is small, prices and flows where it is a city."""

from __future__ import annotations

from allocator.optimise.assignment.crossing.city import fits_a_city, solve_city
from allocator.optimise.assignment.crossing.one_model import solve_one_model
from allocator.optimise.assignment.crossing.optimum import Limits, Optimum, Stopped
from allocator.optimise.assignment.problem import Infeasible, Problem


def solve_crossing(problem: Problem, limits: Limits) -> Optimum | Infeasible | Stopped:
    """Every objective of the ladder but ``score``, exact or with its bound, and the counts that hold for ``score``."""
    if len(problem.options.programme) > limits.options_in_one_model and fits_a_city(problem):
        return solve_city(problem, limits)
    return solve_one_model(problem, limits)
