"""An optimal batch, solved by what its structure allows: a network where it is one (R10, R11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allocator.optimise.assignment.as_network import NotANetworkError, TooFewError, limits_of, solve_network
from allocator.optimise.assignment.classes import solve_classes
from allocator.optimise.assignment.conflicts import conflict
from allocator.optimise.assignment.crossing.optimum import GENERAL, UNPLACED, VOCATIONAL, Limits, Optimum, Stopped
from allocator.optimise.assignment.crossing.solve import solve_crossing
from allocator.optimise.assignment.evaluate import values
from allocator.optimise.assignment.levels import AnyLevel, Level
from allocator.optimise.assignment.network import Limit
from allocator.optimise.assignment.objectives import ladder
from allocator.optimise.assignment.problem import Infeasible, Problem, Solved

NETWORK, CLASSES, CROSSING = "network", "classes", "crossing bounds"


def solve(problem: Problem, limits: Limits | None = None) -> Solved | Infeasible | Stopped:
    """The outcome of an optimal batch.

    Args:
        limits: of the search where bounds cross, counted in work done and not in time.
    """
    problem = _within_reach(problem)
    try:
        return _optimum(problem, limits or Limits())
    except TooFewError:
        return Infeasible(conflict(problem, lambda fewer: _is_feasible(fewer, limits or Limits())))


def _within_reach(problem: Problem) -> Problem:
    """The problem with sets of programmes cut down to those that anybody can be given here: the rest counts 0."""
    offered = np.zeros(problem.num_programmes, dtype=np.bool_)
    offered[problem.options.programme] = True
    bounds = tuple(
        replace(bound, members=replace(bound.members, programmes=bound.members.programmes & offered))
        for bound in problem.bounds
    )
    return replace(problem, bounds=bounds, is_general=problem.is_general & offered)


def _is_feasible(problem: Problem, limits: Limits) -> bool:
    try:
        return not isinstance(_optimum(problem, limits), Infeasible)
    except TooFewError:
        return False


def _optimum(problem: Problem, limits: Limits) -> Solved | Infeasible | Stopped:
    """The outcome; that lower bounds cannot be reached is raised, and not yet explained."""
    levels = ladder(problem)
    everything = np.ones(len(problem.options.programme), dtype=np.bool_)
    try:
        bounds = limits_of(problem)
        if problem.min_open.any():
            settled, structure = solve_classes(problem, levels, bounds), CLASSES
        else:
            settled, structure = solve_network(problem, levels, bounds, everything), NETWORK
    except NotANetworkError:
        optimum = solve_crossing(problem, limits)
        return _settled_within(problem, levels, optimum) if isinstance(optimum, Optimum) else optimum
    return Solved(settled.assignment, values(problem, settled.assignment, levels), structure)


def _settled_within(problem: Problem, levels: Sequence[AnyLevel], optimum: Optimum) -> Solved:
    """The assignment within the counts of an optimum: with these fixed the rest is a network again."""
    fixed = [Limit(counted.programmes, number, number) for counted, number in optimum.counts]
    usable = np.ones(len(problem.options.programme), dtype=np.bool_)
    if optimum.statuses is not None:
        status = optimum.statuses[problem.options.applicant]
        wanted = np.where(problem.is_general[problem.options.programme], GENERAL, VOCATIONAL)
        usable = (status != UNPLACED) & (status == wanted)
    # Counts of sets are what they are; only what single admissions cost is still open.
    still_open = [replace(level, terms=()) for level in levels if _has_costs(level)]
    settled = solve_network(problem, still_open, fixed, usable)
    reached = values(problem, settled.assignment, levels)
    return Solved(
        settled.assignment,
        reached,
        CROSSING,
        bounds={name: bound for name, bound in optimum.bounds.items() if bound != reached[name]},
        counts=optimum.counts,
        statuses=optimum.statuses,
        prices=optimum.prices,
        price_scale=optimum.price_scale,
    )


def _has_costs(level: AnyLevel) -> bool:
    return level.option_cost is not None or (isinstance(level, Level) and level.cell_cost is not None)
