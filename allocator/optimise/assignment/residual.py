"""The residual network of a flow, seen from the nodes: improving cycles, and the prices that show there is none.

Whoever holds a way to a node u and could use one to a node v is an arc from u to v, so the people need no nodes, and
a search takes as many steps as there are programmes and cells. Costs are rows of limbs; the first difference decides.
"""

from __future__ import annotations

import numpy as np

from allocator.market.market import IntArray
from allocator.mechanisms.compilation import compiled

NONE = -1


def improve(
    start: IntArray,
    way_node: IntArray,
    way_cost: IntArray,
    tail: IntArray,
    head: IntArray,
    capacity: IntArray,
    arc_cost: IntArray,
    held: IntArray,
    flow: IntArray,
    num_nodes: int,
    most_cycles: int,
) -> tuple[IntArray, int]:
    """Cancel improving cycles in place (``held``, ``flow``) until there is none: the prices then, and how many.

    Prices (node, limb) make no arc of the residual network cheaper than free: the flow is optimal.
    The number is ``most_cycles`` + 1 if that many were not enough; then the prices mean nothing.

    Args:
        start, way_node, way_cost: (row + 1,), (way,), (way, limb) everybody's ways.
        tail, head, capacity, arc_cost: (arc,), and (arc, limb).
        held: (row,) the way that each row holds.
        flow: (arc,)
    """
    row_of = np.repeat(np.arange(len(start) - 1), np.diff(start))
    price, num_cycles = _improve(
        start, row_of, way_node, way_cost, tail, head, capacity, arc_cost, held, flow, num_nodes, most_cycles
    )
    return price, int(num_cycles)


@compiled
def _improve(
    start: IntArray,
    row_of: IntArray,
    way_node: IntArray,
    way_cost: IntArray,
    tail: IntArray,
    head: IntArray,
    capacity: IntArray,
    arc_cost: IntArray,
    held: IntArray,
    flow: IntArray,
    num_nodes: int,
    most_cycles: int,
) -> tuple[IntArray, int]:
    num_limbs = way_cost.shape[1]
    num_ways = len(way_node)
    price = np.zeros((num_nodes, num_limbs), dtype=np.int64)
    by = np.full(num_nodes, -1, dtype=np.int64)  # way, or num_ways + 2·arc (+ 1 if backwards), that set the price
    num_cycles = 0
    while True:
        is_stable = True
        for row in range(len(start) - 1):
            at = held[row]
            source = way_node[at]
            for way in range(start[row], start[row + 1]):
                target = way_node[way]
                if target != source and _lowers(price, source, target, way_cost[way], way_cost[at]):
                    for limb in range(num_limbs):
                        price[target, limb] = price[source, limb] + way_cost[way, limb] - way_cost[at, limb]
                    by[target] = way
                    is_stable = False
        for arc in range(len(tail)):
            u, v = tail[arc], head[arc]
            if flow[arc] < capacity[arc] and _lowers_by(price, u, v, arc_cost[arc], 1):
                for limb in range(num_limbs):
                    price[v, limb] = price[u, limb] + arc_cost[arc, limb]
                by[v] = num_ways + 2 * arc
                is_stable = False
            if flow[arc] > 0 and _lowers_by(price, v, u, arc_cost[arc], -1):
                for limb in range(num_limbs):
                    price[u, limb] = price[v, limb] - arc_cost[arc, limb]
                by[u] = num_ways + 2 * arc + 1
                is_stable = False
        if is_stable:
            return price, num_cycles
        on_cycle = _cycle(by, row_of, way_node, tail, head, held)
        if on_cycle >= 0:
            num_cycles += 1
            if num_cycles > most_cycles:
                return price, num_cycles
            _shift(on_cycle, by, row_of, way_node, tail, head, held, flow)
            price[:] = 0
            by[:] = -1


@compiled
def _lowers(price: IntArray, source: int, target: int, cost: IntArray, paid: IntArray) -> bool:
    for limb in range(price.shape[1]):
        change = price[source, limb] + cost[limb] - paid[limb] - price[target, limb]
        if change != 0:
            return bool(change < 0)
    return False


@compiled
def _lowers_by(price: IntArray, source: int, target: int, cost: IntArray, sign: int) -> bool:
    for limb in range(price.shape[1]):
        change = price[source, limb] + sign * cost[limb] - price[target, limb]
        if change != 0:
            return bool(change < 0)
    return False


@compiled
def _before(
    node: int, by: IntArray, row_of: IntArray, way_node: IntArray, tail: IntArray, head: IntArray, held: IntArray
) -> int:
    """The node from which a node got its price, -1 if it has its first price."""
    step = by[node]
    if step < 0:
        return -1
    if step < len(way_node):
        return int(way_node[held[row_of[step]]])
    arc = (step - len(way_node)) // 2
    return int(tail[arc]) if (step - len(way_node)) % 2 == 0 else int(head[arc])


@compiled
def _cycle(by: IntArray, row_of: IntArray, way_node: IntArray, tail: IntArray, head: IntArray, held: IntArray) -> int:
    """A node on a cycle of prices that lower each other, -1 if there is none: such a cycle is improving."""
    seen = np.zeros(len(by), dtype=np.int64)
    for first in range(len(by)):
        node = first
        while node >= 0 and seen[node] == 0:
            seen[node] = first + 1
            node = _before(node, by, row_of, way_node, tail, head, held)
        if node >= 0 and seen[node] == first + 1:
            return int(node)
    return -1


@compiled
def _shift(
    on_cycle: int,
    by: IntArray,
    row_of: IntArray,
    way_node: IntArray,
    tail: IntArray,
    head: IntArray,
    held: IntArray,
    flow: IntArray,
) -> None:
    """Move one unit along the cycle. A row is on it once at most: it has one node that it stands at."""
    node = on_cycle
    while True:
        before = _before(node, by, row_of, way_node, tail, head, held)
        step = by[node]
        if step < len(way_node):
            # Its row leaves the node before, and nobody asks again from where.
            held[row_of[step]] = step
        else:
            arc = (step - len(way_node)) // 2
            flow[arc] += 1 if (step - len(way_node)) % 2 == 0 else -1
        node = before
        if node == on_cycle:
            return
