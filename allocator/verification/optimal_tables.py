"""An optimal batch restated (R10, R11): who takes part, everybody's ways, and what was given to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario
from allocator.verification.capped_sets import attribute
from allocator.verification.matrix import positions
from allocator.verification.priority import Order
from allocator.verification.standing import BARRED, Standing
from allocator.verification.tables import BatchTables, ScenarioTables

NOT_PLACED = -1  # the programme of the way of those who get nothing
WORST = 2**31  # the choice number of that way: being unplaced is the worst


@dataclass(frozen=True)
class OptimalTables:
    """Everybody's ways: options that may use some seat by R1, best first, and last the way of getting nothing.

    A way leads to a node: the cell that it may use, or where it may use several, to an *entry* with an arc to each.
    Nodes are the cells of the batch and behind them the entries.
    """

    standing: Standing
    participant: IntArray  # (row,) the applicants who have an option
    start: IntArray  # (row + 1,) their ways
    way_programme: IntArray  # (way,) NOT_PLACED in the last of a row
    way_number: IntArray  # (way,) choice number; WORST where not placed
    way_node: IntArray  # (way,) -1 where not placed
    entry_node: IntArray  # (arc,) from entries to cells
    entry_cell: IntArray  # (arc,)
    num_nodes: int
    held: IntArray  # (row,) way
    held_cell: IntArray  # (row,) -1 if not admitted here
    is_sound: bool  # every admission here is one of these ways, through a seat that there is

    @property
    def row(self) -> IntArray:
        """(way,)"""
        return np.repeat(np.arange(len(self.participant)), np.diff(self.start))

    @property
    def batch(self) -> BatchTables:
        return self.standing.tables


def optimal_tables(standing: Standing) -> OptimalTables:
    """The ways of an optimal or reassignment batch, from the slots that are open in this run."""
    batch, slots, sat = standing.tables, standing.tables.slots, standing.admissions
    seats = standing.setting.seats
    alive = np.flatnonzero((standing.setting.key != BARRED) & (seats > 0)[slots.cell])
    place = slots.place[alive].astype(np.int64)
    choice, pool = place // batch.width, place % batch.width
    cell = slots.cell[alive].astype(np.int64)
    first = np.flatnonzero(np.append(True, choice[1:] != choice[:-1])) if len(choice) else choice
    option_choice = choice[first]
    num_cells_of = np.diff(np.append(first, len(choice)))
    node, entry_node, entry_cell, num_nodes = _nodes(batch, first, num_cells_of, cell, pool)

    applicant = batch.applicant[option_choice]
    participant, begins = np.unique(applicant, return_index=True)
    num_options = np.diff(np.append(begins, len(applicant)))
    option_row = np.repeat(np.arange(len(participant)), num_options)
    at = np.arange(len(applicant)) + option_row
    start = np.append(begins + np.arange(len(participant)), len(applicant) + len(participant))
    way_programme = np.full(start[-1], NOT_PLACED, dtype=np.int64)
    way_number = np.full(start[-1], WORST, dtype=np.int64)
    way_node = np.full(start[-1], -1, dtype=np.int64)
    way_programme[at] = batch.programme[option_choice]
    way_number[at] = batch.number[option_choice]
    way_node[at] = node

    held = start[1:] - 1
    held_cell = np.full(len(participant), -1, dtype=np.int64)
    slot = sat.slot[participant]
    found = np.minimum(np.searchsorted(alive, slot), max(0, len(alive) - 1))
    is_held = (slot >= 0) & (alive[found] == slot) if len(alive) else slot >= 0
    held[is_held] = at[np.searchsorted(first, found[is_held], side="right") - 1]
    held_cell[is_held] = cell[found[is_held]]
    fits = bool((standing.admitted <= standing.seats).all())
    return OptimalTables(
        standing=standing,
        participant=participant,
        start=start,
        way_programme=way_programme,
        way_number=way_number,
        way_node=way_node,
        entry_node=entry_node,
        entry_cell=entry_cell,
        num_nodes=num_nodes,
        held=held,
        held_cell=held_cell,
        is_sound=fits and int(is_held.sum()) == int((sat.programme >= 0).sum()),
    )


def _nodes(
    batch: BatchTables, first: IntArray, num_cells_of: IntArray, cell: IntArray, pool: IntArray
) -> tuple[IntArray, IntArray, IntArray, int]:
    """(option,) the node, then the arcs from entries to cells, and the number of nodes.

    Args:
        first, num_cells_of: (option,) where its cells begin, and how many they are.
        cell, pool: of every option in turn.
    """
    node = cell[first]
    several = np.flatnonzero(num_cells_of > 1)
    if not len(several):
        nothing = np.zeros(0, dtype=np.int64)
        return node, nothing, nothing, batch.num_cells
    # The pools and one cell, the one per feeder school if there is one, tell all cells: they are of one programme.
    bits = np.left_shift(np.int64(1), pool)
    pools = _numbered(np.add.reduceat(bits, first)[several])
    telling = np.maximum.reduceat(cell + np.where(batch.per_school[pool], batch.num_cells, 0), first)[several]
    entry = _numbered(pools * (2 * batch.num_cells) + telling)
    node = node.copy()
    node[several] = batch.num_cells + entry
    shown = np.empty(int(entry.max()) + 1, dtype=np.int64)
    shown[entry] = several
    length = num_cells_of[shown]
    nth = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    entry_node = batch.num_cells + np.repeat(np.arange(len(shown)), length)
    return node, entry_node, cell[np.repeat(first[shown], length) + nth], batch.num_cells + len(shown)


def _numbered(values: IntArray) -> IntArray:
    """The values numbered from 0: equal ones have equal numbers."""
    span = int(values.max()) + 1
    if span > max(2**22, 4 * len(values)):
        return np.unique(values, return_inverse=True)[1].astype(np.int64)
    occurs = np.zeros(span, dtype=np.bool_)
    occurs[values] = True
    return (np.cumsum(occurs) - 1)[values]


def in_own_area(scenario: Scenario, tables: OptimalTables) -> BoolArray:
    """(way,) whether the programme lies in the applicant's area."""
    inside = np.zeros(len(tables.way_programme), dtype=np.bool_)
    area = positions(attribute(scenario, "area"), scenario.cohort.area_names)
    given = np.flatnonzero(tables.way_programme >= 0)
    own = scenario.cohort.applicants.area[tables.participant[tables.row[given]]]
    inside[given] = (own >= 0) & (own == area[tables.way_programme[given]])
    return inside


def ranking_order(tables: ScenarioTables, optimal: OptimalTables) -> IntArray:
    """(row,) the participants in the order of the batch's ranking; equals, and last those without score, by identifier.

    Returns:
        Rows, best first.
    """
    ids = tables.scenario.cohort.applicants.ids.gather(optimal.participant)
    by_identifier = np.empty(len(ids), dtype=np.int64)
    by_identifier[ids.arg_sort().to_numpy()] = np.arange(len(ids))
    order: Order = tables.orders[optimal.batch.rule.ranking]
    if order.from_priorities:
        return np.argsort(by_identifier)
    missing = order.missing[optimal.participant]
    rank = np.where(missing, 0, order.rank[optimal.participant])
    return np.lexsort((by_identifier, rank, missing))
