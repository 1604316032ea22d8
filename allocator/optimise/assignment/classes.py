"""Least class sizes in an optimal batch: branch on who opens, with networks in between (R10, ``min_open``).

Without the least sizes the optimum is at least as good, objectives and ``score`` alike. If it opens no programme under
its size, it is the optimum. If it does, the programme is closed in one branch, and has its least size in the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.market.market import BoolArray, IntArray
from allocator.optimise.assignment.as_network import Settled, TooFewError, solve_network
from allocator.optimise.assignment.levels import AnyLevel
from allocator.optimise.assignment.network import Limit
from allocator.optimise.assignment.problem import UNBOUNDED, Assignment, Problem

Rank = tuple[tuple[int, ...], bytes]  # smaller is better


def solve_classes(problem: Problem, levels: Sequence[AnyLevel], limits: Sequence[Limit]) -> Settled:
    """The optimum in which every programme has nobody, or its least size.

    Raises:
        NotANetworkError: if the problem has another structure.
        TooFewError: if it is infeasible.
    """
    best: tuple[Rank, Settled] | None = None
    usable = np.ones(len(problem.options.programme), dtype=np.bool_)
    branches: list[tuple[tuple[Limit, ...], BoolArray]] = [(tuple(limits), usable)]
    while branches:
        bounds, usable = branches.pop()
        try:
            settled = solve_network(problem, levels, bounds, usable)
        except TooFewError:
            continue
        rank = _rank(problem, settled)
        if best is not None and rank >= best[0]:
            continue  # nothing below this branch is better than its own optimum
        short = _under_size(problem, settled.assignment)
        if short is None:
            best = rank, settled
            continue
        alone = np.arange(problem.num_programmes) == short
        branches.append((bounds, usable & (problem.options.programme != short)))
        branches.append(((*bounds, Limit(alone, int(problem.min_open[short]), UNBOUNDED)), usable))
    if best is None:
        raise TooFewError
    return best[1]


def _under_size(problem: Problem, assignment: Assignment) -> int | None:
    """The first programme that opens under its least size, None if there is none."""
    placed = assignment.option[assignment.option >= 0]
    admitted = np.bincount(problem.options.programme[placed], minlength=problem.num_programmes)
    under = np.flatnonzero((admitted > 0) & (admitted < problem.min_open))
    return int(under[0]) if len(under) else None


def _rank(problem: Problem, settled: Settled) -> Rank:
    """How good an assignment is: the ladder, then ``score`` with its three passes."""
    option, cell = settled.assignment.option[problem.order], settled.assignment.cell[problem.order]
    placed = np.flatnonzero(option >= 0)
    passes = np.full((3, len(option)), np.iinfo(np.int64).max)
    passes[0, placed] = problem.options.number[option[placed]]
    passes[1, placed] = problem.programme_order[problem.options.programme[option[placed]]]
    passes[2, placed] = _pool_of(problem)[cell[placed]]
    return settled.totals, passes.astype(">i8").tobytes()


def _pool_of(problem: Problem) -> IntArray:
    """(cell,) the position of its pool."""
    pool = np.zeros(len(problem.cells.seats), dtype=np.int64)
    for j in range(len(problem.cells.per_school)):
        pool[problem.cells.of_pool(j)[1]] = j
    return pool
