"""Seeded instances: n applicants × 8 choices × 400 programmes × 300 feeder schools, 9 seats for 10 applicants.

Only ziggurat draws, comparisons and IEEE divisions are used, so that the same seed gives the same instance, and the
recorded counters hold, on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from allocator.mechanisms.deferred_acceptance import BatchArrays

IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]

NUM_CHOICES = 8
NUM_PROGRAMMES = 400
NUM_SCHOOLS = 300
ROWS_AT_ONCE = 20_000  # applicants whose tastes for all programmes are in memory together


@dataclass(frozen=True)
class Instance:
    """One batch; half of the seats of each programme are open, half are shared among the feeder schools."""

    choice_programme: Int32Array  # (applicant, 8) programme index, best first
    choice_key: Int32Array  # (applicant, 8) priority there, smaller is better, distinct within a programme
    score: IntArray  # (applicant,) examination score, 0 to 800, larger is better
    applicant_school: Int32Array  # (applicant,)
    open_seats: IntArray  # (programme,)
    feeder_seats: IntArray  # (programme, school)

    @property
    def num_applicants(self) -> int:
        return len(self.score)


def make_instance(num_applicants: int, *, own_rankings: bool, seed: int = 2026) -> Instance:
    """One examination for all programmes; or each programme's own ranking, near the examination's."""
    rng = np.random.default_rng(seed)
    attraction = rng.permutation(60.0 / (60.0 + np.arange(NUM_PROGRAMMES)))
    choice = np.empty((num_applicants, NUM_CHOICES), dtype=np.int32)
    for begin in range(0, num_applicants, ROWS_AT_ONCE):
        rows = min(ROWS_AT_ONCE, num_applicants - begin)
        # The smallest of exponential draws over weights: a sample without replacement, the favourite first.
        taste = rng.standard_exponential((rows, NUM_PROGRAMMES), dtype=np.float32) / attraction.astype(np.float32)
        best = np.argpartition(taste, NUM_CHOICES, axis=1)[:, :NUM_CHOICES]
        inner = np.argsort(np.take_along_axis(taste, best, axis=1), axis=1)
        choice[begin : begin + rows] = np.take_along_axis(best, inner, axis=1)
    ability = rng.standard_normal(num_applicants)
    score = np.clip(480 + 110 * ability, 0, 800).astype(np.int64)
    place = np.empty(num_applicants, dtype=np.int64)
    place[np.lexsort((rng.permutation(num_applicants), -score))] = np.arange(num_applicants)
    key = np.repeat(place[:, None], NUM_CHOICES, axis=1)
    if own_rankings:
        key = _places_at_programmes(choice, key + 0.05 * num_applicants * rng.standard_normal(key.shape))
    seats = num_applicants * 9 // 10 // NUM_PROGRAMMES
    shares = np.full(NUM_SCHOOLS, 1 / NUM_SCHOOLS)
    return Instance(
        choice_programme=choice,
        choice_key=key.astype(np.int32),
        score=score,
        applicant_school=rng.integers(0, NUM_SCHOOLS, num_applicants).astype(np.int32),
        open_seats=np.full(NUM_PROGRAMMES, seats - seats // 2, dtype=np.int64),
        feeder_seats=rng.multinomial(seats // 2, shares, size=NUM_PROGRAMMES),
    )


def _places_at_programmes(choice: Int32Array, worse: NDArray[np.float64]) -> IntArray:
    """(applicant, choice) the applicant's place among those who list the programme."""
    programme = choice.ravel()
    order = np.lexsort((worse.ravel(), programme))
    begin = np.searchsorted(programme[order], np.arange(NUM_PROGRAMMES + 1))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.repeat(begin[:-1], np.diff(begin))
    return place.reshape(choice.shape)


def batch_arrays(instance: Instance, *, feeder: bool = True) -> BatchArrays:
    """For the kernel: the pools [feeder, open], unfilled seats lapse. Without ``feeder``, all seats are open."""
    num_choices = instance.choice_programme.size
    cells = NUM_SCHOOLS + 1 if feeder else 1
    first = np.arange(NUM_PROGRAMMES, dtype=np.int32) * cells
    open_cell = first + cells - 1
    if feeder:
        cell_first = np.stack([first, open_cell], axis=1)
        cell_seats = np.concatenate([instance.feeder_seats, instance.open_seats[:, None]], axis=1).ravel()
    else:
        cell_first = open_cell[:, None]
        cell_seats = instance.open_seats + instance.feeder_seats.sum(axis=1)
    num_pools = cell_first.shape[1]
    return BatchArrays(
        choice_start=np.arange(0, num_choices + 1, NUM_CHOICES, dtype=np.int64),
        choice_programme=instance.choice_programme.ravel(),
        choice_key=instance.choice_key.ravel(),
        choice_pools=np.full(num_choices, 2**num_pools - 1, dtype=np.uint8),
        applicant_school=instance.applicant_school,
        cell_first=cell_first.astype(np.int32),
        pool_per_school=np.array([True, False][-num_pools:]),
        cell_seats=cell_seats.astype(np.int64),
        pool_reverts=np.zeros(num_pools, dtype=bool),
        open_pool=num_pools - 1,
        reverted_cell=np.full(NUM_PROGRAMMES, -1, dtype=np.int32),
        admit_all=np.zeros(NUM_PROGRAMMES, dtype=bool),
    )


def write_for_c(arrays: BatchArrays, path: Path) -> None:
    """The same batch as the C reference reads it: each choice twice, first the cell, then the open pool."""
    num_applicants = len(arrays.choice_start) - 1
    programme = arrays.choice_programme.reshape(num_applicants, NUM_CHOICES)
    cell = np.empty((num_applicants, 2 * NUM_CHOICES), dtype=np.int32)
    cell[:, 0::2] = arrays.cell_first[programme, 0] + arrays.applicant_school[:, None]
    cell[:, 1::2] = arrays.cell_first[programme, 1]
    rank = np.repeat(arrays.choice_key.reshape(num_applicants, NUM_CHOICES), 2, axis=1)
    with path.open("wb") as file:
        np.array([num_applicants, len(arrays.cell_seats), 2 * NUM_CHOICES], dtype=np.int32).tofile(file)
        arrays.cell_seats.astype(np.int32).tofile(file)
        cell.tofile(file)
        rank.tofile(file)
