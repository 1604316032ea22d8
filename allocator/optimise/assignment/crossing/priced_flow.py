"""The cheapest assignment with given counts of the atoms, as one flow, and the cut that its prices prove."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.market.market import BoolArray, IntArray
from allocator.optimise.assignment.crossing.ways import Ways, bound_at
from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.min_cost import cheapest
from allocator.optimise.assignment.network import Limit, Network, build
from allocator.optimise.assignment.problem import Problem


@dataclass(frozen=True)
class Cut:
    """For every assignment, with count n of the atoms: its cost is at least constant − of_atom·n."""

    constant: int
    of_cell: IntArray  # (cell,) prices
    of_atom: IntArray  # (atom,)


@dataclass(frozen=True)
class Evaluated:
    """An assignment, and what is learnt from it."""

    option: IntArray  # (admission,) the options that are given
    count: IntArray  # (atom,)
    cell_count: IntArray  # (cell,)
    cost: int
    cut: Cut
    missed: BoolArray  # (option,) left out of the flow, but cheaper at its prices than what is in it


def evaluate(
    problem: Problem,
    ways: Ways,
    option_cost: IntArray,
    cell_cost: IntArray,
    usable: BoolArray,
    *,
    most: IntArray | None = None,
    reward: int = 0,
    of_atom: IntArray | None = None,
) -> Evaluated:
    """One flow: counts of at most ``most``, each admission rewarded, or else each atom at its price.

    Args:
        option_cost, cell_cost: (option,), (cell,)
        usable: (option,) the options in the flow; the cut holds for all of them.
        most: (atom,)
        of_atom: (atom,)
    """
    price = -reward * np.ones(ways.num_atoms, dtype=np.int64) if of_atom is None else of_atom
    priced = option_cost + price[ways.programme_atom[problem.options.programme]]
    limits = []
    if most is not None:
        limits = [Limit(ways.programme_atom == a, 0, int(most[a])) for a in range(ways.num_atoms)]
    network = build(problem, [Level("priced", option_cost=priced, cell_cost=cell_cost)], limits, usable)
    assert network is not None  # atoms do not meet
    flow = cheapest(network)
    toll = -flow.price[:, 0]
    of_cell = _cell_prices(network, toll, len(ways.seats))
    total = price.copy()
    if most is not None:
        sets = network.sink - ways.num_atoms
        total += np.maximum(0, toll[sets : network.sink] - toll[network.sink])
    given = network.way_option[flow.held]
    given = given[given >= 0]
    in_cells = network.node_cell[network.arc_tail]
    leaving = np.flatnonzero(in_cells >= 0)
    cell_count = np.zeros(len(ways.seats), dtype=np.int64)
    cell_count[in_cells[leaving]] = flow.flow[leaving]
    cost = int(option_cost[given].sum()) + int(cell_count @ cell_cost)
    way_cost = option_cost[ways.option] + cell_cost[ways.cell]
    constant = bound_at(ways, way_cost, of_cell, total)
    missed = _missed(problem, ways, way_cost + of_cell[ways.cell] + total[ways.atom], usable)
    count = np.bincount(ways.programme_atom[problem.options.programme[given]], minlength=ways.num_atoms)
    return Evaluated(given, count, cell_count, cost, Cut(constant, of_cell, total), missed)


def _missed(problem: Problem, ways: Ways, reduced: IntArray, usable: BoolArray) -> BoolArray:
    applicant = problem.options.applicant[ways.option]
    cheapest = np.zeros(problem.num_applicants, dtype=np.int64)
    inside = usable[ways.option]
    np.minimum.at(cheapest, applicant[inside], reduced[inside])
    missed = np.zeros(len(usable), dtype=np.bool_)
    missed[ways.option[reduced < cheapest[applicant]]] = True
    return missed


def _cell_prices(network: Network, toll: IntArray, num_cells: int) -> IntArray:
    """What a seat of each cell costs beyond what lies behind it."""
    of_cell = np.zeros(num_cells, dtype=np.int64)
    in_cells = network.node_cell[network.arc_tail]
    leaving = np.flatnonzero(in_cells >= 0)
    behind = np.zeros(num_cells, dtype=np.int64)
    behind[in_cells[leaving]] = toll[network.arc_head[leaving]] + network.arc_cost[leaving, 0]
    of_cell[in_cells[leaving]] = np.maximum(0, toll[network.arc_tail[leaving]] - behind[in_cells[leaving]])
    # The arc from an entry is as wide as the cell; where it is full, the entry bears the price instead of the cell.
    to_cells = network.node_cell[network.arc_head]
    entering = np.flatnonzero(to_cells >= 0)
    np.maximum.at(of_cell, to_cells[entering], toll[network.arc_tail[entering]] - behind[to_cells[entering]])
    return of_cell
