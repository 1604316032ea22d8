"""Variants of levers on the city of ``scenarios/yulin``: with one local worker and with two, and their memory."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.child import call
from benchmarks.whole_run import ONE_CITY
from benchmarks.workload import Figures, Unavailable, workload

CITY = Path(__file__).resolve().parents[1] / "scenarios" / "yulin"
SWEEP = """\
name: levers of the guideline and of floors
baseline: {city}
set: {{cohort.applicants: {applicants}}}
vary:
  guideline.general_share: {{from: 0.504, to: 0.700, step: 0.004}}
  pools.feeder.floor.below_line: {{from: 1, to: {floors}}}
"""
SHARES = 50  # values of the first lever
EVERY_SECONDS = 0.2


@workload(
    "sweep",
    "1,000 variants of levers (short: 50), one worker and two",
    largest=200_000,
    in_smoke=False,
    extra_sizes=(ONE_CITY,),
)
def sweep(num_applicants: int, short: bool) -> Figures:
    """The whole sweep with two workers, then with one, each in a process of its own; worker start-up is included.

    Raises:
        Unavailable: if the city's scenario is not beside the benchmarks.
    """
    if not CITY.is_dir():
        raise Unavailable("scenarios/yulin is not beside the benchmarks")
    variants = SHARES if short else 20 * SHARES
    two, _ = call("sweep:run", num_applicants, variants, 2, time_limit=1800)
    one, _ = call("sweep:run", num_applicants, variants, 1, time_limit=1800)
    return {
        "variants": variants,
        "seconds": two["seconds"],
        "one_worker_seconds": one["seconds"],
        "ratio_one_to_two": one["seconds"] / two["seconds"],
        "peak_mb": round(two["peak_mb"]),
        "same_bytes": str(one["digest"] == two["digest"]),
    }


def run(num_applicants: int, variants: int, num_workers: int) -> dict[str, Any]:
    """Seconds from the read sweep to the written results, memory of all processes together, and what came out."""
    import hashlib

    from allocator.lab.sweep import read_sweep, run_sweep
    from allocator.lab.sweep_folder import INDICATORS, journal_beside, write
    from allocator.lab.workers import local_workers

    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder) / "sweep.yaml", Path(folder) / "out"
        text = SWEEP.format(city=CITY, applicants=num_applicants, floors=variants // SHARES)
        path.write_text(text, encoding="utf-8")
        sweep = read_sweep(path)
        with _Memory() as memory:
            begin = time.perf_counter()
            with journal_beside(output, sweep, anew=False) as journal, local_workers(num_workers) as workers:
                write(run_sweep(sweep, workers, journal, lambda done, total: None), output)
            seconds = time.perf_counter() - begin
        digest = hashlib.sha256((output / INDICATORS).read_bytes()).hexdigest()
    return {"seconds": seconds, "peak_mb": memory.peak_mb, "digest": digest}


class _Memory(threading.Thread):
    """The most memory that this process and its children have together, looked at now and then."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self._ended = threading.Event()

    def __enter__(self) -> _Memory:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.peak_mb = max(self.peak_mb, _family_mb(os.getpid()))


def _family_mb(root: int) -> float:
    """Resident memory of a process and all below it; 0 where there is no /proc."""
    parent: dict[int, int] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            pages[int(folder.name)] = int((folder / "statm").read_text().split()[1])
        except OSError:  # it has ended
            continue
    family = {root}
    while grown := {pid for pid, above in parent.items() if above in family} - family:
        family |= grown
    return sum(pages.get(pid, 0) for pid in family) * os.sysconf("SC_PAGE_SIZE") / 2**20
