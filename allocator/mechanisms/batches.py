"""R5 to R7: the batches of a run in their written order, each solved by deferred acceptance or by its objectives.

Floors, carried seats and leftover seats are fixed before a batch runs and do not move while it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from allocator.market.market import (
    NO_BATCH,
    NO_CHOICE,
    NO_FLOOR,
    NO_LINE,
    PROVISIONAL,
    BatchMarket,
    BoolArray,
    Int32Array,
    IntArray,
    Market,
)
from allocator.mechanisms.closed import Closures
from allocator.mechanisms.deferred_acceptance import BatchArrays, deferred_acceptance
from allocator.mechanisms.eligibility import PoolBits, eligible_pools, without_those_below


@dataclass(frozen=True)
class Question:
    """A batch that objectives decide (R10, R11), with what is in force."""

    batch: BatchMarket  # of a reassignment, with everything that is left as choices
    seats: IntArray  # (cell,)
    pools: PoolBits  # (choice,) one bit per pool that R1 lets the choice use
    programme_of: Int32Array  # (applicant,) admissions of earlier batches, -1 for none


@dataclass(frozen=True)
class Answer:
    """What such a batch came to."""

    held_choice: IntArray  # (applicant,) position among the choices, -1 if not admitted here
    held_cell: Int32Array  # (applicant,)
    claim: Any  # what the solver says of its optimum, for those who publish it


Optimise = Callable[[Market, Question], Answer]  # an optimiser is handed in: it belongs to another stage


def only_stable(market: Market, question: Question) -> Answer:
    """What is handed in where no batch is decided by objectives."""
    raise AssertionError(f"batch {question.batch.position} is decided by objectives, and nothing was to be")


@dataclass(frozen=True)
class BatchSolution:
    """What one batch came to."""

    batch: BatchMarket  # as it was solved
    held_choice: IntArray  # (applicant,) position among the batch's choices, -1 if not admitted here
    held_cell: Int32Array  # (applicant,) cell of the admission, -1 if not admitted here
    cell_seats: IntArray  # (cell,) seats in force: the table's, carried in, left over; reverted: those that reverted
    cell_admitted: IntArray  # (cell,)
    floor: IntArray  # (programme, pool) least score in force, NO_FLOOR if none
    provisional_line: IntArray  # (programme,) R6, NO_LINE where there is none or it was not needed
    open_line: IntArray  # (programme,) lowest score admitted through a full `open` pool, NO_LINE if not full
    claim: Any = None  # of an optimal batch: what the solver says of its optimum


@dataclass(frozen=True)
class Solution:
    """All batches of one run, under given control lines."""

    batches: tuple[BatchSolution, ...]
    batch_of: Int32Array  # (applicant,) batch of the admission, -1 if unplaced
    programme_of: Int32Array  # (applicant,) programme of the admission, -1 if unplaced
    closures: Closures | None = None  # R10: what closed; None where no programme has a least size


def solve(market: Market, blocked: BoolArray, optimise: Optimise | None = None) -> Solution:
    """Run all batches.

    Args:
        blocked: (applicant,) below the control line of their scope (R8): no programme of the general track.
        optimise: solves the batches that objectives decide; a market without them needs none.
    """
    batch_of = np.full(market.num_applicants, -1, dtype=np.int32)
    programme_of = np.full(market.num_applicants, -1, dtype=np.int32)
    carried = np.zeros((len(market.batches), market.num_programmes), dtype=np.int64)
    table_seats = np.zeros(market.num_programmes, dtype=np.int64)  # of the batches so far
    has_leftover = any(batch.leftover for batch in market.batches)
    solutions: list[BatchSolution] = []
    for batch in market.batches:
        seats = _seats_in_force(batch, carried, table_seats, programme_of)
        if batch.mechanism == "stable":
            solution = _solve_batch(market, batch, seats, solutions, batch_of >= 0, blocked)
        else:
            assert optimise is not None  # whoever runs a market that has such batches hands it in
            solution = _optimise_batch(market, batch, seats, solutions, programme_of, blocked, optimise)
        solutions.append(solution)
        admitted = np.flatnonzero(solution.held_choice >= 0)
        batch_of[admitted] = batch.position
        programme_of[admitted] = solution.batch.choice_programme[solution.held_choice[admitted]]
        if has_leftover:
            table_seats += _per_programme(batch, batch.cell_seats, market.num_schools)
        _carry(market, batch, solution, carried)
    return Solution(tuple(solutions), batch_of, programme_of)


def _seats_in_force(batch: BatchMarket, carried: IntArray, table_seats: IntArray, programme_of: Int32Array) -> IntArray:
    """R7: the batch's own seats with those carried in; in a leftover batch, what the batches before left."""
    seats = batch.cell_seats.copy()
    if batch.open_pool < 0:
        return seats
    cells = batch.cell_first[:, batch.open_pool]
    there = cells >= 0
    if batch.leftover:
        admitted = np.bincount(programme_of[programme_of >= 0], minlength=len(table_seats))
        seats[cells[there]] = np.maximum(0, table_seats - admitted)[there]
    else:
        seats[cells[there]] += carried[batch.position][there]
    return seats


def _solve_batch(
    market: Market,
    batch: BatchMarket,
    seats: IntArray,
    earlier: list[BatchSolution],
    placed: BoolArray,
    blocked: BoolArray,
) -> BatchSolution:
    floor = _fixed_floors(market, batch, earlier)
    arrays = kernel_arrays(market, batch, seats, floor, placed, blocked)
    provisional = np.full(market.num_programmes, NO_LINE, dtype=np.int64)
    if any(rule is not None and rule.of_batch == PROVISIONAL for rule in batch.floors):
        provisional = _provisional_line(market, batch, seats, arrays)
        relative = _provisional_floors(batch, provisional)
        floor = np.maximum(floor, relative)
        # A floor only takes pools away, so what the fixed floors left need not be found again.
        arrays = replace(arrays, choice_pools=without_those_below(batch, arrays.choice_pools, relative))
    held_choice, held_cell = deferred_acceptance(arrays)
    admitted = np.bincount(held_cell[held_cell >= 0], minlength=batch.num_cells)
    reverted = arrays.cell_seats.copy()
    there = batch.reverted_cell >= 0
    reverted[batch.reverted_cell[there]] = _unfilled_reverting(batch, seats, admitted, market.num_schools)[there]
    open_line = _open_line(market, batch, reverted, admitted, held_choice, held_cell)
    return BatchSolution(batch, held_choice, held_cell, reverted, admitted, floor, provisional, open_line)


def _optimise_batch(
    market: Market,
    batch: BatchMarket,
    seats: IntArray,
    earlier: list[BatchSolution],
    programme_of: Int32Array,
    blocked: BoolArray,
    optimise: Optimise,
) -> BatchSolution:
    """A batch that objectives decide (R10, R11); nothing reverts in it."""
    placed = programme_of >= 0
    floor = _fixed_floors(market, batch, earlier)
    if batch.mechanism == "reassign":
        batch = _everything_left(market, batch, seats, programme_of)
    pools = eligible_pools(batch, market, floor, placed, blocked)
    answer = optimise(market, Question(batch, seats, pools, programme_of))
    admitted = np.bincount(answer.held_cell[answer.held_cell >= 0], minlength=batch.num_cells)
    return BatchSolution(
        batch,
        answer.held_choice,
        answer.held_cell,
        seats,
        admitted,
        floor,
        np.full(market.num_programmes, NO_LINE, dtype=np.int64),
        _open_line(market, batch, seats, admitted, answer.held_choice, answer.held_cell),
        answer.claim,
    )


def _everything_left(market: Market, batch: BatchMarket, seats: IntArray, programme_of: Int32Array) -> BatchMarket:
    """R11: a batch without lists, where whoever takes part and is unplaced may be given any programme with seats."""
    by_objectives = batch.by_objectives
    assert by_objectives is not None  # it is what such a batch has
    open_cell = batch.cell_first[:, batch.open_pool]
    has_seats = (open_cell >= 0) & (np.append(seats, 0)[open_cell] > 0) & opened(market, programme_of)
    left = np.flatnonzero(has_seats)
    left = left[np.argsort(market.programme_order[left])]
    people = np.flatnonzero(by_objectives.takes_part & (programme_of < 0))
    programme, applicant = np.tile(left, len(people)), np.repeat(people, len(left))
    key, score, pools = by_objectives.priority(programme, applicant)
    return replace(
        batch,
        choice_start=np.searchsorted(applicant, np.arange(market.num_applicants + 1)),
        choice_programme=programme.astype(np.int32),
        choice_number=np.full(len(programme), NO_CHOICE, dtype=np.int32),
        choice_key=key,
        choice_score=score,
        choice_pools=pools,
    )


def kernel_arrays(
    market: Market, batch: BatchMarket, seats: IntArray, floor: IntArray, placed: BoolArray, blocked: BoolArray
) -> BatchArrays:
    """What the kernel reads: the batch with its seats in force, and the pools that each choice may use (R1)."""
    cell_seats = seats.copy()
    there = batch.reverted_cell >= 0
    nobody = np.zeros(batch.num_cells, dtype=np.int64)
    cell_seats[batch.reverted_cell[there]] = _unfilled_reverting(batch, seats, nobody, market.num_schools)[there]
    return BatchArrays(
        choice_start=batch.choice_start,
        choice_programme=batch.choice_programme,
        choice_key=batch.choice_key,
        choice_pools=eligible_pools(batch, market, floor, placed, blocked),
        applicant_school=market.applicant_school,
        cell_first=batch.cell_first,
        pool_per_school=batch.pool_per_school,
        cell_seats=cell_seats,
        pool_reverts=batch.pool_reverts,
        open_pool=batch.open_pool,
        reverted_cell=batch.reverted_cell,
        admit_all=batch.admit_all,
    )


def _fixed_floors(market: Market, batch: BatchMarket, earlier: list[BatchSolution]) -> IntArray:
    """R6: absolute scores, and lines of earlier batches; (programme, pool)."""
    floor = np.full((market.num_programmes, len(batch.pools)), NO_FLOOR, dtype=np.int64)
    for j, rule in enumerate(batch.floors):
        if rule is not None:
            floor[:, j] = rule.score
            if rule.of_batch not in (PROVISIONAL, NO_BATCH):
                floor[:, j] = np.maximum(floor[:, j], _below(earlier[rule.of_batch].open_line, rule.below_line))
    return floor


def _below(line: IntArray, points: int) -> IntArray:
    """Points under a line; where there is none, that part of the floor is absent."""
    return np.where(line == NO_LINE, NO_FLOOR, line - points)


def _provisional_floors(batch: BatchMarket, provisional_line: IntArray) -> IntArray:
    """R6: the parts of floors that are relative to the provisional line; (programme, pool)."""
    floor = np.full(batch.cell_first.shape, NO_FLOOR, dtype=np.int64)
    for j, rule in enumerate(batch.floors):
        if rule is not None and rule.of_batch == PROVISIONAL:
            floor[:, j] = _below(provisional_line, rule.below_line)
    return floor


def _provisional_line(market: Market, batch: BatchMarket, seats: IntArray, arrays: BatchArrays) -> IntArray:
    """R6: the open line of this batch run with the `open` pools alone, without reversion."""
    if batch.open_pool < 0:
        return np.full(market.num_programmes, NO_LINE, dtype=np.int64)
    open_bit = arrays.choice_pools.dtype.type(1 << batch.open_pool)
    alone = replace(
        arrays, choice_pools=arrays.choice_pools & open_bit, reverted_cell=np.full_like(batch.reverted_cell, -1)
    )
    held_choice, held_cell = deferred_acceptance(alone)
    admitted = np.bincount(held_cell[held_cell >= 0], minlength=batch.num_cells)
    return _open_line(market, batch, seats, admitted, held_choice, held_cell)


def _open_line(
    market: Market,
    batch: BatchMarket,
    cell_seats: IntArray,
    cell_admitted: IntArray,
    held_choice: IntArray,
    held_cell: Int32Array,
) -> IntArray:
    """R6: where a programme has open seats and all were taken, the lowest score admitted through `open`."""
    line = np.full(market.num_programmes, NO_LINE, dtype=np.int64)
    if batch.open_pool < 0:
        return line
    cells = batch.cell_first[:, batch.open_pool]
    lowest = np.full(batch.num_cells + 1, NO_LINE, dtype=np.int64)
    applicants = np.flatnonzero(held_cell >= 0)
    np.minimum.at(lowest, held_cell[applicants], batch.choice_score[held_choice[applicants]])
    programme = np.flatnonzero(cells >= 0)
    cell = cells[programme]
    full = (cell_seats[cell] > 0) & (cell_admitted[cell] >= cell_seats[cell])
    line[programme[full]] = lowest[cell[full]]
    return line


def _unfilled_reverting(batch: BatchMarket, seats: IntArray, admitted: IntArray, num_schools: int) -> IntArray:
    """The unfilled seats of a programme's pools that go to `open`, cell by cell; (programme,)."""
    total = np.zeros(len(batch.cell_first), dtype=np.int64)
    if not batch.pool_reverts.any():
        return total
    unfilled = np.maximum(0, seats - admitted)
    for j in np.flatnonzero(batch.pool_reverts):
        total += _of_pool(batch, unfilled, int(j), num_schools)
    return total


def _of_pool(batch: BatchMarket, cells: IntArray, j: int, num_schools: int) -> IntArray:
    """The sum over a pool's cells; (programme,)."""
    first = batch.cell_first[:, j]
    there = first >= 0
    size = num_schools if batch.pool_per_school[j] else 1
    running = np.concatenate(([0], np.cumsum(cells)))
    total = np.zeros(len(first), dtype=np.int64)
    total[there] = running[first[there] + size] - running[first[there]]
    return total


def _per_programme(batch: BatchMarket, cells: IntArray, num_schools: int) -> IntArray:
    """The sum over all of a programme's cells but the reverted one; (programme,)."""
    return sum(
        (_of_pool(batch, cells, j, num_schools) for j in range(len(batch.pools))),
        start=np.zeros(len(batch.cell_first), dtype=np.int64),
    )


def opened(market: Market, programme_of: Int32Array) -> BoolArray:
    """(programme,) whether it opened: a programme with a least size that admitted nobody did not (R10)."""
    admitted = np.bincount(programme_of[programme_of >= 0], minlength=market.num_programmes)
    is_open: BoolArray = (market.min_open == 0) | (admitted > 0)
    return is_open


def seats_of_programmes(market: Market, solution: Solution) -> IntArray:
    """(programme,) all seats of the tables that were offered; a closed programme has none (R10)."""
    seats = np.zeros(market.num_programmes, dtype=np.int64)
    for batch in market.batches:
        seats += _per_programme(batch, batch.cell_seats, market.num_schools)
    if solution.closures is not None:
        seats[solution.closures.closed] = 0
    return seats


def _carry(market: Market, batch: BatchMarket, solution: BatchSolution, carried: IntArray) -> None:
    """R7: unfilled seats of a programme without an `open` pool here go to its first later one."""
    unfilled = _unfilled_reverting(batch, solution.cell_seats, solution.cell_admitted, market.num_schools)
    goes = batch.carries_to >= 0
    np.add.at(carried, (batch.carries_to[goes], np.flatnonzero(goes)), unfilled[goes])
