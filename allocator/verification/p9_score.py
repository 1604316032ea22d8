"""P9's ``score``: among the optima, everybody in ranking order has the best that those before them leave (R10).

Somebody can have a better way exactly if it lies on a circle of free arcs in which those before them only go to ways as
good as their own. So arcs come in time: first those that cost nobody anything, then, from the last in the ranking to
the first, the other ways of each. A better way that closes a circle as soon as it comes is a breach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario
from allocator.verification.joined import TimedPairs, joined
from allocator.verification.residual_network import CELL, ENTRY, MOVE, Arcs, Network


@dataclass(frozen=True)
class Preferred:
    """What somebody could have had in each of score's three passes: participants, by row."""

    by_choice: IntArray
    by_programme: IntArray  # of equal choice numbers, a smaller programme_id
    by_pool: IntArray  # an earlier pool of the same programme


def better_by_score(scenario: Scenario, net: Network, free: Arcs, order: IntArray) -> Preferred:
    """Who could have had something better; all empty if the assignment is the one of ``score``.

    Args:
        free: the arcs along which one optimum turns into another.
        order: (row,) the rows, best first.
    """
    tables = net.tables
    time = np.empty(len(order), dtype=np.int64)
    time[order] = np.arange(len(order), 0, -1)
    ids = scenario.cohort.programmes.ids
    place = np.empty(len(ids) + 1, dtype=np.int64)
    place[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    place[-1] = len(ids)  # of those who are not placed
    is_move = free.kind == MOVE
    moves, fixed = free.chosen(is_move), free.chosen(~is_move)
    row = tables.row[moves.item]
    own, other = tables.way_number[net.held[row]], tables.way_number[moves.item]
    by_choice = _who(net, fixed, moves, row, np.where(own == other, 0, time[row]), other < own)
    as_good = own == other
    moves, row = moves.chosen(as_good), row[as_good]
    smaller = place[tables.way_programme[moves.item]] < place[tables.way_programme[net.held[row]]]
    by_programme = _who(net, fixed, moves, row, time[row], smaller)
    return Preferred(by_choice, by_programme, _by_pool(net, free, time))


def _who(net: Network, fixed: Arcs, moves: Arcs, row: IntArray, time: IntArray, is_better: BoolArray) -> IntArray:
    """The rows with a better move that lies on a circle as soon as it comes.

    Args:
        fixed: the arcs that belong to nobody.
        row, time, is_better: (move,)
    """
    nodes = np.concatenate((fixed.tail, moves.tail)), np.concatenate((fixed.head, moves.head))
    arcs = TimedPairs(*nodes, np.concatenate((np.zeros(len(fixed.tail), dtype=np.int64), time)))
    asked = TimedPairs(moves.tail[is_better], moves.head[is_better], time[is_better])
    return np.unique(row[is_better][joined(arcs, asked, net.num_nodes)])


def _by_pool(net: Network, free: Arcs, time: IntArray) -> IntArray:
    """The rows that could have had an earlier pool of their programme, everybody's programme being settled.

    Nodes are the cells and, behind them, one for each programme: seats that are free or given up inside it.
    """
    tables, batch = net.tables, net.tables.batch
    entry = np.flatnonzero((free.kind == ENTRY) & (free.sign > 0))
    is_free = np.zeros(len(tables.entry_node), dtype=np.bool_)
    is_free[free.item[entry]] = True
    first = np.searchsorted(tables.entry_node, np.arange(batch.num_cells, tables.num_nodes))
    length = np.bincount(tables.entry_node - batch.num_cells, minlength=tables.num_nodes - batch.num_cells)
    node = tables.way_node[net.held]
    row = np.flatnonzero(node >= batch.num_cells)
    at = node[row] - batch.num_cells
    mover = np.repeat(row, length[at])
    nth = np.arange(len(mover)) - np.repeat(np.cumsum(length[at]) - length[at], length[at])
    arc = np.repeat(first[at], length[at]) + nth
    tail, head = tables.held_cell[mover], tables.entry_cell[arc]
    moves = is_free[arc] & (tail != head)
    mover, tail, head = mover[moves], tail[moves], head[moves]
    of_cell = free.chosen(free.kind == CELL)
    programme = batch.num_cells + batch.cell_programme[of_cell.item]
    gains = of_cell.sign > 0
    arcs = TimedPairs(
        np.concatenate((tail, np.where(gains, of_cell.item, programme))),
        np.concatenate((head, np.where(gains, programme, of_cell.item))),
        np.concatenate((time[mover], np.zeros(len(programme), dtype=np.int64))),
    )
    earlier = batch.cell_pool[head] < batch.cell_pool[tail]
    asked = TimedPairs(tail[earlier], head[earlier], time[mover][earlier])
    return np.unique(mover[earlier][joined(arcs, asked, batch.num_cells + len(batch.cell_first))])
