"""A solved run as one flat market of cells, in which a vacancy can be followed through all batches at once.

R5 and R7 say where a seat goes that nobody takes: from a reserved pool to the programme's reverted seats or to its
`open` pool of a later batch, and last to leftover batches. So every cell has at most one cell that it *falls to*. And
an applicant meets the cells in one order: batch by batch, choice by choice, pool by pool. In these terms the run is one
stable matching, be there one batch or several, as long as equals are separated and floors and control lines stay.

Each programme's choice over these cells has the two properties of rules.md, section 4, so what is known of stable
matchings with contracts holds: with one more seat nobody gets less, and a vacancy that always goes to the best who
wants it ends in a stable matching (Blum, Roth and Rothblum 1997; Hatfield and Milgrom 2005).
"""

from __future__ import annotations

import numpy as np

from allocator.capacity.chains import SeatMarket
from allocator.capacity.wanted_cells import wanted_cells
from allocator.market.market import BatchMarket, BoolArray, Int32Array, IntArray, Market
from allocator.mechanisms.batches import BatchSolution, Solution
from allocator.mechanisms.eligibility import eligible_pools


def seat_market(market: Market, solution: Solution, blocked: BoolArray) -> SeatMarket:
    """The flat market of a solved run; what it needs beside the arrays is found once, for any number of questions.

    Args:
        blocked: (applicant,) below the control line of their scope (R8).
    """
    num_stages = 1 + max(len(batch.pools) for batch in market.batches)  # the last one is that of reverted seats
    first_choice = choice_offsets(market)
    first_cell = cell_offsets(market)
    num_choices = int(first_choice[-1])
    owners = [_owners(batch, market.num_schools) for batch in market.batches]
    position = np.full(market.num_applicants, num_choices * num_stages, dtype=np.int64)
    cell = np.full(market.num_applicants, -1, dtype=np.int32)
    for batch, solved in zip(market.batches, solution.batches, strict=True):
        here = np.flatnonzero(solved.held_choice >= 0)
        held = solved.held_cell[here]
        stage = owners[batch.position][1][held]
        position[here] = (first_choice[batch.position] + solved.held_choice[here]) * num_stages + stage
        cell[here] = first_cell[batch.position] + held
    entries = [
        _wanted(market, batch, solved, solution.batch_of, blocked, position, first_choice, first_cell, num_stages)
        for batch, solved in zip(market.batches, solution.batches, strict=True)
    ]
    applicant, where, key, wanted = (np.concatenate(columns) for columns in zip(*entries, strict=True))
    if len(market.batches) > 1:
        order = np.argsort(applicant, kind="stable")
        applicant, where, key, wanted = applicant[order], where[order], key[order], wanted[order]
    num_cells = int(first_cell[-1])
    return SeatMarket(
        entry_start=np.searchsorted(applicant, np.arange(market.num_applicants + 1)).astype(np.int64),
        entry_applicant=applicant,
        entry_position=where,
        entry_cell=wanted,
        want_start=np.concatenate(([0], np.cumsum(np.bincount(wanted, minlength=num_cells)))).astype(np.int64),
        want_entry=np.lexsort((key, wanted)).astype(np.int32),
        falls_to=_falls_to(market, owners, first_cell),
        choice_number=np.concatenate([batch.choice_number for batch in market.batches]).astype(np.int64),
        choice_general=market.is_general[np.concatenate([batch.choice_programme for batch in market.batches])],
        position=position,
        cell=cell,
        num_stages=num_stages,
    )


def choice_offsets(market: Market) -> IntArray:
    """(batch + 1,) the number of choices in the batches before."""
    return np.concatenate(([0], np.cumsum([len(batch.choice_programme) for batch in market.batches]))).astype(np.int64)


def cell_offsets(market: Market) -> IntArray:
    """(batch + 1,) the number of cells in the batches before."""
    return np.concatenate(([0], np.cumsum([batch.num_cells for batch in market.batches]))).astype(np.int64)


def _owners(batch: BatchMarket, num_schools: int) -> tuple[IntArray, IntArray]:
    """(cell,) programme, and stage: the place of the pool in the written order, one past the last for reverted."""
    programme = np.zeros(batch.num_cells, dtype=np.int64)
    stage = np.full(batch.num_cells, len(batch.pools), dtype=np.int64)
    for j in range(len(batch.pools)):
        there = np.flatnonzero(batch.cell_first[:, j] >= 0)
        width = num_schools if batch.pool_per_school[j] else 1
        cells = batch.cell_first[there, j][:, None] + np.arange(width)
        programme[cells] = there[:, None]
        stage[cells] = j
    reverted = np.flatnonzero(batch.reverted_cell >= 0)
    programme[batch.reverted_cell[reverted]] = reverted
    return programme, stage


def _wanted(
    market: Market,
    batch: BatchMarket,
    solved: BatchSolution,
    batch_of: Int32Array,
    blocked: BoolArray,
    position: IntArray,
    first_choice: IntArray,
    first_cell: IntArray,
    num_stages: int,
) -> tuple[Int32Array, IntArray, Int32Array, Int32Array]:
    """The cells of a batch that applicants would rather have: (entry,) applicant, position, key, cell."""
    placed = (batch_of >= 0) & (batch_of < batch.position)
    cell_of = np.concatenate([batch.cell_first, batch.reverted_cell[:, None]], axis=1).astype(np.int32)
    cell_of[cell_of >= 0] += np.int32(first_cell[batch.position])
    return wanted_cells(
        np.array(batch.choice_start),
        np.array(batch.choice_programme),
        np.array(batch.choice_key),
        eligible_pools(batch, market, solved.floor, placed, blocked).astype(np.uint64),
        np.array(market.applicant_school),
        cell_of,
        np.append(batch.pool_per_school, False),
        batch.open_pool,
        position,
        int(first_choice[batch.position]),
        num_stages,
    )


def _falls_to(market: Market, owners: list[tuple[IntArray, IntArray]], first_cell: IntArray) -> Int32Array:
    """(cell,) where a seat goes that nobody takes here (R5, R7); -1: nowhere."""
    result = np.full(int(first_cell[-1]), -1, dtype=np.int32)
    # From the last batch to the first, so that the nearest leftover batch is known; (programme,) its cell, -1: none.
    leftover = np.full(market.num_programmes, -1, dtype=np.int32)
    for batch in reversed(market.batches):
        programme, stage = owners[batch.position]
        to = leftover[programme]
        reverts = np.append(batch.pool_reverts, False)[stage]
        for target in np.unique(batch.carries_to[batch.carries_to >= 0]):
            later = market.batches[target]
            goes = reverts & (batch.carries_to[programme] == target)
            to[goes] = first_cell[target] + later.cell_first[programme[goes], later.open_pool]
        inside = reverts & (batch.reverted_cell[programme] >= 0)
        to[inside] = first_cell[batch.position] + batch.reverted_cell[programme[inside]]
        result[first_cell[batch.position] : first_cell[batch.position + 1]] = to
        if batch.leftover:
            cells = batch.cell_first[:, batch.open_pool]
            leftover = np.where(cells >= 0, first_cell[batch.position] + cells, leftover).astype(np.int32)
    return result
