"""P9: how an optimal batch can be changed: its residual network, contracted to the nodes behind the applicants.

An applicant who goes from one way to another is an arc between the nodes that the two lead to. Entries lead to cells,
cells to the smallest counted set around their programme, sets to the next one around them, and at last *outside*,
where also those are who got nothing. Every other assignment within the bounds is this one, changed along circles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.capped_sets import homes, parents
from allocator.verification.counted_sets import CountedSet
from allocator.verification.optimal_tables import NOT_PLACED, OptimalTables

MOVE, ENTRY, CELL, SET = range(4)  # what an arc changes


@dataclass(frozen=True)
class Network:
    """An optimal batch whose counted sets contain one another or do not meet."""

    tables: OptimalTables
    sets: tuple[CountedSet, ...]
    parent: IntArray  # (set,) node of the set around it, or the outside
    cell_home: IntArray  # (cell,) node behind the cell
    may_use: BoolArray  # (way,)
    held: IntArray  # (row,) way
    entry_flow: IntArray  # (entry arc,)
    cell_flow: IntArray  # (cell,)
    set_flow: IntArray  # (set,)

    @property
    def outside(self) -> int:
        return self.tables.num_nodes + len(self.sets)

    @property
    def num_nodes(self) -> int:
        return self.outside + 1


@dataclass(frozen=True)
class Level:
    """A number that is made small, of whole units: a sum over ways and cells, and what it makes of sets."""

    objective: str
    way_cost: IntArray | None = None  # (way,) 0 where not placed
    cell_cost: IntArray | None = None  # (cell,)
    of_sets: bool = False  # what CountedSet.worth says of the objective
    unit: int = 1  # the worths of sets are multiples of 1/unit


@dataclass(frozen=True)
class Arcs:
    """Arcs of the residual network."""

    tail: IntArray
    head: IntArray
    kind: IntArray  # MOVE, ENTRY, CELL or SET
    item: IntArray  # the way, entry arc, cell or set
    sign: IntArray  # 1: one more there; −1: one less

    def chosen(self, which: BoolArray | IntArray) -> Arcs:
        return Arcs(self.tail[which], self.head[which], self.kind[which], self.item[which], self.sign[which])


def network(tables: OptimalTables, sets: Sequence[CountedSet], may_use: BoolArray) -> Network | None:
    """The network of these sets; None if two of them cross."""
    members = [one.programmes for one in sets]
    around = parents(members)
    if around is None:
        return None
    batch = tables.batch
    outside = tables.num_nodes + len(sets)
    home = homes(members, len(batch.cell_first))[batch.cell_programme]
    inside = np.flatnonzero(tables.held_cell >= 0)
    cell = tables.held_cell[inside]
    cell_flow = np.bincount(cell, minlength=batch.num_cells)
    programme_flow = np.bincount(batch.cell_programme, weights=cell_flow, minlength=len(batch.cell_first))
    node = tables.way_node[tables.held[inside]]
    by_entry = node >= batch.num_cells
    pair = tables.entry_node * batch.num_cells + tables.entry_cell  # rising by node; cells rise within a programme
    order = np.argsort(pair)
    used = np.searchsorted(pair[order], node[by_entry] * batch.num_cells + cell[by_entry])
    return Network(
        tables=tables,
        sets=tuple(sets),
        parent=np.array([outside if p < 0 else tables.num_nodes + p for p in around], dtype=np.int64),
        cell_home=np.where(home < 0, outside, tables.num_nodes + home),
        may_use=may_use,
        held=tables.held,
        entry_flow=np.bincount(order[used], minlength=len(pair)),
        cell_flow=cell_flow,
        set_flow=np.array([int(programme_flow[m].sum()) for m in members], dtype=np.int64),
    )


def all_arcs(net: Network) -> Arcs:
    """Every way in which one admission more or less can be passed on."""
    tables, batch = net.tables, net.tables.batch
    row = tables.row
    is_held = np.zeros(len(row), dtype=np.bool_)
    is_held[net.held] = True
    way = np.flatnonzero(net.may_use & ~is_held)
    node = np.where(tables.way_programme == NOT_PLACED, net.outside, tables.way_node)
    seats = net.tables.standing.setting.seats
    cells = np.arange(batch.num_cells)
    sets = np.arange(len(net.sets))
    least = np.array([one.at_least for one in net.sets], dtype=np.int64)
    most = np.array([one.at_most for one in net.sets], dtype=np.int64)
    taken, given_back = np.flatnonzero(net.entry_flow > 0), np.arange(len(tables.entry_node))
    more, fewer = np.flatnonzero(net.cell_flow < seats), np.flatnonzero(net.cell_flow > 0)
    grows, shrinks = sets[net.set_flow < most], sets[net.set_flow > least]
    set_node = tables.num_nodes + sets
    parts = [
        (node[net.held[row[way]]], node[way], MOVE, way, 1),
        (tables.entry_node, tables.entry_cell, ENTRY, given_back, 1),
        (tables.entry_cell[taken], tables.entry_node[taken], ENTRY, taken, -1),
        (cells[more], net.cell_home[more], CELL, more, 1),
        (net.cell_home[fewer], cells[fewer], CELL, fewer, -1),
        (set_node[grows], net.parent[grows], SET, grows, 1),
        (net.parent[shrinks], set_node[shrinks], SET, shrinks, -1),
    ]
    return Arcs(
        tail=np.concatenate([part[0] for part in parts]).astype(np.int64),
        head=np.concatenate([part[1] for part in parts]).astype(np.int64),
        kind=np.repeat([part[2] for part in parts], [len(part[3]) for part in parts]),
        item=np.concatenate([part[3] for part in parts]).astype(np.int64),
        sign=np.repeat([part[4] for part in parts], [len(part[3]) for part in parts]),
    )


def costs(net: Network, arcs: Arcs, level: Level) -> IntArray:
    """(arc,) what the level gains or loses along each arc, in its own whole units."""
    cost = np.zeros(len(arcs.tail), dtype=np.int64)
    if level.way_cost is not None:
        at = np.flatnonzero(arcs.kind == MOVE)
        way = arcs.item[at]
        cost[at] = level.way_cost[way] - level.way_cost[net.held[net.tables.row[way]]]
    if level.cell_cost is not None:
        at = np.flatnonzero(arcs.kind == CELL)
        cost[at] = level.cell_cost[arcs.item[at]] * arcs.sign[at]
    if level.of_sets:
        at = np.flatnonzero(arcs.kind == SET)
        cost[at] = [level.unit * _step(net, int(arcs.item[a]), int(arcs.sign[a]), level.objective) for a in at.tolist()]
    return cost


def _step(net: Network, at: int, sign: int, objective: str) -> Fraction:
    """What one admission more or less in a set makes of an objective."""
    count = int(net.set_flow[at])
    worths = net.sets[at].worth.get(objective, ())
    return sum((worth(count + sign) - worth(count) for worth in worths), start=Fraction(0))


def changed(net: Network, circle: Arcs) -> Network:
    """The network after one admission more along each arc of a circle."""
    held, entry = net.held.copy(), net.entry_flow.copy()
    cell, of_set = net.cell_flow.copy(), net.set_flow.copy()
    moves = circle.item[circle.kind == MOVE]
    held[net.tables.row[moves]] = moves
    for kind, flow in ((ENTRY, entry), (CELL, cell), (SET, of_set)):
        at = circle.kind == kind
        np.add.at(flow, circle.item[at], circle.sign[at])
    return replace(net, held=held, entry_flow=entry, cell_flow=cell, set_flow=of_set)
