"""An optimal batch of a city with eleven caps that cross: how far from its bound, and how long it takes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.crossing import Limits, Optimum, solve_crossing
from allocator.optimise.assignment.problem import UNBOUNDED, Bound, Cells, CountedSet, Options, Problem
from benchmarks.child import call
from benchmarks.instances import NUM_CHOICES, NUM_PROGRAMMES, make_instance
from benchmarks.workload import Figures, workload

NUM_SCHOOLS = 20  # 8,000 cells of feeder seats


@workload(
    "crossing caps",
    "an optimal batch with feeder cells and eleven caps that cross, [placed, choice]",
    largest=100_000,
    in_smoke=False,
)
def crossing_caps(num_applicants: int, short: bool) -> Figures:
    figures, spent = call("crossing_caps:measure", num_applicants, short)
    return {**figures, "peak_mb": round(spent.peak_mb)}


def measure(num_applicants: int, short: bool) -> dict[str, Any]:
    """One solve, its seconds, and the gaps that are left between the values and what is proven."""
    problem = crossing_problem(num_applicants, ("placed", "choice", "score"))
    # Compiled code is loaded before the clock starts.
    small = crossing_problem(4_000, problem.ladder)
    solve_crossing(replace(small, bounds=small.bounds[:1]), Limits(options_in_one_model=0, num_rounds=2))
    begin, cpu = time.perf_counter(), time.process_time()
    found = solve_crossing(problem, Limits())
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu
    if not isinstance(found, Optimum):
        raise ValueError(f"the caps can be kept, but the answer is {found}")
    figures: dict[str, Any] = {"seconds": round(seconds, 2), "cpu_seconds": round(cpu_seconds, 2)}
    for name, value in found.values.items():
        assert isinstance(value, int)
        gap = abs(value - int(found.bounds.get(name, value)))
        figures[name] = value
        figures[f"{name}_gap_percent"] = round(100 * gap / max(abs(value), 1), 4)
    return figures


def crossing_problem(num_applicants: int, ladder: tuple[str, ...], seed: int = 2026) -> Problem:
    """Half of the seats for feeder schools, and caps by area, tier, ownership and track, each across the others."""
    instance = make_instance(num_applicants, own_rankings=False, seed=seed)
    rng = np.random.default_rng(seed + 1)
    shares = np.full(NUM_SCHOOLS, 1 / NUM_SCHOOLS)
    feeder = rng.multinomial(int(instance.feeder_seats.sum(axis=1)[0]), shares, size=NUM_PROGRAMMES)
    width = NUM_SCHOOLS + 1
    first = np.arange(NUM_PROGRAMMES, dtype=np.int32) * width
    num_options = instance.choice_programme.size
    seats = np.concatenate([feeder, instance.open_seats[:, None]], axis=1)
    return Problem(
        options=Options(
            start=np.arange(0, num_options + 1, NUM_CHOICES, dtype=np.int64),
            programme=instance.choice_programme.ravel(),
            number=np.tile(np.arange(1, NUM_CHOICES + 1, dtype=np.int32), num_applicants),
            pools=np.full(num_options, 3, dtype=np.uint8),
            choice=np.arange(num_options, dtype=np.int64),
            in_own_area=np.zeros(num_options, dtype=np.bool_),
        ),
        cells=Cells(
            first=np.stack([first, first + NUM_SCHOOLS], axis=1).astype(np.int32),
            per_school=np.array([True, False]),
            num_schools=NUM_SCHOOLS,
            seats=seats.ravel().astype(np.int64),
        ),
        applicant_school=rng.integers(0, NUM_SCHOOLS, num_applicants).astype(np.int32),
        is_general=rng.random(NUM_PROGRAMMES) < 0.6,
        order=np.lexsort((np.arange(num_applicants), -instance.score)).astype(np.int64),
        programme_order=np.arange(NUM_PROGRAMMES, dtype=np.int64),
        ladder=ladder,
        bounds=_caps(seats.sum(axis=1), rng),
    )


def _caps(seats: IntArray, rng: np.random.Generator) -> tuple[Bound, ...]:
    """Eleven sets; of their seats, the upper bounds leave 80 to 92 of 100, the lower ones ask for 96."""
    area, tier = rng.integers(0, 6, NUM_PROGRAMMES), rng.integers(0, 3, NUM_PROGRAMMES)
    sets = [(f"area {a}", area == a) for a in range(6)]
    sets += [(f"tier {t}", tier == t) for t in range(3)]
    sets += [("private", rng.random(NUM_PROGRAMMES) < 0.3), ("boarding", rng.random(NUM_PROGRAMMES) < 0.5)]
    bounds = []
    for k, (name, members) in enumerate(sets):
        inside = int(seats[members].sum())
        is_lower = k in (1, 7)
        share = 96 if is_lower else int(rng.integers(80, 93))
        bounds.append(
            Bound(
                name,
                CountedSet(members),
                at_least=inside * share // 100 if is_lower else 0,
                at_most=UNBOUNDED if is_lower else inside * share // 100,
                target=None,
                earlier=0,
            )
        )
    return tuple(bounds)
