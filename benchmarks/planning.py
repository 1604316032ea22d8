"""Planning at full size: four years, 99 schools, 73 projects, to within one per cent of every bound."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.child import ROOT, run_command
from benchmarks.workload import Figures, workload

PLAN = ROOT / "scenarios" / "yulin-plan"


@workload("allocator plan", "four years, 99 schools, 73 projects; of one size", largest=1_000, in_smoke=False)
def planning(num_applicants: int, short: bool) -> Figures:
    """Raises RuntimeError if the plan is not solved as far as it asks."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "plan"
        spent = run_command([sys.executable, "-m", "allocator", "plan", str(PLAN), "-o", str(results)])
        if spent.exit_code != 0:
            raise RuntimeError(f"allocator plan ended with {spent.exit_code}\n{spent.out}")
        summary = json.loads((results / "summary.json").read_text(encoding="utf-8"))
        steps = json.loads((results / "manifest.json").read_text(encoding="utf-8"))["solver"]["steps"]
    gaps = [(step["held_at"] - step["bound"]) / max(1, step["held_at"]) for step in summary["objectives"]]
    return {
        "seconds": spent.seconds,
        "peak_mb": round(spent.peak_mb),
        "work": round(sum(step["work"] for step in steps.values()), 3),
        "largest_gap": round(max(gaps), 5),
    }
