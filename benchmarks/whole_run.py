"""``allocator run`` from CSV files to verified results, in a process of its own: time, memory, seconds per phase."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.child import call, run_command
from benchmarks.workload import Figures, workload

ONE_CITY = 96_000  # the cohort that scenarios/yulin plans for


@workload("allocator run", "from CSV, with control line, floors and verification", extra_sizes=(ONE_CITY,))
def whole_run(num_applicants: int, short: bool) -> Figures:
    """Raises RuntimeError if the run does not end well."""
    with tempfile.TemporaryDirectory() as folder:
        call("scenario_folder:write_scenario", num_applicants, folder)
        results = Path(folder) / "results"
        command = [sys.executable, "-m", "allocator", "run", folder, "-o", str(results), "--overwrite"]
        seconds, peaks, phases = [], [], []
        if num_applicants <= 1000:
            run_command(command)  # compiles the kernel where that has not been done
        for _ in range(1 if short or num_applicants > 200_000 else 5):
            spent = run_command(command)
            if spent.exit_code != 0:
                raise RuntimeError(f"allocator run ended with {spent.exit_code}\n{spent.out}")
            seconds.append(spent.seconds)
            peaks.append(spent.peak_mb)
            phases.append(_read(results / "manifest.json")["seconds"])
        summary = _read(results / "summary.json")
    return {
        "seconds": median(seconds),
        "peak_mb": round(max(peaks)),
        **{f"{phase}_seconds": median(p[phase] for p in phases) for phase in phases[0]},
        "admitted": summary["admitted"],
        "general": summary["general"],
        "control_line": summary["control_lines"].get("", ""),
    }


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
