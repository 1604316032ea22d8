"""Optimal batches, reassignments and classes that open give the same bytes in every process and order of rows."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import allocator
from tests.oracle.closures import add_least_sizes
from tests.oracle.generate import random_scenario
from tests.oracle.random_optimal_scenarios import random_optimal_scenario
from tests.scenarios.test_same_bytes import ANOTHER_PROCESS, REPOSITORY, SCENARIOS
from tests.scenarios.write_all_results import write
from tests.unit.cli.test_optimal_runs import crossing

NUM_CASES = 24
SHUFFLED = ("choices", "seats", "priorities", "feeder_seats")
VARIANTS = [SCENARIOS / "yulin" / "variants" / f"{name}.yaml" for name in ("optimal", "reassignment")]


def generated(folder: Path) -> list[Path]:
    """Generated scenarios with optimal batches, and with least sizes; and one where bounds cross."""
    folder.mkdir()
    for seed in range(NUM_CASES):
        random_optimal_scenario(random.Random(seed), folder / f"optimal {seed}")
        rng = random.Random(seed)
        random_scenario(rng, folder / f"classes {seed}")
        add_least_sizes(rng, folder / f"classes {seed}")
    crossing(folder / "crossing")
    return sorted(folder.iterdir())


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a result; of the manifest, what does not tell which tables were read from where."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest: dict[str, Any] = json.loads(files.pop("manifest.json"))
    del manifest["inputs"], manifest["scenario_file"]
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def kinds(folder: Path) -> Counter[str]:
    """What a result shows."""
    if (folder / "infeasible.json").exists():
        return Counter(["infeasible"])
    outcome = allocator.Outcome.read(folder)
    found = Counter(claim.structure for claim in outcome.optimal)
    found["closed"] += bool(outcome.closures["closed"].any())
    found["prices"] += outcome.prices.height > 0
    return found


def shuffle_rows(folder: Path, seed: int) -> bool:
    """Put the rows of the tables whose order says nothing in another order; whether that changed any."""
    changed = False
    for name in SHUFFLED:
        file = folder / f"{name}.csv"
        if file.exists():
            with file.open(encoding="utf-8", newline="") as stream:
                header, *rows = csv.reader(stream)
            before = list(rows)
            random.Random(seed).shuffle(rows)
            changed |= rows != before
            with file.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return changed


def test_other_processes_give_the_same_bytes(tmp_path: Path) -> None:
    scenarios = [*generated(tmp_path / "scenarios"), *VARIANTS]
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    seen: Counter[str] = Counter()
    for place, environment in enumerate(ANOTHER_PROCESS):
        folder = tmp_path / f"process {place}"
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-m", "tests.scenarios.write_all_results", str(folder), *map(str, scenarios)],
            env={**os.environ, "PYTHONPATH": path, **environment},
            cwd=REPOSITORY,
            check=True,
            timeout=300,
        )
    for i, scenario in enumerate(scenarios):
        first, second = (tmp_path / f"process {place}" / str(i) for place in range(2))
        assert bytes_of(first) == bytes_of(second), scenario
        seen += kinds(first)
    assert min(seen[kind] for kind in ("network", "classes", "crossing bounds", "closed", "infeasible")) >= 1, seen


def test_the_order_of_rows_decides_nothing(tmp_path: Path) -> None:
    num_changed, seen = 0, Counter[str]()
    for seed, scenario in enumerate(generated(tmp_path / "scenarios")):
        before, after = tmp_path / f"before {seed}", tmp_path / f"after {seed}"
        kind = write(scenario, before)
        num_changed += shuffle_rows(scenario, seed)
        assert write(scenario, after) == kind, scenario
        assert bytes_of(before) == bytes_of(after), scenario
        seen += kinds(before)
    assert num_changed > NUM_CASES
    assert min(seen[kind] for kind in ("network", "classes", "crossing bounds", "closed", "infeasible")) >= 1, seen
