"""R1 at run time: floors, the control line, and who is still to be placed, on top of what the market fixed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allocator.market.market import NO_FLOOR, BatchMarket, BoolArray, IntArray, Market

PoolBits = NDArray[np.unsignedinteger]  # (choice,) one bit per pool of the batch


def eligible_pools(
    batch: BatchMarket, market: Market, floor: IntArray, placed: BoolArray, blocked: BoolArray
) -> PoolBits:
    """The pools that each choice may use; (choice,), one bit per pool, in the narrowest type that holds them.

    Args:
        floor: (programme, pool) least score, NO_FLOOR if none.
        placed: (applicant,) admitted in an earlier batch.
        blocked: (applicant,) below the control line.
    """
    pools = without_those_below(batch, batch.choice_pools.astype(np.min_scalar_type(2 ** len(batch.pools) - 1)), floor)
    lengths = np.diff(batch.choice_start)
    if placed.any():
        pools[np.repeat(placed, lengths)] = 0
    if blocked.any():
        pools[np.repeat(blocked, lengths) & market.is_general[batch.choice_programme]] = 0
    return pools


def without_those_below(batch: BatchMarket, pools: PoolBits, floor: IntArray) -> PoolBits:
    """The pools of each choice without those whose floor the score does not reach; (choice,), changed in place.

    Args:
        floor: (programme, pool) least score, NO_FLOOR if none.
    """
    one = pools.dtype.type
    for j in np.flatnonzero((floor > NO_FLOOR).any(axis=0)):
        below = batch.choice_score < floor[batch.choice_programme, j]
        pools[below] &= one(~(1 << int(j)) & (2 ** (8 * pools.itemsize) - 1))
    return pools
