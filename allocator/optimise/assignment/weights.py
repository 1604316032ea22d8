"""Several costs as one: weights that make a sum of costs as lexicographic as it needs to be.

Whether a flow can be improved is decided by simple cycles of its residual network, which pass every node once. So a
weight is large enough if it exceeds all that the later levels can change along such a cycle; totals do not matter.
"""

from __future__ import annotations

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.network import Network

LARGEST = 2**60  # of any sum of costs along a cycle


def spreads(network: Network) -> list[int]:
    """(level,) how much one step from node to node can change each level at most."""
    spread = []
    for level in range(network.num_levels):
        of_ways, of_arcs = network.way_cost[:, level], network.arc_cost[:, level]
        between_ways = int(of_ways.max(initial=0)) - int(of_ways.min(initial=0))
        spread.append(between_ways + int(np.abs(of_arcs).max(initial=0)))
    return spread


def weights(spread: list[int], steps: int) -> list[int]:
    """(level,) the last is 1; each outweighs what the later ones change along this number of steps."""
    result = [1] * len(spread)
    outweighed = 0
    for level in range(len(spread) - 1, -1, -1):
        result[level] = 1 + outweighed
        outweighed += result[level] * spread[level] * steps
    return result


def limbs(network: Network) -> list[list[int]]:
    """Exact weights, as few rows of them as fit in 64 bits: (limb, level), 0 for the levels of other limbs.

    Comparing sums limb by limb, the first difference deciding, is comparing level by level along any simple cycle.
    """
    spread = spreads(network)
    rows: list[list[int]] = []
    first = 0
    while first < len(spread) or not rows:
        last = len(spread)
        while last > first + 1 and _total(spread[first:last], network.num_nodes) >= LARGEST:
            last -= 1
        row = [0] * len(spread)
        row[first:last] = weights(spread[first:last], network.num_nodes)
        rows.append(row)
        first = last
    return rows


def _total(spread: list[int], steps: int) -> int:
    return sum(w * s for w, s in zip(weights(spread, steps), spread, strict=True)) * (steps + 1)


def combined(cost: IntArray, rows: list[list[int]]) -> IntArray:
    """(…, limb) costs of levels as weighted sums; (…, level) → (…, limb)."""
    return cost @ np.array(rows, dtype=np.int64).T
