"""Controlled rounding (R9): all cells rounded down or up together, so that both kinds of totals stay true.

A rounding always exists. Send remainder/denominator through every cell: each programme sends a whole number,
each school receives its exact total, and no cell carries more than 1. All bounds of this network are whole
numbers (the totals rounded down and up, 0 and 1), and a network with whole bounds and a feasible flow has a
whole one.

What a rounding costs. A cell rounded down is remainder/denominator away from its share, one rounded up 1 -
remainder/denominator. How many cells a programme rounds up is given, so the sum of distances is least exactly
where the sum of the remainders of the cells rounded up is largest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocator.optimise.canonical_flow import first_flow

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

UNREACHED = 2**61  # above every distance; its sum with one still fits 64 bits


@dataclass(frozen=True)
class Rounding:
    """A whole flow: which cells are rounded up, and which schools' totals."""

    cell_up: BoolArray  # (programme, feeder_school)
    total_up: BoolArray  # (feeder_school,) among the schools whose exact total is not whole


def rounded_up_together(remainder: IntArray, denominator: int) -> BoolArray:
    """The cells to round up: closest to the exact shares, then the earliest totals, then the earliest cells.

    ``remainder`` (programme, feeder_school) is what each exact share is above its whole part, in parts of
    ``denominator``; each programme's remainders add up to a multiple of it. Raises ValueError where the
    denominator is too large for the flow to be found in 64 bits.
    """
    if not remainder.any():
        return np.zeros(remainder.shape, dtype=np.bool_)
    _refuse_overflow(remainder.shape, denominator)
    optimum = _solve(remainder, denominator)
    programme_price, school_price, total_price = _prices(remainder, denominator, optimum)
    # Complementary slackness: a flow is optimal exactly if it differs from this one only on arcs of reduced
    # cost 0.
    cell_free = (remainder > 0) & (remainder == programme_price[:, None] - school_price[None, :])
    total_free = _total_is_open(remainder, denominator) & (school_price == total_price)
    return first_flow(cell_free, optimum.cell_up, total_free, optimum.total_up)


def _refuse_overflow(shape: tuple[int, ...], denominator: int) -> None:
    # SimpleMinCostFlow adds a source and a sink and multiplies the costs by (its nodes + 1). A refinement
    # lowers a price by at most nodes * (old + new epsilon), epsilon shrinking fivefold from the largest
    # multiplied cost: in all by less than 2 * nodes * that cost. Twice this has to fit, and every sum here
    # and in _prices is smaller.
    num_nodes = sum(shape) + 4
    largest = (2**63 - 1) // (4 * num_nodes * num_nodes)
    if denominator > largest:
        raise ValueError(
            f"the weights add up to {denominator}: for {shape[0]} programmes and {shape[1]} feeder schools "
            f"controlled rounding is exact up to {largest}"
        )


def _total_is_open(remainder: IntArray, denominator: int) -> BoolArray:
    """(feeder_school,) whether the exact total is not whole, so that it may be rounded down or up."""
    is_open: BoolArray = remainder.sum(axis=0) % denominator > 0
    return is_open


def _solve(remainder: IntArray, denominator: int) -> Rounding:
    """Some optimal rounding: a school keeps its total rounded down and passes on what is above it."""
    # Imported here because largest remainders have no use for it and take less time than the import.
    from ortools.graph.python.min_cost_flow import (
        SimpleMinCostFlow,
    )

    num_programmes, num_schools = remainder.shape
    programme_index, school_index = np.nonzero(remainder)
    open_index = np.flatnonzero(_total_is_open(remainder, denominator))
    num_sent = remainder.sum(axis=1) // denominator
    num_received = remainder.sum(axis=0) // denominator
    rest = num_programmes + num_schools

    flow = SimpleMinCostFlow()
    cell_arc = flow.add_arcs_with_capacity_and_unit_cost(
        programme_index.astype(np.int32),
        (num_programmes + school_index).astype(np.int32),
        np.ones(len(programme_index), dtype=np.int64),
        -remainder[programme_index, school_index],
    )
    open_arc = flow.add_arcs_with_capacity_and_unit_cost(
        (num_programmes + open_index).astype(np.int32),
        np.full(len(open_index), rest, dtype=np.int32),
        np.ones(len(open_index), dtype=np.int64),
        np.zeros(len(open_index), dtype=np.int64),
    )
    flow.set_nodes_supplies(
        np.arange(rest + 1, dtype=np.int32),
        np.concatenate([num_sent, -num_received, [num_received.sum() - num_sent.sum()]]),
    )
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"a controlled rounding always exists, but the flow solver answered {status.name}")
    cell_up = np.zeros(remainder.shape, dtype=np.bool_)
    cell_up[programme_index, school_index] = flow.flows(cell_arc) > 0
    total_up = np.zeros(num_schools, dtype=np.bool_)
    total_up[open_index] = flow.flows(open_arc) > 0
    return Rounding(cell_up, total_up)


def _prices(remainder: IntArray, denominator: int, rounding: Rounding) -> tuple[IntArray, IntArray, int]:
    """Prices of programmes, schools and the rest (Bellman and Ford): they prove that the rounding is optimal.

    They are shortest distances in the residual network, in which rounding a cell up costs -remainder and
    rounding it back down +remainder: no residual arc has a negative reduced cost.
    """
    is_cell = remainder > 0
    up_cost = np.where(is_cell & ~rounding.cell_up, -remainder, UNREACHED)
    down_cost = np.where(is_cell & rounding.cell_up, remainder, UNREACHED)
    may_rise = _total_is_open(remainder, denominator) & ~rounding.total_up
    programme_price = np.zeros(remainder.shape[0], dtype=np.int64)
    school_price = np.zeros(remainder.shape[1], dtype=np.int64)
    total_price = 0
    for _ in range(sum(remainder.shape) + 2):
        school_next = np.minimum(school_price, (programme_price[:, None] + up_cost).min(axis=0))
        total_next = min(total_price, int(school_next[may_rise].min(initial=total_price)))
        school_next[rounding.total_up] = np.minimum(school_next[rounding.total_up], total_next)
        programme_next = np.minimum(programme_price, (school_next[None, :] + down_cost).min(axis=1))
        if np.array_equal(programme_next, programme_price) and np.array_equal(school_next, school_price):
            return programme_price, school_price, total_next
        programme_price, school_price, total_price = programme_next, school_next, total_next
    raise RuntimeError("the flow solver's rounding is not optimal: its residual network has a negative cycle")
