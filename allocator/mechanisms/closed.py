"""R10, `min_open` in stable batches: what closing a programme is, and what is known about those that closed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from allocator.market.market import BatchMarket, BoolArray, IntArray, Market


@dataclass(frozen=True)
class Closures:
    """Which programmes closed under given control lines, and how that was found."""

    closed: BoolArray  # (programme,)
    candidates: IntArray  # (candidate,) programmes that would open under their least size, in programme order
    admitted_if_open: IntArray  # (programme,) admissions of the stable batches if all open
    placed: int  # admissions of the stable batches
    bound: int  # the most that any set of closed candidates could place
    proven: bool  # no set is better
    simple_closed: BoolArray  # (programme,) by the simple rule: close the emptiest, and run again
    simple_placed: int
    num_runs: int  # of the stable batches, whole or in part


def with_closed(market: Market, closed: BoolArray) -> Market:
    """The market where closed programmes have no seats, in any batch; (programme,)."""
    if not closed.any():
        return market
    batches = (replace(batch, cell_seats=_open_seats(market, batch, closed)) for batch in market.batches)
    return replace(market, batches=tuple(batches))


def _open_seats(market: Market, batch: BatchMarket, closed: BoolArray) -> IntArray:
    """(cell,) the seats of the tables, 0 where the programme is closed."""
    seats = batch.cell_seats.copy()
    for j in range(len(batch.pools)):
        seats[batch.cells_of_pool(j, market.num_schools, closed)] = 0
    return seats
