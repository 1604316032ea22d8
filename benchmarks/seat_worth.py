"""The worth of a seat for every programme, by following vacancies, beside running the kernel again for each."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from allocator.capacity.base import Base, Figures, difference, run_again
from allocator.capacity.chains import new_standing, worth_of
from allocator.capacity.seat_market import seat_market
from allocator.market.market import BatchMarket, Market
from allocator.mechanisms.batches import solve
from allocator.mechanisms.deferred_acceptance import BatchArrays
from allocator.scenario.cohort import FeederSeatRows
from benchmarks.child import call
from benchmarks.instances import NUM_PROGRAMMES, NUM_SCHOOLS, batch_arrays, make_instance
from benchmarks.workload import Figures as Measured
from benchmarks.workload import workload

AMOUNTS = (1, 50, 500)  # a seat, a class, ten classes
NUM_AGAIN = 12  # programmes that are run again in a short measurement, to be compared and to tell the time


@workload(
    "worth of a seat, one examination",
    "one seat more in each of 400 programmes, feeder cells whose unfilled seats revert; and one class, ten classes",
    largest=100_000,
)
def one_examination(num_applicants: int, short: bool) -> Measured:
    return _in_child(num_applicants, False, short)


@workload(
    "worth of a seat, own rankings",
    "the same, each programme with a ranking of its own: improving cycles are turned",
    largest=100_000,
)
def own_rankings(num_applicants: int, short: bool) -> Measured:
    return _in_child(num_applicants, True, short)


def _in_child(num_applicants: int, own: bool, short: bool) -> Measured:
    figures, spent = call("seat_worth:measure", num_applicants, own, short)
    return {**figures, "peak_mb": round(spent.peak_mb)}


def measure(num_applicants: int, own: bool, short: bool) -> dict[str, Any]:
    """Seconds to prepare and to follow, and the time of as many runs from scratch.

    Raises:
        ValueError: if a run from scratch says anything else.
    """
    instance = make_instance(num_applicants, own_rankings=own)
    base = base_of(market_of(_reverting(batch_arrays(instance)), NUM_SCHOOLS))
    cells = base.market.batches[0].cell_first[:, 1].astype(np.int64)
    seats = np.tile(np.array(AMOUNTS, dtype=np.int64), (NUM_PROGRAMMES, 1))
    one_each = np.ascontiguousarray(seats[:, :1])
    worth_of(*_prepared(base), cells[:1], seats[:1])  # compiles, or loads what is kept
    prepare: list[float] = []
    follow: list[float] = []
    classes: list[float] = []
    for _ in range(2 if short else 5):
        times = [time.perf_counter()]
        prepared = _prepared(base)
        times.append(time.perf_counter())
        one = worth_of(*prepared, cells, one_each)
        times.append(time.perf_counter())
        all_amounts = worth_of(*prepared, cells, seats)
        times.append(time.perf_counter())
        for kept, (begin, end) in zip((prepare, follow, classes), pairwise(times), strict=True):
            kept.append(end - begin)
    if not np.array_equal(one[:, 0], all_amounts[:, 0]):
        raise ValueError("one seat is worth something else when more follow")
    again = _again(base, cells, all_amounts, NUM_AGAIN if short else NUM_PROGRAMMES)
    return {
        "prepare_s": median(prepare),
        "one_seat_s": median(follow),
        "all_amounts_s": median(classes),
        "run_again_s": again * NUM_PROGRAMMES,
        "times_faster": round(again * NUM_PROGRAMMES / (median(prepare) + median(follow)), 1),
        "admitted": int(one[:, 0, 0].sum()),
    }


def _reverting(arrays: BatchArrays) -> BatchArrays:
    """The same, but unfilled feeder seats revert to `open`."""
    num_cells = len(arrays.cell_seats)
    return replace(
        arrays,
        cell_seats=np.append(arrays.cell_seats, np.zeros(NUM_PROGRAMMES, dtype=np.int64)),
        pool_reverts=np.array([True, False]),
        reverted_cell=(num_cells + np.arange(NUM_PROGRAMMES)).astype(np.int32),
    )


def _prepared(base: Base) -> tuple[Any, Any]:
    prepared = seat_market(base.market, base.solution, base.blocked)
    return prepared, new_standing(prepared)


def _again(base: Base, cells: Any, worth: Any, num_compared: int) -> float:
    """Seconds of one run from scratch; every one is compared."""
    spent = 0.0
    for programme in np.linspace(0, NUM_PROGRAMMES - 1, num_compared).astype(np.int64):
        amount = int(programme) % len(AMOUNTS) if num_compared < NUM_PROGRAMMES else 0
        begin = time.perf_counter()
        after = run_again(base, {(0, int(cells[programme])): AMOUNTS[amount]})
        spent += time.perf_counter() - begin
        found = Figures(*(int(effect) for effect in worth[programme, amount]))
        if difference(base.market, base.solution, after) != found:
            raise ValueError(f"programme {programme}: vacancies say {found}")
    return spent / num_compared


def market_of(arrays: BatchArrays, num_schools: int) -> Market:
    """One batch as a market of its own: nobody lists a programme elsewhere, and no scores are left to compare."""
    num_programmes, num_pools = arrays.cell_first.shape
    num_applicants = len(arrays.applicant_school)
    num_choices = len(arrays.choice_programme)
    lengths = np.diff(arrays.choice_start)
    nothing = np.zeros(num_applicants, dtype=np.int64)
    cell_seats = arrays.cell_seats.copy()
    cell_seats[arrays.reverted_cell[arrays.reverted_cell >= 0]] = 0  # in a market, seats revert at run time
    batch = BatchMarket(
        position=0,
        pools=tuple(f"pool {j}" for j in range(num_pools)),
        open_pool=arrays.open_pool,
        leftover=False,
        choice_start=arrays.choice_start,
        choice_programme=arrays.choice_programme,
        choice_number=(np.arange(num_choices) - np.repeat(arrays.choice_start[:-1], lengths) + 1).astype(np.int32),
        choice_key=arrays.choice_key,
        choice_score=np.zeros(num_choices, dtype=np.int64),
        choice_pools=arrays.choice_pools.astype(np.uint64),
        cell_first=arrays.cell_first,
        pool_per_school=arrays.pool_per_school,
        pool_reverts=arrays.pool_reverts,
        cell_seats=cell_seats,
        reverted_cell=arrays.reverted_cell,
        admit_all=arrays.admit_all,
        floors=(None,) * num_pools,
        carries_to=np.full(num_programmes, -1, dtype=np.int32),
        ranking_index=np.zeros(num_programmes, dtype=np.int32),
    )
    return Market(
        num_applicants=num_applicants,
        num_programmes=num_programmes,
        num_schools=num_schools,
        scale=0,
        is_general=np.arange(num_programmes) % 5 < 3,
        min_open=np.zeros(num_programmes, dtype=np.int64),
        applicant_school=arrays.applicant_school,
        batches=(batch,),
        scope=nothing.astype(np.int32),
        scope_names=("",),
        line_score=nothing,
        line_missing=nothing.astype(np.bool_),
        caps=(),
        programme_order=np.arange(num_programmes),
        applicant_area=nothing - 1,
        programme_area=np.full(num_programmes, -1, dtype=np.int64),
    )


def base_of(market: Market) -> Base:
    """The run of a market without control lines."""
    nobody = np.zeros(market.num_applicants, dtype=np.bool_)
    nothing = np.zeros(0, dtype=np.int64)
    rows = FeederSeatRows(nothing, nothing, nothing, nothing)
    solution = solve(market, nobody)
    return Base(market, solution, nobody, rows, np.zeros(market.num_programmes, dtype=np.bool_), None)
