"""The residual network of a flow, seen from the nodes: improving cycles, and the prices that show there is none.

Whoever holds a way to a node u and could use one to a node v is an arc from u to v, so the people need no nodes, and
a search takes as many steps as there are programmes and cells. Costs are rows of limbs; the first difference decides.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from allocator.market.market import IntArray
from allocator.mechanisms.compilation import compiled


class Residual(NamedTuple):
    """A flow in its network; ``held`` and ``flow`` change as cycles are cancelled."""

    start: IntArray  # (row + 1,) where each row's ways begin
    row: IntArray  # (way,) whose it is
    node: IntArray  # (way,) where it leads
    way_cost: IntArray  # (way, limb)
    tail: IntArray  # (arc,)
    head: IntArray  # (arc,)
    capacity: IntArray  # (arc,)
    arc_cost: IntArray  # (arc, limb)
    held: IntArray  # (row,) the way of each
    flow: IntArray  # (arc,)


@compiled
def improve(residual: Residual, num_nodes: int, most_cycles: int) -> tuple[IntArray, int]:
    """Cancel improving cycles until there is none: the prices then, and how many there were.

    Prices (node, limb) make no arc of the residual network cheaper than free: the flow is optimal.
    The number is ``most_cycles`` + 1 if that many were not enough; then the prices mean nothing.
    """
    price = np.zeros((num_nodes, residual.way_cost.shape[1]), dtype=np.int64)
    # The way, or the number of ways + 2·arc (+ 1 if backwards), that set the price of each node.
    by = np.full(num_nodes, -1, dtype=np.int64)
    num_cycles = 0
    while True:
        if not _lower_prices(residual, price, by):
            return price, num_cycles
        on_cycle = _cycle(residual, by)
        if on_cycle >= 0:
            num_cycles += 1
            if num_cycles > most_cycles:
                return price, num_cycles
            _shift(residual, by, on_cycle)
            price[:] = 0
            by[:] = -1


@compiled
def _lower_prices(residual: Residual, price: IntArray, by: IntArray) -> bool:
    """One pass of Bellman and Ford over all arcs; whether it lowered any price."""
    num_ways = len(residual.node)
    has_lowered = False
    for row in range(len(residual.held)):
        held = residual.held[row]
        source, paid = residual.node[held], residual.way_cost[held]
        for way in range(residual.start[row], residual.start[row + 1]):
            target = residual.node[way]
            if target != source and _lowers(price, source, target, residual.way_cost[way], paid):
                for limb in range(price.shape[1]):
                    price[target, limb] = price[source, limb] + residual.way_cost[way, limb] - paid[limb]
                by[target] = way
                has_lowered = True
    free = np.zeros(price.shape[1], dtype=np.int64)
    for arc in range(len(residual.tail)):
        tail, head, cost = residual.tail[arc], residual.head[arc], residual.arc_cost[arc]
        if residual.flow[arc] < residual.capacity[arc] and _lowers(price, tail, head, cost, free):
            for limb in range(price.shape[1]):
                price[head, limb] = price[tail, limb] + cost[limb]
            by[head] = num_ways + 2 * arc
            has_lowered = True
        if residual.flow[arc] > 0 and _lowers(price, head, tail, free, cost):
            for limb in range(price.shape[1]):
                price[tail, limb] = price[head, limb] - cost[limb]
            by[tail] = num_ways + 2 * arc + 1
            has_lowered = True
    return has_lowered


@compiled
def _lowers(price: IntArray, source: int, target: int, cost: IntArray, refund: IntArray) -> bool:
    """Whether the target is cheaper by way of the source."""
    for limb in range(price.shape[1]):
        change = price[source, limb] + cost[limb] - refund[limb] - price[target, limb]
        if change != 0:
            return bool(change < 0)
    return False


@compiled
def _before(residual: Residual, by: IntArray, node: int) -> int:
    """The node from which a node got its price, -1 if it has its first price."""
    step = by[node]
    if step < 0:
        return -1
    if step < len(residual.node):
        return int(residual.node[residual.held[residual.row[step]]])
    arc, backwards = (step - len(residual.node)) // 2, (step - len(residual.node)) % 2
    return int(residual.head[arc]) if backwards else int(residual.tail[arc])


@compiled
def _cycle(residual: Residual, by: IntArray) -> int:
    """A node on a cycle of prices that lower each other, -1 if there is none: such a cycle is improving."""
    seen = np.zeros(len(by), dtype=np.int64)
    for first in range(len(by)):
        node = first
        while node >= 0 and seen[node] == 0:
            seen[node] = first + 1
            node = _before(residual, by, node)
        if node >= 0 and seen[node] == first + 1:
            return int(node)
    return -1


@compiled
def _shift(residual: Residual, by: IntArray, on_cycle: int) -> None:
    """Move one unit along the cycle. A row is on it once at most: it stands at one node."""
    node = on_cycle
    while True:
        before, step = _before(residual, by, node), by[node]
        if step < len(residual.node):
            residual.held[residual.row[step]] = step
        else:
            backwards = (step - len(residual.node)) % 2
            residual.flow[(step - len(residual.node)) // 2] += -1 if backwards else 1
        node = before
        if node == on_cycle:
            return
