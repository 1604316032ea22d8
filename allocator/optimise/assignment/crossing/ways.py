"""Everybody's ways as flat arrays, and what prices make of them: exact bounds, and a first guess of the prices.

A way is an option and one cell that it may use. At prices of cells and of atoms, everybody takes their cheapest way,
or none: what that comes to, less what the seats and counts are worth, no assignment is below (weak duality).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocator.market.market import IntArray
from allocator.mechanisms.compilation import compiled
from allocator.optimise.assignment.crossing.atoms import atom_of
from allocator.optimise.assignment.network import usable_cells
from allocator.optimise.assignment.problem import Problem

FloatArray = NDArray[np.float64]

TEMPERATURES = (0.25, 0.06, 0.015, 0.008, 0.004)  # how undecided, in parts of the largest cost
PUSH = 1.6  # caps move slowly, because cells answer them: so they are moved farther than they seem to need
LARGEST_MOMENTUM = 0.95


@dataclass(frozen=True)
class Ways:
    """The ways of a problem."""

    start: IntArray  # (applicant + 1,)
    option: IntArray  # (way,)
    cell: IntArray  # (way,)
    atom: IntArray  # (way,)
    seats: IntArray  # (cell,)
    cell_atom: IntArray  # (cell,) -1 where nobody may sit
    programme_atom: IntArray  # (programme,)
    num_atoms: int


def ways_of(problem: Problem) -> Ways:
    """All options with all of their cells that have seats."""
    cells = usable_cells(problem, np.arange(len(problem.options.programme)))
    option, pool = np.nonzero(cells >= 0)
    cell = cells[option, pool]
    programme_atom, num_atoms = atom_of(problem)
    atom = programme_atom[problem.options.programme[option]]
    cell_atom = np.full(len(problem.cells.seats), -1, dtype=np.int64)
    cell_atom[cell] = atom
    start = np.searchsorted(problem.options.applicant[option], np.arange(problem.num_applicants + 1))
    return Ways(start.astype(np.int64), option, cell, atom, problem.cells.seats, cell_atom, programme_atom, num_atoms)


def bound_at(ways: Ways, cost: IntArray, of_cell: IntArray, of_atom: IntArray) -> int:
    """What everybody's cheapest way comes to at these prices, less what the seats are worth: exact.

    Args:
        cost: (way,)
        of_cell, of_atom: prices, those of cells at least 0.
    """
    return int(_cheapest(ways.start, cost, ways.cell, ways.atom, of_cell, of_atom)) - int(of_cell @ ways.seats)


@compiled
def _cheapest(
    start: IntArray, cost: IntArray, cell: IntArray, atom: IntArray, of_cell: IntArray, of_atom: IntArray
) -> int:
    total = 0
    for i in range(len(start) - 1):
        best = 0
        for w in range(start[i], start[i + 1]):
            best = min(best, cost[w] + of_cell[cell[w]] + of_atom[atom[w]])
        total += best
    return total


@dataclass(frozen=True)
class Guess:
    """Prices that nearly balance demand and seats: floats, which decide nothing by themselves."""

    of_cell: FloatArray  # (cell,)
    of_set: FloatArray  # (bounded set,) above 0 for an upper bound in force, below 0 for a lower one
    of_atom: FloatArray  # (atom,) those of the sets around it
    count: FloatArray  # (atom,) admissions at these prices


def guess(
    ways: Ways,
    cost: IntArray,
    inside: Sequence[IntArray],
    at_least: Sequence[int],
    at_most: Sequence[int],
    largest: int,
    passes: int,
) -> Guess:
    """Let everybody spread over their ways as if a little undecided, and raise prices where too many come.

    The less undecided they are, the nearer the prices are to those of the optimum, and the slower they move: so it is
    lowered in steps. Prices that all move the same way gather momentum (Nesterov): together they move slowest.

    Args:
        cost: (way,)
        inside: for each bounded set, its atoms.
        largest: of the costs, about.
        passes: at each step.
    """
    num_cells = len(ways.seats)
    member = np.zeros((ways.num_atoms, len(inside)))
    for b, atoms in enumerate(inside):
        member[atoms, b] = 1
    low, high = (
        np.maximum(np.array(at_least, dtype=np.float64), 1e-3),
        np.maximum(np.array(at_most, dtype=np.float64), 1e-3),
    )
    seats = np.maximum(ways.seats, 1e-3)
    count = np.zeros(ways.num_atoms)
    price = np.zeros(num_cells + len(inside))  # of cells, and behind them of sets
    asked = price
    steady = 0  # passes since prices turned back
    for temperature in TEMPERATURES:
        warmth = temperature * largest
        for _ in range(passes):
            of_cell, of_set = asked[:num_cells], asked[num_cells:]
            in_cell, count = _spread(
                ways.start, cost, ways.cell, ways.atom, of_cell, member @ of_set, warmth, num_cells, ways.num_atoms
            )
            of_cell = np.maximum(0, of_cell + warmth * np.log(np.maximum(in_cell, 1e-9) / seats))
            inside_now = np.maximum(count @ member, 1e-9)
            raised = of_set + PUSH * warmth * np.log(inside_now / high)
            lowered = of_set + PUSH * warmth * np.log(inside_now / low)
            of_set = np.where(raised > 0, raised, np.where(lowered < 0, lowered, 0))
            moved = np.concatenate([of_cell, of_set])
            steady = 0 if (asked - moved) @ (moved - price) > 0 else steady + 1
            asked = moved + min(LARGEST_MOMENTUM, steady / (steady + 3)) * (moved - price)
            asked[:num_cells] = np.maximum(0, asked[:num_cells])
            price = moved
    of_cell, of_set = price[:num_cells], price[num_cells:]
    return Guess(of_cell, of_set, member @ of_set, count)


@compiled
def _spread(
    start: IntArray,
    cost: IntArray,
    cell: IntArray,
    atom: IntArray,
    of_cell: FloatArray,
    of_atom: FloatArray,
    warmth: float,
    num_cells: int,
    num_atoms: int,
) -> tuple[FloatArray, FloatArray]:
    in_cell, in_atom = np.zeros(num_cells), np.zeros(num_atoms)
    longest = 0
    for i in range(len(start) - 1):
        longest = max(longest, start[i + 1] - start[i])
    price = np.empty(longest)
    for i in range(len(start) - 1):
        first, last = start[i], start[i + 1]
        best = 0.0
        for w in range(first, last):
            price[w - first] = cost[w] + of_cell[cell[w]] + of_atom[atom[w]]
            best = min(best, price[w - first])
        total = np.exp(best / warmth)
        for w in range(first, last):
            behind = (best - price[w - first]) / warmth
            price[w - first] = np.exp(behind) if behind > -30 else 0.0
            total += price[w - first]
        for w in range(first, last):
            if price[w - first] > 0:
                in_cell[cell[w]] += price[w - first] / total
                in_atom[atom[w]] += price[w - first] / total
    return in_cell, in_atom
