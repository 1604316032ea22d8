"""Chains of vacancies: what every applicant obtains when cells get more seats, without running anything again.

A vacancy goes to the best applicant who wants it, whose old seat is then the vacancy, until nobody wants it. Where
there are several orders of priority (rankings, cells), the stable matching so reached may leave two or more applicants
who would gladly exchange seats, and with stability: each is the best of those who want the other's place. Such cycles
are turned until there are none; then the outcome is again the applicant-optimal one (R7), as if run from scratch.
Proof: let S be those who still get better in that outcome. A seat that somebody of S leaves goes, among all who want
it, to the best, and that one is in S too, else they would have justified envy there. So from a seat of S the vacancy
leads to seats of S forever, which is a cycle.

A new cycle has a seat that would go to another than before, because somebody who moved does not want it any more (also
the one that they moved to): only from those who are next in line for such a seat cycles are looked for.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allocator.mechanisms.compilation import compiled

IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
Whole = int | np.signedinteger[Any]  # one integer inside the kernel

NUM_MOVES, NUM_TURNS, WALK, PLACED, FIRST_CHOICES, CHOICE_SUM, GENERAL, IMPROVED = range(8)  # of Standing.counts
EFFECTS = (PLACED, FIRST_CHOICES, CHOICE_SUM, GENERAL, IMPROVED)


class SeatMarket(NamedTuple):
    """A solved run as cells and the applicants who would rather have them.

    A *position* is a place in an applicant's order of cells: choice times ``num_stages`` plus the pool's place; larger
    is worse, and comparable for one applicant only. An *entry* is a cell that an applicant prefers to their own.
    """

    entry_start: IntArray  # (applicant + 1,) entries are grouped by applicant, best first
    entry_applicant: Int32Array  # (entry,)
    entry_position: IntArray  # (entry,)
    entry_cell: Int32Array  # (entry,)
    want_start: IntArray  # (cell + 1,)
    want_entry: Int32Array  # (entry,) the entries grouped by cell, best priority first
    falls_to: Int32Array  # (cell,) where a seat goes that nobody takes, -1: nowhere
    choice_number: IntArray  # (choice,) over all batches
    choice_general: BoolArray  # (choice,) the programme is of the general track
    position: IntArray  # (applicant,) of what they have; after every other for the unplaced
    cell: Int32Array  # (applicant,) that they have, -1 for the unplaced
    num_stages: int


class Standing(NamedTuple):
    """Who has what now, and what was changed on the way, so that it can be taken back."""

    position: IntArray  # (applicant,)
    cell: Int32Array  # (applicant,)
    next_want: IntArray  # (cell,) place in want_entry: nobody before it wants the cell any more
    visited: IntArray  # (cell,) the last walk that came by
    moved_applicant: IntArray  # (move,)
    moved_position: IntArray  # (move,) before it
    moved_cell: IntArray  # (move,) before it
    turned_cell: IntArray  # (turn,) whose next_want changed
    turned_next: IntArray  # (turn,) before it
    counts: IntArray  # moves and turns so far, the number of the last walk, and the EFFECTS so far


def new_standing(market: SeatMarket) -> Standing:
    """The solved run itself."""
    num_entries, num_cells = len(market.entry_cell), len(market.falls_to)
    # Every move and every turn uses an entry up, so the logs have room for all there can be.
    return Standing(
        position=market.position.copy(),
        cell=market.cell.copy(),
        next_want=market.want_start[:-1].copy(),
        visited=np.zeros(num_cells, dtype=np.int64),
        moved_applicant=np.zeros(num_entries, dtype=np.int64),
        moved_position=np.zeros(num_entries, dtype=np.int64),
        moved_cell=np.zeros(num_entries, dtype=np.int64),
        turned_cell=np.zeros(num_entries, dtype=np.int64),
        turned_next=np.zeros(num_entries, dtype=np.int64),
        counts=np.zeros(8, dtype=np.int64),
    )


@compiled
def worth_of(market: SeatMarket, standing: Standing, cells: IntArray, seats: IntArray) -> IntArray:
    """(target, amount, effect) what more seats in a cell would change, for each cell by itself.

    Args:
        cells: (target,)
        seats: (target, amount) more seats, not falling along a row.
    """
    result = np.zeros((len(cells), seats.shape[1], len(EFFECTS)), dtype=np.int64)
    for target in range(len(cells)):
        added = 0
        for amount in range(seats.shape[1]):
            add_seats(market, standing, cells[target], seats[target, amount] - added)
            added = seats[target, amount]
            for effect in range(len(EFFECTS)):
                result[target, amount, effect] = standing.counts[EFFECTS[effect]]
        take_back(standing, 0, 0)
        for effect in range(len(EFFECTS)):
            standing.counts[EFFECTS[effect]] = 0
    return result


@compiled
def add_seats(market: SeatMarket, standing: Standing, cell: Whole, num_seats: Whole) -> None:
    """The applicant-optimal stable outcome with more seats in a cell."""
    first_move = standing.counts[NUM_MOVES]
    for _ in range(num_seats):
        before = standing.counts[NUM_MOVES]
        _follow(market, standing, cell)
        if standing.counts[NUM_MOVES] == before:
            break  # nobody wants this seat, nor any further one
    _turn_cycles(market, standing, first_move)


@compiled
def take_back(standing: Standing, num_moves: Whole, num_turns: Whole) -> None:
    """Undo all but the first moves and turns; the effects counted are the caller's to restore."""
    for at in range(standing.counts[NUM_MOVES] - 1, num_moves - 1, -1):
        applicant = standing.moved_applicant[at]
        standing.position[applicant] = standing.moved_position[at]
        standing.cell[applicant] = standing.moved_cell[at]
    for at in range(standing.counts[NUM_TURNS] - 1, num_turns - 1, -1):
        standing.next_want[standing.turned_cell[at]] = standing.turned_next[at]
    standing.counts[NUM_MOVES] = num_moves
    standing.counts[NUM_TURNS] = num_turns


@compiled
def _follow(market: SeatMarket, standing: Standing, vacancy: Whole) -> None:
    """One vacancy, to its end."""
    cell = np.int64(vacancy)
    while cell >= 0:
        entry = _best(market, standing, cell)
        if entry < 0:
            return
        cell = np.int64(standing.cell[market.entry_applicant[entry]])
        _move(market, standing, entry)


@compiled
def _best(market: SeatMarket, standing: Standing, vacancy: Whole) -> Whole:
    """The entry that a vacancy goes to: the best who wants it, there or where it falls to; -1 if nobody does."""
    cell = np.int64(vacancy)
    while cell >= 0:
        at = standing.next_want[cell]
        end = market.want_start[cell + 1]
        while at < end:
            entry = market.want_entry[at]
            if market.entry_position[entry] < standing.position[market.entry_applicant[entry]]:
                break
            at += 1
        if at > standing.next_want[cell]:
            turn = standing.counts[NUM_TURNS]
            standing.turned_cell[turn] = cell
            standing.turned_next[turn] = standing.next_want[cell]
            standing.counts[NUM_TURNS] = turn + 1
            standing.next_want[cell] = at
        if at < end:
            return np.int64(market.want_entry[at])
        cell = np.int64(market.falls_to[cell])
    return np.int64(-1)


@compiled
def _move(market: SeatMarket, standing: Standing, entry: Whole) -> None:
    """An applicant gets a better cell; the effects are counted."""
    applicant = market.entry_applicant[entry]
    counts = standing.counts
    move = counts[NUM_MOVES]
    old, new = standing.position[applicant], market.entry_position[entry]
    standing.moved_applicant[move] = applicant
    standing.moved_position[move] = old
    standing.moved_cell[move] = standing.cell[applicant]
    counts[NUM_MOVES] = move + 1
    was_placed = standing.cell[applicant] >= 0
    standing.position[applicant] = new
    standing.cell[applicant] = market.entry_cell[entry]
    before, after = old // market.num_stages, new // market.num_stages
    base = market.position[applicant] // market.num_stages
    if after < base and before == base:
        counts[IMPROVED] += 1
    if was_placed:
        counts[FIRST_CHOICES] -= market.choice_number[before] == 1
        counts[CHOICE_SUM] -= market.choice_number[before]
        counts[GENERAL] -= market.choice_general[before]
    else:
        counts[PLACED] += 1
    counts[FIRST_CHOICES] += market.choice_number[after] == 1
    counts[CHOICE_SUM] += market.choice_number[after]
    counts[GENERAL] += market.choice_general[after]


@compiled
def _turn_cycles(market: SeatMarket, standing: Standing, first_move: Whole) -> None:
    """Turn every improving cycle that the moves since ``first_move`` have made possible, and those from there on."""
    # A walk that found no cycle came to an end, and so would every walk that joins it, until somebody moves again.
    fresh = standing.counts[WALK] + 1
    at = first_move
    while at < standing.counts[NUM_MOVES]:
        applicant = standing.moved_applicant[at]
        for entry in range(market.entry_start[applicant], market.entry_start[applicant + 1]):
            if market.entry_position[entry] >= standing.moved_position[at]:
                break
            if market.entry_position[entry] >= standing.position[applicant]:
                best = _best(market, standing, market.entry_cell[entry])
                if best >= 0:
                    start = standing.cell[market.entry_applicant[best]]
                    fresh = _turn_cycles_from(market, standing, start, fresh)
        at += 1


@compiled
def _turn_cycles_from(market: SeatMarket, standing: Standing, start: Whole, fresh: Whole) -> Whole:
    """Follow the vacancy that a cell would have; as long as that comes to a cycle, turn it.

    Args:
        fresh: walks from this one on were made since anybody moved; returned as it is afterwards.
    """
    cell = np.int64(start)
    standing.counts[WALK] += 1
    walk = standing.counts[WALK]
    while cell >= 0 and standing.visited[cell] < fresh:
        standing.visited[cell] = walk
        entry = _best(market, standing, cell)
        cell = np.int64(standing.cell[market.entry_applicant[entry]]) if entry >= 0 else np.int64(-1)
        if cell >= 0 and standing.visited[cell] == walk:
            _turn(market, standing, cell)
            standing.counts[WALK] += 1
            walk = standing.counts[WALK]
            fresh = walk
            cell = np.int64(start)
    return np.int64(fresh)


@compiled
def _turn(market: SeatMarket, standing: Standing, cell: Whole) -> None:
    """Turn the cycle that a cell is on: everybody moves at once."""
    num_moves = 0
    at = np.int64(cell)
    while num_moves == 0 or at != cell:
        num_moves += 1
        at = np.int64(standing.cell[market.entry_applicant[_best(market, standing, at)]])
    entries = np.empty(num_moves, dtype=np.int64)
    for move in range(num_moves):
        entries[move] = _best(market, standing, at)
        at = np.int64(standing.cell[market.entry_applicant[entries[move]]])
    for move in range(num_moves):
        _move(market, standing, entries[move])


@compiled
def best_of_every_cell(market: SeatMarket, standing: Standing) -> None:
    """Bring ``next_want`` of every cell up to the best who still wants it."""
    for cell in range(len(market.falls_to)):
        _best(market, standing, cell)
