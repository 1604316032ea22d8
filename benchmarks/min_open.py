"""Classes that open (R10, `min_open`): the exact search on a city where candidates live on the same few applicants."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from allocator.market.market import Market
from allocator.mechanisms.batches import only_stable, solve
from allocator.mechanisms.closed import with_closed
from allocator.mechanisms.closures import find
from allocator.mechanisms.deferred_acceptance import BatchArrays
from benchmarks.child import call
from benchmarks.instances import NUM_PROGRAMMES, NUM_SCHOOLS, IntArray, batch_arrays, make_instance
from benchmarks.seat_worth import market_of
from benchmarks.workload import Figures, workload

LEAST, SEATS = 30, 60
IN_FIELD = 5  # candidates of one field, which the same applicants choose
PER_CANDIDATE = 70  # applicants of a field for each of its candidates: too few for all of them to open


@workload("min_open, 20 candidates", "which classes open, proven", largest=100_000)
def twenty(num_applicants: int, short: bool) -> Figures:
    return _in_child(num_applicants, 20, short)


@workload("min_open, 40 candidates", "the same with twice the candidates", largest=100_000, in_smoke=False)
def forty(num_applicants: int, short: bool) -> Figures:
    return _in_child(num_applicants, 40, short)


def _in_child(num_applicants: int, num_candidates: int, short: bool) -> Figures:
    figures, spent = call("min_open:measure", num_applicants, num_candidates, short)
    return {**figures, "peak_mb": round(spent.peak_mb)}


def measure(num_applicants: int, num_candidates: int, short: bool) -> dict[str, Any]:
    """The search beside one plain run of all batches, in turn; and what both rules come to."""
    market = city(num_applicants, num_candidates)
    blocked = np.zeros(num_applicants, dtype=np.bool_)
    solve(market, blocked, only_stable)  # compiles, or loads what is kept
    plain, spent, processor = [], [], []
    for _ in range(1 if short else 3):
        begin = time.perf_counter()
        solve(market, blocked, only_stable)
        plain.append(time.perf_counter() - begin)
        begin, cpu = time.perf_counter(), time.process_time()
        found = find(market, blocked, lambda closed: solve(with_closed(market, closed), blocked, only_stable))
        spent.append(time.perf_counter() - begin)
        processor.append(time.process_time() - cpu)
    return {
        "seconds": min(spent),
        "cpu_seconds": min(processor),  # a busy machine does not change it much
        "ratio_to_one_run": round(min(spent) / min(plain), 1),
        "proven": str(found.proven),
        "runs": found.num_runs,
        "candidates": len(found.candidates),
        "closed": int(found.closed.sum()),
        "closed_by_simple_rule": int(found.simple_closed.sum()),
        "admitted": found.placed,
        "bound": found.bound,
        "admitted_by_simple_rule": found.simple_placed,
    }


def city(num_applicants: int, num_candidates: int, seed: int = 2026) -> Market:
    """A city of 400 programmes; the least wanted are small classes, in fields of five.

    For each of them a few applicants put two to four classes of one field, one after the other, somewhere into their
    list; one in five also names a class of the next field. Whoever loses one comes to the next, so closing one class
    lifts others over their least size.
    """
    rng = np.random.default_rng(seed)
    instance = make_instance(num_applicants, own_rankings=False, seed=seed)
    arrays = batch_arrays(instance)
    num_listed = np.bincount(instance.choice_programme.ravel(), minlength=NUM_PROGRAMMES)
    classes = np.sort(np.argsort(num_listed, kind="stable")[:num_candidates])
    rows, places = np.nonzero(~np.isin(instance.choice_programme, classes))
    entries = [np.stack([rows, 10 * places, instance.choice_programme[rows, places]])]
    num_fields = num_candidates // IN_FIELD
    for field in range(num_fields):
        for applicant in rng.choice(num_applicants, IN_FIELD * PER_CANDIDATE, replace=False).tolist():
            wanted = rng.choice(IN_FIELD, int(rng.integers(2, 5)), replace=False) + IN_FIELD * field
            if rng.integers(5) == 0:
                wanted = np.append(wanted, (IN_FIELD * (field + 1) + rng.integers(IN_FIELD)) % num_candidates)
            place = 10 * int(rng.integers(8)) + 1
            at = np.arange(place, place + len(wanted))
            entries.append(np.stack([np.full(len(wanted), applicant), at, classes[wanted]]))
    applicant, place, programme = np.concatenate(entries, axis=1)
    # Who was drawn for two fields that share a class names it once.
    order = np.lexsort((place, programme, applicant))
    again = (np.diff(applicant[order]) == 0) & (np.diff(programme[order]) == 0)
    kept = np.delete(order, np.flatnonzero(again) + 1)
    kept = kept[np.lexsort((place[kept], applicant[kept]))]
    arrays = replace(
        arrays,
        choice_start=np.searchsorted(applicant[kept], np.arange(num_applicants + 1)).astype(np.int64),
        choice_programme=programme[kept].astype(np.int32),
        choice_key=instance.choice_key[applicant[kept], 0],  # one ranking for all
        choice_pools=np.full(len(kept), 3, dtype=np.uint8),
        cell_seats=_seats(arrays, classes),
    )
    min_open = np.zeros(NUM_PROGRAMMES, dtype=np.int64)
    min_open[classes] = LEAST
    return replace(market_of(arrays, NUM_SCHOOLS), min_open=min_open)


def _seats(arrays: BatchArrays, classes: IntArray) -> IntArray:
    """(cell,) a class has open seats alone."""
    seats = arrays.cell_seats.copy()
    for first, open_cell in arrays.cell_first[classes]:
        seats[first : first + NUM_SCHOOLS] = 0
        seats[open_cell] = SEATS
    return seats
