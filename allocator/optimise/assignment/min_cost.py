"""A flow of least cost, level by level, and the prices that prove it (OR-Tools, then exact arithmetic of our own)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from allocator.market.market import BoolArray, IntArray
from allocator.optimise.assignment.network import Network
from allocator.optimise.assignment.residual import Residual, improve
from allocator.optimise.assignment.weights import combined, limbs, spreads, weights

# Small weights are solved several times faster than safe ones, and are nearly always enough. What they leave to be
# improved is improved exactly; if it is much, larger weights are tried first.
REACHES = (2, 32, 1024, 2**15)
MOST_CYCLES = 300
NO_LIMIT = 2**62
LARGEST_COST = 2**61  # of the largest cost times the number of nodes: beyond, OR-Tools refuses


@dataclass(frozen=True)
class Flow:
    """An optimal flow of a network, with its proof."""

    held: IntArray  # (row,) the way of each
    flow: IntArray  # (arc,) of the structure
    free_ways: BoolArray  # (way,) in some optimal flow, as far as prices tell: no cost at the prices
    free_arcs: BoolArray  # (arc,)
    totals: tuple[int, ...]  # (level,) what the flow costs
    price: IntArray  # (node, limb) at these no arc of the residual network costs less than nothing


def cheapest(network: Network) -> Flow:
    """The flow that is least in the first level, among those in the second, and so on."""
    if not len(network.participant):
        nobody = np.zeros(0, dtype=np.int64)
        found = improved(network, nobody, np.zeros(len(network.arc_tail), dtype=np.int64), NO_LIMIT)
        assert found is not None  # there is no limit
        return found
    spread = spreads(network)
    if network.lower_bounds:
        found = _without_lower_bounds(network, spread)
        if found is not None:
            return found
    for reach, larger in zip(REACHES, (*REACHES[1:], None), strict=True):
        held, flow = _solve(network, weights(spread, reach))
        is_last = larger is None or not _fits(network, spread, weights(spread, larger))
        found = improved(network, held, flow, NO_LIMIT if is_last else MOST_CYCLES)
        if found is not None:
            return found
    raise AssertionError("the last attempt has no limit")


def _without_lower_bounds(network: Network, spread: list[int]) -> Flow | None:
    """The cheapest flow if lower bounds are reached by themselves, as they mostly are; one level less to solve with."""
    held, flow = _solve(network, [0, *weights(spread[1:], REACHES[0])])
    _fill_cheapest_first(network, flow)
    reached = network.arc_cost[:, 0] @ flow
    return improved(network, held, flow, MOST_CYCLES) if -reached == network.lower_bounds else None


def _fill_cheapest_first(network: Network, flow: IntArray) -> None:
    """Of the parallel arcs of a set, which stand in rising order of cost, those that cost less are filled first."""
    ends = np.stack([network.arc_tail, network.arc_head])
    first = np.flatnonzero(np.append(True, (ends[:, 1:] != ends[:, :-1]).any(axis=0)))
    left = np.repeat(np.add.reduceat(flow, first), np.diff(np.append(first, len(flow))))
    before = np.cumsum(network.arc_capacity) - network.arc_capacity
    before -= np.repeat(before[first], np.diff(np.append(first, len(flow))))
    flow[:] = np.clip(left - before, 0, network.arc_capacity)


def improved(network: Network, held: IntArray, flow: IntArray, most_cycles: int) -> Flow | None:
    """The optimal flow that a flow becomes by cancelling improving cycles; None if that takes more than so many.

    Args:
        held: (row,) the way of each; changed in place, as is
        flow: (arc,)
    """
    rows = limbs(network)
    way_cost, arc_cost = combined(network.way_cost, rows), combined(network.arc_cost, rows)
    lengths = np.diff(network.start)
    residual = Residual(
        start=network.start,
        row=np.repeat(np.arange(len(lengths)), lengths),
        node=network.way_node,
        way_cost=way_cost,
        tail=network.arc_tail,
        head=network.arc_head,
        capacity=network.arc_capacity,
        arc_cost=arc_cost,
        held=held,
        flow=flow,
    )
    price, num_cycles = improve(residual, network.num_nodes, most_cycles)
    if num_cycles > most_cycles:
        return None
    reduced = way_cost - price[network.way_node]
    of_held = np.repeat(reduced[held], lengths, axis=0)
    free_arcs = (arc_cost + price[network.arc_tail] == price[network.arc_head]).all(axis=1)
    totals = network.way_cost[held].sum(axis=0) + flow @ network.arc_cost
    return Flow(held, flow, (reduced == of_held).all(axis=1), free_arcs, tuple(int(t) for t in totals), price)


def _fits(network: Network, spread: list[int], weight: list[int]) -> bool:
    largest = sum(w * s for w, s in zip(weight, spread, strict=True))
    return largest * (network.num_nodes + len(network.participant)) < LARGEST_COST


def _solve(network: Network, weight: list[int]) -> tuple[IntArray, IntArray]:
    """The way of each row and the flow of each arc, cheapest at these weights."""
    num_rows, num_ways = len(network.participant), len(network.way_node)
    lengths = np.diff(network.start)
    row_node = network.num_nodes + np.arange(num_rows)
    tail = np.concatenate([np.repeat(row_node, lengths), network.arc_tail])
    head = np.concatenate([network.way_node, network.arc_head])
    capacity = np.concatenate([np.ones(num_ways, dtype=np.int64), network.arc_capacity])
    costs = np.array(weight, dtype=np.int64)
    cost = np.concatenate([network.way_cost @ costs, network.arc_cost @ costs])
    solver = SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    solver.set_nodes_supplies(row_node, np.ones(num_rows, dtype=np.int64))
    solver.set_node_supply(network.sink, -num_rows)
    status = solver.solve()
    assert status == solver.OPTIMAL, status  # everybody may go to the sink directly
    flows = solver.flows(np.arange(len(tail)))
    return np.flatnonzero(flows[:num_ways]), flows[num_ways:].copy()
