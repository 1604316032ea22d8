"""Libraries that pip can install, on the textbook problem that all of them solve: open seats only, one ranking each.

The kernel takes the same instance beside them, and all have to obtain the same, applicant-optimal, matching.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from allocator.mechanisms.deferred_acceptance import deferred_acceptance
from benchmarks.child import call
from benchmarks.instances import NUM_PROGRAMMES, Instance, batch_arrays, make_instance
from benchmarks.workload import Figures, Unavailable, workload

Answer = tuple[float, float, Any]  # seconds to build its objects, seconds to solve, (applicant,) programme or -1

TIME_LIMIT = 60.0  # seconds, for building its objects and solving

_gave_up: set[str] = set()  # a peer that failed at one size is not asked for a larger one


@workload("peer matching", "HospitalResident of `matching`", largest=100_000, in_smoke=False)
def matching(num_applicants: int, short: bool) -> Figures:
    return _in_child("matching", num_applicants)


@workload("peer algmatch", "HospitalResidentsProblem of `algmatch`", largest=100_000, in_smoke=False)
def algmatch(num_applicants: int, short: bool) -> Figures:
    return _in_child("algmatch", num_applicants)


def _in_child(peer: str, num_applicants: int) -> Figures:
    if find_spec(peer) is None:
        raise Unavailable(f"{peer} is not installed: pip install -e '.[bench]'")
    if peer in _gave_up:
        raise Unavailable("gave up at a smaller size")
    try:
        figures, spent = call("peers:measure", peer, num_applicants, time_limit=TIME_LIMIT)
    except RuntimeError as fault:
        _gave_up.add(peer)
        raise Unavailable(f"failed: {str(fault).splitlines()[-1]}") from fault
    if figures is None:
        _gave_up.add(peer)
        raise Unavailable(f"no answer in {TIME_LIMIT:.0f} seconds")
    return {**figures, "peak_mb": round(spent.peak_mb)}


def measure(peer: str, num_applicants: int) -> dict[str, Any]:
    """Seconds of the peer's solver alone and of the kernel, in one process."""
    instance = make_instance(num_applicants, own_rankings=True)
    arrays = batch_arrays(instance, feeder=False)
    held_choice, _ = deferred_acceptance(arrays)
    begin = time.perf_counter()
    deferred_acceptance(arrays)
    kernel_seconds = time.perf_counter() - begin
    ours = np.where(held_choice >= 0, arrays.choice_programme[held_choice], -1)
    solver = {"matching": _matching, "algmatch": _algmatch}[peer]
    build_seconds, seconds, theirs = _with_deep_stack(lambda: solver(instance))
    if not np.array_equal(ours, theirs):
        raise ValueError(f"the kernel and {peer} differ for {np.count_nonzero(ours != theirs)} applicants")
    return {
        "seconds": seconds,
        "build_seconds": build_seconds,
        "kernel_seconds": kernel_seconds,
        "ratio_to_kernel": round(seconds / kernel_seconds, 1),
        "admitted": int(np.count_nonzero(ours >= 0)),
    }


def _with_deep_stack(task: Callable[[], Answer]) -> Answer:
    """`matching` copies its players recursively: at 1,000 applicants that already exceeds Python's usual depth."""
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(1 << 30)
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(task()))
    thread.start()
    thread.join()
    if not answers:
        raise RuntimeError("the peer failed")  # its traceback has been printed by the thread
    return answers[0]


def _lists(instance: Instance) -> tuple[dict[int, list[int]], dict[int, list[int]], dict[int, int]]:
    """Everybody's programmes, every programme's applicants, both best first, and seats.

    Programmes that nobody chose are left out, as both libraries ask.
    """
    wishes = dict(enumerate(instance.choice_programme.tolist()))
    ranked: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for applicant, (row, keys) in enumerate(
        zip(instance.choice_programme.tolist(), instance.choice_key.tolist(), strict=True)
    ):
        for programme, key in zip(row, keys, strict=True):
            ranked[programme].append((key, applicant))
    seats = (instance.open_seats + instance.feeder_seats.sum(axis=1)).tolist()
    orders = {p: [applicant for _, applicant in sorted(ranked[p])] for p in range(NUM_PROGRAMMES) if p in ranked}
    return wishes, orders, {p: seats[p] for p in orders}


def _matching(instance: Instance) -> Answer:
    hospital_resident = import_module("matching.games").HospitalResident
    begin = time.perf_counter()
    game = hospital_resident.create_from_dictionaries(*_lists(instance))
    built = time.perf_counter()
    solution = game.solve(optimal="resident")
    solved = time.perf_counter()
    got = np.full(instance.num_applicants, -1)
    for hospital, residents in solution.items():
        for resident in residents:
            got[resident.name] = hospital.name
    return built - begin, solved - built, got


def _algmatch(instance: Instance) -> Answer:
    hospital_residents = import_module("algmatch").HospitalResidentsProblem
    begin = time.perf_counter()
    wishes, orders, seats = _lists(instance)
    # Its names count from 1.
    described = {
        "residents": {applicant + 1: [p + 1 for p in row] for applicant, row in wishes.items()},
        "hospitals": {
            p + 1: {"capacity": seats[p], "preferences": [applicant + 1 for applicant in order]}
            for p, order in orders.items()
        },
    }
    problem = hospital_residents(dictionary=described, optimised_side="residents")
    built = time.perf_counter()
    solution = problem.get_stable_matching()
    solved = time.perf_counter()
    got = np.full(instance.num_applicants, -1)
    for resident, hospital in solution["resident_sided"].items():
        if hospital:
            got[int(str(resident).lstrip("r")) - 1] = int(str(hospital).lstrip("h")) - 1
    return built - begin, solved - built, got
