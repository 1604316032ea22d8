"""The compiled kernel beside the C reference: the same arrays, in one run, in turn, and the same matching."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from allocator.mechanisms.deferred_acceptance import BatchArrays, deferred_acceptance_counted
from benchmarks.child import ROOT, call
from benchmarks.instances import NUM_CHOICES, batch_arrays, make_instance, write_for_c
from benchmarks.workload import Figures, workload

C_SOURCE = ROOT / ".." / "shared" / "bench" / "limit" / "da.c"


@workload(
    "kernel, one examination", "deferred acceptance with feeder cells, one ranking for all programmes", growth=True
)
def one_examination(num_applicants: int, short: bool) -> Figures:
    return _in_child(num_applicants, False, short)


@workload("kernel, own rankings", "the same, each programme with a ranking of its own", growth=True)
def own_rankings(num_applicants: int, short: bool) -> Figures:
    return _in_child(num_applicants, True, short)


def _in_child(num_applicants: int, own: bool, short: bool) -> Figures:
    figures, spent = call("kernel:measure", num_applicants, own, short)
    return {**figures, "peak_mb": round(spent.peak_mb)}


def measure(num_applicants: int, own: bool, short: bool) -> dict[str, Any]:
    """Medians over rounds; in each round both take the best of some repetitions, one after the other."""
    arrays = batch_arrays(make_instance(num_applicants, own_rankings=own))
    held_choice, _, num_sent_on = deferred_acceptance_counted(arrays)  # compiles, or loads what is kept
    rounds = 3 if short else 7
    repetitions = max(2, min(50, 300_000 // num_applicants))
    with tempfile.TemporaryDirectory() as folder:
        reference = _build_reference(Path(folder))
        if reference is not None:
            write_for_c(arrays, Path(folder) / "instance")
        ours, cpu, theirs = [], [], []
        for _ in range(rounds):
            if reference is not None:
                theirs.append(_reference_seconds(reference, repetitions))
            spent = [_seconds(arrays) for _ in range(repetitions)]
            ours.append(min(wall for wall, _ in spent))
            cpu.append(min(processor for _, processor in spent))
        if reference is not None:
            _compare(arrays, *deferred_acceptance_counted(arrays)[:2], Path(folder) / "matching")
    return {
        "seconds": median(ours),
        "cpu_seconds": median(cpu),  # a busy machine does not change it much: growth is taken from it
        "c_seconds": median(theirs) if theirs else None,
        "ratio_to_c": round(median(a / b for a, b in zip(ours, theirs, strict=True)), 3) if theirs else None,
        "admitted": int(np.count_nonzero(held_choice >= 0)),
        "sent_on": num_sent_on,
    }


def _seconds(arrays: BatchArrays) -> tuple[float, float]:
    """One run of the kernel: seconds by the clock, and of the processor."""
    begin, cpu = time.perf_counter(), time.thread_time()
    deferred_acceptance_counted(arrays)
    return time.perf_counter() - begin, time.thread_time() - cpu


def _build_reference(folder: Path) -> Path | None:
    """The C reference, compiled; None where there is no compiler or no source."""
    compiler = shutil.which("cc")
    if compiler is None or not C_SOURCE.is_file():
        return None
    subprocess.run([compiler, "-O3", "-march=native", "-o", str(folder / "reference"), str(C_SOURCE)], check=True)
    return folder / "reference"


def _reference_seconds(program: Path, repetitions: int) -> float:
    folder = program.parent
    command = [str(program), str(folder / "instance"), str(repetitions), str(folder / "matching")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(said.rsplit("seconds=", 1)[1])


def _compare(arrays: BatchArrays, held_choice: Any, held_cell: Any, matching: Path) -> None:
    """Raises ValueError if the C reference obtained anything else for anybody."""
    theirs = np.fromfile(matching, dtype=np.int32)
    place = held_choice - np.arange(len(theirs)) * NUM_CHOICES
    through_open = np.isin(held_cell, arrays.cell_first[:, 1])
    ours = np.where(held_choice >= 0, 2 * place + through_open, -1)
    if not np.array_equal(ours, theirs):
        raise ValueError(f"the kernel and C differ for {np.count_nonzero(ours != theirs)} applicants")
