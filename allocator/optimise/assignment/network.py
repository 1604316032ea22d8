"""An optimal batch as a network: applicants send one unit each through programmes' cells and counted sets to the sink.

An option is one arc, to the cell it may use, or where it may use several, to an *entry* that has an arc to each of
them. From a cell the unit goes to the smallest counted set around its programme, from a set to the next one around
it, and at last to the sink; who is not placed goes to the sink directly. Capacities are seats and upper bounds; a
convex cost of a count is a row of parallel arcs of rising cost, and a lower bound is such a cost above all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from allocator.market.market import BoolArray, IntArray
from allocator.optimise.assignment.laminar import OUTSIDE, innermost, parents
from allocator.optimise.assignment.levels import Level, Piece, Term
from allocator.optimise.assignment.problem import UNBOUNDED, Problem

NOT_PLACED = -1  # the option of those who go to the sink directly


@dataclass(frozen=True)
class Limit:
    """Bounds on the count of a set of programmes."""

    programmes: BoolArray  # (programme,)
    at_least: int = 0
    at_most: int = UNBOUNDED


@dataclass(frozen=True)
class Network:
    """Nodes: entries and cells, then sets, last the sink. Arcs of options are apart from those of the structure."""

    participant: IntArray  # (row,) the applicants who have an option that leads anywhere
    start: IntArray  # (row + 1,) their ways: options, best first, and last not to be placed
    way_option: IntArray  # (way,) option of the problem, NOT_PLACED
    way_node: IntArray  # (way,) where it leads
    way_cost: IntArray  # (way, level)
    arc_tail: IntArray  # (arc,)
    arc_head: IntArray  # (arc,)
    arc_capacity: IntArray  # (arc,)
    arc_cost: IntArray  # (arc, level)
    node_cell: IntArray  # (node,) the cell that the node is, -1 for others
    num_nodes: int
    lower_bounds: int  # their sum; if there are any, the first level is minus what of them is reached

    @property
    def sink(self) -> int:
        return self.num_nodes - 1

    @property
    def num_levels(self) -> int:
        return int(self.way_cost.shape[1])


def single_sets(levels: Iterable[Level]) -> list[tuple[Level, Term, BoolArray]] | None:
    """The terms of the levels with the set of programmes that each counts; None if one counts anything else."""
    found = []
    for level in levels:
        for term in level.terms:
            if len(term.sets) != 1 or term.sets[0].applicants is not None:
                return None
            found.append((level, term, term.sets[0].programmes))
    return found


def build(problem: Problem, levels: Sequence[Level], limits: Sequence[Limit], usable: BoolArray) -> Network | None:
    """The network of a problem; None if its counted sets cross, or terms count more than sets of programmes.

    Args:
        levels: what is minimised, in this order.
        limits: bounds on counts.
        usable: (option,) options to keep.
    """
    terms = single_sets(levels)
    if terms is None:
        return None
    masks: dict[bytes, BoolArray] = {limit.programmes.tobytes(): limit.programmes for limit in limits}
    masks |= {programmes.tobytes(): programmes for _, _, programmes in terms}
    sets = list(masks.values())
    parent = parents(sets)
    if parent is None:
        return None
    first_level = int(any(limit.at_least > 0 for limit in limits))
    num_levels = first_level + len(levels)

    place = {key: s for s, key in enumerate(masks)}
    at_least, at_most = np.zeros(len(sets), dtype=np.int64), np.full(len(sets), UNBOUNDED, dtype=np.int64)
    for limit in limits:
        s = place[limit.programmes.tobytes()]
        at_least[s], at_most[s] = max(at_least[s], limit.at_least), min(at_most[s], limit.at_most)
    convex: list[list[tuple[int, Term]]] = [[] for _ in sets]
    for level, term, programmes in terms:
        position = next(i for i, other in enumerate(levels) if other is level)
        convex[place[programmes.tobytes()]].append((first_level + position, term))

    ways = _ways(problem, usable)
    num_inner = len(ways.node_cell)
    sink = num_inner + len(sets)
    tails, heads, capacities, costs = [ways.entry_tail], [ways.entry_head], [ways.entry_capacity], []
    costs.append(np.zeros((len(ways.entry_tail), num_levels), dtype=np.int64))
    # cells → the set around their programme
    cell_nodes = np.flatnonzero(ways.node_cell >= 0)
    cells = ways.node_cell[cell_nodes]
    home = innermost(sets, problem.num_programmes)[ways.cell_programme[cells]]
    tails.append(cell_nodes)
    heads.append(np.where(home == OUTSIDE, sink, num_inner + home))
    capacities.append(np.minimum(problem.cells.seats[cells], problem.num_applicants))
    cell_cost = np.zeros((len(cells), num_levels), dtype=np.int64)
    for at, level in enumerate(levels):
        if level.cell_cost is not None:
            cell_cost[:, first_level + at] = level.cell_cost[cells]
    costs.append(cell_cost)
    # sets → the set around them
    for s in range(len(sets)):
        most = int(min(at_most[s], problem.num_applicants))
        pieces = list(convex[s])
        if at_least[s] > 0:
            pieces.append((0, Term((), (Piece((-1,), 0), Piece((0,), -int(at_least[s]))))))
        steps = _steps(pieces, max(most, 0), num_levels)
        tails.append(np.full(len(steps), num_inner + s, dtype=np.int64))
        heads.append(np.full(len(steps), sink if parent[s] == OUTSIDE else num_inner + int(parent[s]), dtype=np.int64))
        capacities.append(np.array([width for width, _ in steps], dtype=np.int64))
        costs.append(np.array([slopes for _, slopes in steps], dtype=np.int64).reshape(len(steps), num_levels))

    way_cost = np.zeros((len(ways.option), num_levels), dtype=np.int64)
    given = np.flatnonzero(ways.option >= 0)
    for at, level in enumerate(levels):
        if level.option_cost is not None:
            way_cost[given, first_level + at] = level.option_cost[ways.option[given]]
    way_node = np.where(ways.option >= 0, ways.node, sink)
    return Network(
        participant=ways.participant,
        start=ways.start,
        way_option=ways.option,
        way_node=way_node,
        way_cost=way_cost,
        arc_tail=np.concatenate(tails),
        arc_head=np.concatenate(heads),
        arc_capacity=np.concatenate(capacities),
        arc_cost=np.concatenate(costs),
        node_cell=np.concatenate([ways.node_cell, np.full(len(sets) + 1, -1, dtype=np.int64)]),
        num_nodes=sink + 1,
        lower_bounds=int(at_least.sum()),
    )


def _steps(convex: Sequence[tuple[int, Term]], most: int, num_levels: int) -> list[tuple[int, tuple[int, ...]]]:
    """The parallel arcs of a set that holds up to ``most``: each a width and its cost by level, in rising order."""
    breaks = {0, most}
    for _, term in convex:
        for a, first in enumerate(term.pieces):
            for second in term.pieces[a + 1 :]:
                slope = first.slopes[0] - second.slopes[0]
                if slope:
                    # The two cross here; between whole numbers the cost is taken as straight.
                    crossing, rest = divmod(second.constant - first.constant, slope)
                    breaks |= {crossing, crossing + (rest != 0)}
    ends = sorted(b for b in breaks if 0 <= b <= most)
    steps = []
    for low, high in pairwise(ends):
        slopes = [0] * num_levels
        for level, term in convex:
            slopes[level] += (term.value((high,)) - term.value((low,))) // (high - low)
        steps.append((high - low, tuple(slopes)))
    return steps


@dataclass(frozen=True)
class _Ways:
    """Everybody's ways, and the nodes that they lead to: entries and cells."""

    participant: IntArray
    start: IntArray
    option: IntArray  # (way,) NOT_PLACED last
    node: IntArray  # (way,) 0 where not placed
    node_cell: IntArray  # (node,)
    entry_tail: IntArray  # (arc,) from entries to their cells
    entry_head: IntArray
    entry_capacity: IntArray
    cell_programme: IntArray  # (cell,)


def cell_programmes(problem: Problem) -> IntArray:
    """(cell,) whose seats they are; -1 for cells of reverted seats, which are not used here."""
    cells = problem.cells
    of = np.full(len(cells.seats), -1, dtype=np.int64)
    for j in range(len(cells.per_school)):
        programme, cell = cells.of_pool(j)
        of[cell] = programme[:, None]
    return of


def usable_cells(problem: Problem, option_index: IntArray) -> IntArray:
    """(option, pool) the cell that each option may use in each pool, -1 if it may not or if the cell has no seats."""
    options, cells = problem.options, problem.cells
    pools, programme = options.pools[option_index], options.programme[option_index]
    school = problem.applicant_school[options.applicant[option_index]]
    found = np.full((len(option_index), len(cells.per_school)), -1, dtype=np.int64)
    for j in range(len(cells.per_school)):
        may = np.flatnonzero((pools >> pools.dtype.type(j)) & pools.dtype.type(1))
        cell = cells.first[programme[may], j].astype(np.int64)
        if cells.per_school[j]:
            cell += school[may]
        found[may, j] = np.where(cells.seats[cell] > 0, cell, -1)
    return found


def _ways(problem: Problem, usable: BoolArray) -> _Ways:
    kept = np.flatnonzero(usable)
    cell_of = usable_cells(problem, kept)
    num_cells_of = (cell_of >= 0).sum(axis=1)
    leads = num_cells_of > 0
    kept, cell_of, num_cells_of = kept[leads], cell_of[leads], num_cells_of[leads]
    several = np.flatnonzero(num_cells_of > 1)
    # An entry for every set of cells that some option may use: rows of cells, equal rows one entry.
    entry_of = np.zeros(0, dtype=np.int64)
    entries = np.zeros((0, cell_of.shape[1]), dtype=np.int64)
    if len(several):
        entries, entry_of = _distinct(cell_of[several])
    used = np.zeros(len(problem.cells.seats), dtype=np.bool_)
    used[cell_of[cell_of >= 0]] = True
    cell_at = np.flatnonzero(used)
    node_of_cell = np.full(len(used), -1, dtype=np.int64)
    node_of_cell[cell_at] = len(entries) + np.arange(len(cell_at))
    node = node_of_cell[cell_of.max(axis=1, initial=-1)]
    node[several] = entry_of
    tail, pool = np.nonzero(entries >= 0)
    head = node_of_cell[entries[tail, pool]]

    applicant = problem.options.applicant[kept]
    participant, first, length = np.unique(applicant, return_index=True, return_counts=True)
    # Behind everybody's options, one way more.
    place = np.arange(len(kept)) + np.repeat(np.arange(len(participant)), length)
    option = np.full(len(kept) + len(participant), NOT_PLACED, dtype=np.int64)
    nodes = np.zeros(len(option), dtype=np.int64)
    option[place], nodes[place] = kept, node
    start = np.append(first + np.arange(len(participant)), len(option)).astype(np.int64)
    return _Ways(
        participant=participant.astype(np.int64),
        start=start,
        option=option,
        node=nodes,
        node_cell=np.concatenate([np.full(len(entries), -1, dtype=np.int64), cell_at]),
        entry_tail=tail.astype(np.int64),
        entry_head=head,
        entry_capacity=np.minimum(problem.cells.seats[entries[tail, pool]], problem.num_applicants),
        cell_programme=cell_programmes(problem),
    )


def _distinct(rows: IntArray) -> tuple[IntArray, IntArray]:
    """The different rows, and for each row which of them it is."""
    # The cells of a row are of one programme: the least and the sum tell most rows apart, a sort settles the rest.
    order = np.lexsort(rows.T)
    ordered = rows[order]
    is_new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    number = np.empty(len(rows), dtype=np.int64)
    number[order] = np.cumsum(is_new) - 1
    return ordered[is_new], number
