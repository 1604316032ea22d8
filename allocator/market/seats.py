"""The seats of a batch: which pools a programme has, their cells, and where unfilled seats go (R5, R7)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from allocator.market.market import BoolArray, Int32Array, IntArray
from allocator.scenario.cohort import FeederSeatRows
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN


def programmes_with_pool(scenario: Scenario, feeder_seats: FeederSeatRows) -> list[dict[str, BoolArray]]:
    """For each batch and pool that it lists, the programmes that have the pool there; (programme,)."""
    num_programmes = len(scenario.cohort.programmes)
    seats = scenario.cohort.seats
    result: list[dict[str, BoolArray]] = []
    for i, batch in enumerate(scenario.settings.batches):
        here = {pool: np.zeros(num_programmes, dtype=np.bool_) for pool in batch.pools}
        result.append(here)
        for programme, pool in zip(seats.programme[seats.batch == i], _pools_of(scenario, i), strict=True):
            if pool in here:
                here[pool][programme] = True
        feeder_pool = scenario.settings.feeder_pool(batch)
        if feeder_pool is not None:
            here[feeder_pool][feeder_seats.programme[feeder_seats.batch == i]] = True
        if batch.seats == "leftover":
            here[OPEN] = np.logical_or.reduce([has for earlier in result[:-1] for has in earlier.values()])
    return result


def _pools_of(scenario: Scenario, batch: int) -> Iterable[str]:
    seats = scenario.cohort.seats
    return (pool for pool, at in zip(seats.pool, seats.batch, strict=True) if at == batch)


def number_cells(
    has: BoolArray, per_school: BoolArray, reverts: BoolArray, open_pool: int, num_schools: int
) -> tuple[Int32Array, Int32Array, int]:
    """Number the cells: programme by programme, pool by pool, and last those of reverted seats."""
    sizes = np.where(has, np.where(per_school, num_schools, 1), 0)
    ends = np.cumsum(sizes.ravel()).reshape(sizes.shape)
    cell_first = np.where(has, ends - sizes, -1).astype(np.int32)
    num_cells = int(ends[-1, -1]) if ends.size else 0
    can_revert = np.zeros(len(has), dtype=np.bool_)
    if open_pool >= 0:
        can_revert = has[:, open_pool] & has[:, reverts].any(axis=1)
    reverted_cell = np.full(len(has), -1, dtype=np.int32)
    reverted_cell[can_revert] = num_cells + np.arange(int(can_revert.sum()), dtype=np.int32)
    return cell_first, reverted_cell, num_cells + int(can_revert.sum())


def cell_seats_of(
    scenario: Scenario, feeder_seats: FeederSeatRows, i: int, cell_first: Int32Array, num_cells: int
) -> IntArray:
    settings, seats = scenario.settings, scenario.cohort.seats
    rule = settings.batches[i]
    cell_seats = np.zeros(num_cells, dtype=np.int64)
    feeder_pool = settings.feeder_pool(rule)
    here = np.flatnonzero(seats.batch == i)
    for row in here[seats.seats[here] > 0]:
        if seats.pool[row] != feeder_pool:  # checked: seats stand only for pools that the batch lists
            cell_seats[cell_first[seats.programme[row], rule.pools.index(seats.pool[row])]] = seats.seats[row]
    if feeder_pool is not None:
        cells = feeder_seats.batch == i
        first = cell_first[feeder_seats.programme[cells], rule.pools.index(feeder_pool)]
        cell_seats[first + feeder_seats.feeder_school[cells]] = feeder_seats.seats[cells]
    return cell_seats


def carries_to(scenario: Scenario, has_row: list[dict[str, BoolArray]], i: int) -> Int32Array:
    """R7: the first later batch, not a leftover one, in which the programme has an `open` pool.

    In a stable batch with an `open` pool of the programme its seats revert there; in an optimal one they do not (R10).
    """
    num_programmes = len(scenario.cohort.programmes)
    target = np.full(num_programmes, -1, dtype=np.int32)
    if scenario.settings.batches[i].seats == "leftover":
        return target
    for later in range(len(has_row) - 1, i, -1):
        if OPEN in has_row[later] and scenario.settings.batches[later].seats != "leftover":
            target[has_row[later][OPEN]] = later
    if OPEN in has_row[i] and scenario.settings.batches[i].mechanism == "stable":
        target[has_row[i][OPEN]] = -1
    return target
