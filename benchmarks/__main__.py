"""``python -m benchmarks``: every workload at every size; a table, and JSON on request.

``--smoke`` is for continuous integration: small sizes, times only shown, counters compared with the recorded ones.
"""

from __future__ import annotations

import argparse
import json
import math
import pkgutil
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import benchmarks
from benchmarks.machine import describe
from benchmarks.workload import WORKLOADS, Figures, Unavailable, Workload

RECORDED = Path(__file__).with_name("recorded.json")
COUNTERS = ("admitted", "sent_on", "general", "control_line", "guideline", "feeder", "choice")  # exact on every machine
SMOKE_SIZES = (1_000, 5_000)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
GROWTH = (10_000, 1_000_000)  # from where to where the exponent is measured
Results = dict[str, dict[int, Figures]]  # workload, applicants


def main() -> int:
    options = _options()
    for module in pkgutil.iter_modules(benchmarks.__path__, "benchmarks."):
        if not module.name.endswith(".__main__"):
            import_module(module.name)
    machine = describe()
    print("; ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
    results: Results = {}
    for workload in WORKLOADS.values():
        if _chosen(workload, options):
            results[workload.name] = _measure(workload, options.sizes, options.smoke)
    growing = {name: sizes for name, sizes in results.items() if WORKLOADS[name].growth}
    exponents = {name: exponent for name, sizes in growing.items() if (exponent := _exponent(sizes)) is not None}
    for name, exponent in exponents.items():
        print(f"{name}: time grows as applicants^{exponent} from {GROWTH[0]:,} to {GROWTH[1]:,}")
    if options.json is not None:
        found = {"machine": machine, "results": results, "growth_exponents": exponents}
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return _compare_counters(results) if options.smoke else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the engine on this machine.")
    parser.add_argument("--sizes", type=_sizes, help="applicants, as 1k,10k,100k,1M (the default)")
    parser.add_argument("--only", default="", help="workloads whose name contains this text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    parser.add_argument("--smoke", action="store_true", help="small sizes; fail if a counter is not as recorded")
    options = parser.parse_args()
    options.sizes = options.sizes or (SMOKE_SIZES if options.smoke else SIZES)
    return options


def _sizes(text: str) -> tuple[int, ...]:
    units = {"k": 1_000, "m": 1_000_000}
    return tuple(int(part.rstrip("kKmM")) * units.get(part[-1:].lower(), 1) for part in text.split(","))


def _chosen(workload: Workload, options: argparse.Namespace) -> bool:
    return options.only in workload.name and (workload.in_smoke or not options.smoke)


def _measure(workload: Workload, sizes: Iterable[int], short: bool) -> dict[int, Figures]:
    """Measure one workload, and print its table as it grows."""
    print(f"\n{workload.name}: {workload.title}\n", flush=True)
    found: dict[int, Figures] = {}
    wanted = {*sizes, *(extra for extra in workload.extra_sizes if extra <= max(sizes))}
    for size in sorted(size for size in wanted if size <= workload.largest):
        try:
            found[size] = workload.measure(size, short)
        except Unavailable as reason:
            print(f"{size:,} applicants: skipped, {reason}", flush=True)
            continue
        if len(found) == 1:
            names = ["applicants", *found[size]]
            print(f"| {' | '.join(names)} |\n|{' ---: |' * len(names)}")
        print(f"| {size:,} | {' | '.join(map(_shown, found[size].values()))} |", flush=True)
    return found


def _shown(value: str | int | float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3g}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else value


def _exponent(sizes: dict[int, Figures]) -> float | None:
    small, large = (sizes.get(size, {}).get("cpu_seconds") for size in GROWTH)
    if not isinstance(small, float) or not isinstance(large, float):
        return None
    return round(math.log(large / small) / math.log(GROWTH[1] / GROWTH[0]), 3)


def _compare_counters(results: Results) -> int:
    """0 if every counter is as recorded; else what was found goes beside the record, to be accepted by hand."""
    found = {
        f"{name}, {size}": {counter: figures[counter] for counter in COUNTERS if counter in figures}
        for name, sizes in results.items()
        for size, figures in sizes.items()
    }
    recorded = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.is_file() else {}
    wrong = {name: counters for name, counters in found.items() if counters != recorded.get(name)}
    for name, counters in wrong.items():
        print(f"{name}: found {counters}, recorded {recorded.get(name)}", file=sys.stderr)
    if wrong:
        new = RECORDED.with_suffix(".json.new")
        new.write_text(json.dumps({**recorded, **found}, indent=1) + "\n", encoding="utf-8")
        print(
            f"The counters differ. If that is meant, put {new.name} in the place of {RECORDED.name}.", file=sys.stderr
        )
        return 1
    print(f"\n{len(found)} measurements: all counters as recorded.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
