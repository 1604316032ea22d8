"""The part of a market of stable batches that a decision between two extremes can change, as a market of its own.

Where more programmes are closed, every applicant gets the same or something later in their lists (section 4 of the
rules), so who gets the same seat under the fewest and under the most closures gets it under all between. Their seats
are taken out of the market with them. Of a city, some hundred applicants remain, and to solve for them is quick.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocator.market.market import BatchMarket, BoolArray, Int32Array, IntArray, Market
from allocator.mechanisms.batches import Solution


@dataclass(frozen=True)
class Affected:
    """A smaller market, and what was left out of it."""

    market: Market
    applicants: IntArray  # (applicant of the smaller market,) position in the whole one
    programmes: IntArray  # (programme of the smaller market,) position in the whole one
    num_settled: int  # admissions that are the same in every case, and not in the smaller market
    settled: IntArray  # (programme of the smaller market,) those of each programme


def affected(market: Market, best: Solution, worst: Solution, always: BoolArray) -> Affected:
    """The market of the applicants whose seat differs between two solutions, of which one is better for everybody.

    Args:
        best: a solution that is at least as good for every applicant as any that will be asked for.
        worst: one that is at most as good.
        always: (programme,) kept whether anybody affected can come to it or not.
    """
    differs = _differs(best, worst)
    keeps = [_reachable(market, batch, best, worst, differs) for batch in market.batches]
    kept_programmes = always.copy()
    for batch, keep in zip(market.batches, keeps, strict=True):
        kept_programmes[batch.choice_programme[keep]] = True
    programmes = np.flatnonzero(kept_programmes)
    stays = np.zeros(market.num_applicants, dtype=np.bool_)
    left_out = np.zeros(market.num_programmes, dtype=np.int64)
    seats: list[IntArray] = []
    for batch, keep, solved in zip(market.batches, keeps, best.batches, strict=True):
        settled = np.flatnonzero((solved.held_cell >= 0) & ~differs)
        at = batch.choice_programme[solved.held_choice[settled]]
        # Seats that revert or are left over are counted at run time, so their holders have to be there; and where
        # equals are admitted together, taking one of them out with a seat would change who else gets one.
        bound = np.isin(solved.held_cell[settled], batch.reverted_cell) | batch.leftover | batch.admit_all[at]
        here = settled[bound & kept_programmes[at]]
        stays[here] = True
        keep[solved.held_choice[here]] = True
        goes = ~bound | ~kept_programmes[at]
        left_out += np.bincount(at[goes], minlength=market.num_programmes)
        seats.append(batch.cell_seats - np.bincount(solved.held_cell[settled[goes]], minlength=batch.num_cells))
    applicants = np.flatnonzero(differs | stays)
    batches = tuple(
        _smaller(market, batch, applicants, programmes, cell_seats, keep)
        for batch, cell_seats, keep in zip(market.batches, seats, keeps, strict=True)
    )
    smaller = replace(
        market,
        num_applicants=len(applicants),
        num_programmes=len(programmes),
        is_general=market.is_general[programmes],
        min_open=market.min_open[programmes],
        applicant_school=market.applicant_school[applicants],
        batches=batches,
        scope=market.scope[applicants],
        line_score=market.line_score[applicants],
        line_missing=market.line_missing[applicants],
        caps=(),  # they bind optimal batches alone
        programme_order=market.programme_order[programmes],
        applicant_area=market.applicant_area[applicants],
        programme_area=market.programme_area[programmes],
    )
    return Affected(smaller, applicants, programmes, int(left_out.sum()), left_out[programmes])


def _differs(best: Solution, worst: Solution) -> BoolArray:
    """(applicant,) another seat; in the same programme too: the pool may be another one, and reverted seats fewer."""
    differs: BoolArray = best.batch_of != worst.batch_of
    for one, other in zip(best.batches, worst.batches, strict=True):
        differs |= (one.held_choice != other.held_choice) | (one.held_cell != other.held_cell)
    return differs


def _reachable(market: Market, batch: BatchMarket, best: Solution, worst: Solution, differs: BoolArray) -> BoolArray:
    """(choice,) whether an affected applicant can come to it, and can find a seat there."""
    b = batch.position
    begin, end = batch.choice_start[:-1].copy(), batch.choice_start[1:].copy()
    in_best, in_worst = best.batch_of == b, worst.batch_of == b
    begin[in_best] = best.batches[b].held_choice[in_best]
    end[in_worst] = worst.batches[b].held_choice[in_worst] + 1
    # Who is admitted later at best is refused here in every case; who is admitted earlier at worst never comes here.
    never = ~differs | (best.batch_of > b) | ((worst.batch_of >= 0) & (worst.batch_of < b))
    lengths = np.where(never, 0, end - begin)
    before = np.cumsum(lengths) - lengths
    choices = np.repeat(begin - before, lengths) + np.arange(int(lengths.sum()))
    has_room = _has_room(batch, best, differs)
    keep = np.zeros(len(batch.choice_programme), dtype=np.bool_)
    keep[choices] = _finds_room(market, batch, has_room, np.repeat(np.arange(len(lengths)), lengths), choices)
    return keep


def _has_room(batch: BatchMarket, best: Solution, differs: BoolArray) -> BoolArray:
    """(cell,) and false at the end: whether not all seats are held by the same applicants in every case.

    Seats that are carried in, left over or revert are fewest at worst, so what is full of them at best stays so.
    """
    solved = best.batches[batch.position]
    same = solved.held_cell[(solved.held_cell >= 0) & ~differs]
    return np.append(np.bincount(same, minlength=batch.num_cells) < solved.cell_seats, False)


def _finds_room(
    market: Market, batch: BatchMarket, has_room: BoolArray, applicant: IntArray, choices: IntArray
) -> BoolArray:
    """(of these choices,) whether one of the cells that R1 allows, or a reverted seat, may be had."""
    programme = batch.choice_programme[choices]
    # Where equals are admitted together, one more who equals the last is welcome in a full cell.
    finds = has_room[batch.reverted_cell[programme]] | batch.admit_all[programme]
    for j, per_school in enumerate(batch.pool_per_school):
        may_use = batch.choice_pools[choices] >> np.uint64(j) & np.uint64(1) > 0
        cell = batch.cell_first[programme, j] + (market.applicant_school[applicant] if per_school else 0)
        finds |= may_use & has_room[np.where(may_use, cell, -1)]
    return finds


def _smaller(
    market: Market,
    batch: BatchMarket,
    applicants: IntArray,
    programmes: IntArray,
    cell_seats: IntArray,
    keep: BoolArray,
) -> BatchMarket:
    """The batch with these applicants, the choices to keep, and these programmes with their cells."""
    num_kept = np.concatenate(([0], np.cumsum(keep)))[batch.choice_start]
    kept = np.flatnonzero(keep)
    cells = np.zeros(batch.num_cells, dtype=np.bool_)
    for j in range(len(batch.pools)):
        cells[batch.cells_of_pool(j, market.num_schools, programmes)] = True
    reverted = batch.reverted_cell[programmes]
    cells[reverted[reverted >= 0]] = True
    new_cell = np.append(np.cumsum(cells, dtype=np.int32) - 1, np.int32(-1))  # the last one stands for no cell
    new_programme = np.full(market.num_programmes, -1, dtype=np.int32)
    new_programme[programmes] = np.arange(len(programmes), dtype=np.int32)
    return replace(
        batch,
        choice_start=np.concatenate(([0], np.diff(num_kept)[applicants].cumsum())),
        choice_programme=new_programme[batch.choice_programme[kept]],
        choice_number=batch.choice_number[kept],
        choice_key=batch.choice_key[kept],
        choice_score=batch.choice_score[kept],
        choice_pools=batch.choice_pools[kept],
        cell_first=_renumbered(new_cell, batch.cell_first[programmes]),
        cell_seats=cell_seats[cells],
        reverted_cell=_renumbered(new_cell, reverted),
        admit_all=batch.admit_all[programmes],
        carries_to=batch.carries_to[programmes],
        ranking_index=batch.ranking_index[programmes],
    )


def _renumbered(new_cell: Int32Array, cells: Int32Array) -> Int32Array:
    return new_cell[cells]  # -1, for no cell, reads the last one
