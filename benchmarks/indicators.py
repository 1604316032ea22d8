"""All indicators of an outcome of the city in ``scenarios/yulin``, at any size; beside the run itself."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import allocator
from allocator.indicators import indicators, line_movements
from benchmarks.whole_run import ONE_CITY
from benchmarks.workload import Figures, Unavailable, workload

CITY = Path(__file__).resolve().parents[1] / "scenarios" / "yulin"


@workload(
    "indicators",
    "all families of one outcome, every grouping the city has",
    largest=200_000,
    in_smoke=False,
    extra_sizes=(ONE_CITY,),
)
def all_indicators(num_applicants: int, short: bool) -> Figures:
    """The run and its indicators in turn, in one process.

    Raises:
        Unavailable: if the city's scenario is not beside the benchmarks.
    """
    if not CITY.is_dir():
        raise Unavailable("scenarios/yulin is not beside the benchmarks")
    scenario = allocator.load(CITY, {"cohort.applicants": str(num_applicants)})
    allocator.run(scenario)  # compiles the kernel where that has not been done
    running, spent, moving = [], [], []
    for _ in range(1 if short else 7):
        begin = time.perf_counter()
        outcome = allocator.run(scenario)
        running.append(time.perf_counter() - begin)
        assert isinstance(outcome, allocator.Outcome)  # the city has no optimal batch that could be infeasible
        begin = time.perf_counter()
        table = indicators(scenario, outcome)
        spent.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        line_movements(outcome, outcome)
        moving.append(time.perf_counter() - begin)
    return {
        "seconds": median(spent),
        "run_seconds": median(running),
        "ratio_to_run": median(spent) / median(running),
        "line_movements_seconds": median(moving),
        "rows": table.height,
    }
