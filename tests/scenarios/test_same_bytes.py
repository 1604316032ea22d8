"""The same inputs give the same bytes: twice, in another process, in another order of rows, with other threads."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import allocator

REPOSITORY = Path(__file__).resolve().parents[2]
SCENARIOS = REPOSITORY / "scenarios"

# Hash seeds and threads: what differs between processes and machines without being an input.
ANOTHER_PROCESS = [
    {"PYTHONHASHSEED": "0", "POLARS_MAX_THREADS": "1", "NUMBA_NUM_THREADS": "1"},
    {"PYTHONHASHSEED": "4242", "POLARS_MAX_THREADS": "3", "LC_ALL": "C", "TZ": "Asia/Shanghai"},
]


def town(folder: Path) -> Path:
    """The example with all its optional tables: a given matrix of feeder seats and a programme's own order."""
    shutil.copytree(SCENARIOS / "example", folder)
    matrix = ("no1,S1,1", "no1,S2,1", "no1,S3,0", "no2,S1,1", "no2,S2,0", "no2,S3,1")
    rows = "".join(f"main,{row}\n" for row in matrix)
    (folder / "feeder_seats.csv").write_text(f"batch,programme_id,feeder_school_id,seats\n{rows}")
    order = "".join(f"art,{row}\n" for row in ("08,75", "10,3", "11,88", "12,88"))
    (folder / "priorities.csv").write_text(f"programme_id,applicant_id,priority\n{order}")
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        ("  choices: choices.csv\n", "  choices: choices.csv\n  priorities: priorities.csv\n"),
        ("  choices: choices.csv\n", "  choices: choices.csv\n  feeder_seats: feeder_seats.csv\n"),
        ("art: {score: skill,", "art: {score: priorities,"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return folder


def outcome_of(scenario: Path) -> allocator.Outcome:
    outcome = allocator.run(allocator.load(scenario))
    assert isinstance(outcome, allocator.Outcome)
    return outcome


def shuffled(table: Path, seed: int) -> None:
    """The rows of a table in another order."""
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    before = list(rows)
    random.Random(seed).shuffle(rows)
    assert rows != before
    table.write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def run_apart(scenario: Path, results: Path, environment: Mapping[str, str], *arguments: str) -> None:
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    subprocess.run(
        [sys.executable, "-m", "allocator", "run", str(scenario), "-o", str(results), *arguments],
        env={**os.environ, "PYTHONPATH": path, **environment},
        cwd=results.parent,
        check=True,
        capture_output=True,
    )


def results_of(folder: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The bytes of every file but the manifest; and the manifest without its times."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest = json.loads(files.pop("manifest.json"))
    assert set(manifest.pop("seconds")) >= {"read", "allocate", "verify"}
    return files, manifest


def test_the_same_inputs_twice_in_one_process_and_in_others(tmp_path: Path) -> None:
    scenario = town(tmp_path / "town")
    for name in ("first", "second"):
        outcome = outcome_of(scenario)
        outcome.write(tmp_path / name, seconds={"read": 1.0, "allocate": 2.0, "verify": 3.0})
    first = results_of(tmp_path / "first")
    assert len(first[0]) == 8
    assert results_of(tmp_path / "second") == first
    for i, environment in enumerate(ANOTHER_PROCESS):
        run_apart(scenario, tmp_path / f"process {i}", environment)
        assert results_of(tmp_path / f"process {i}") == first


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("table", ["choices", "seats", "priorities", "feeder_seats"])
def test_the_order_of_rows_does_not_count(table: str, seed: int, tmp_path: Path) -> None:
    outcome_of(town(tmp_path / "a" / "town")).write(
        tmp_path / "a" / "results", seconds=dict.fromkeys(("read", "allocate", "verify"), 0.0)
    )
    other = town(tmp_path / "b" / "town")
    shuffled(other / f"{table}.csv", seed)
    run_apart(other, tmp_path / "b" / "results", ANOTHER_PROCESS[seed - 1])
    (files, manifest), (other_files, other_manifest) = (results_of(tmp_path / side / "results") for side in "ab")
    assert other_files == files
    assert other_manifest["inputs"].pop(f"{table}.csv") != manifest["inputs"].pop(f"{table}.csv")
    assert other_manifest == manifest


def test_a_synthetic_city_is_the_same_in_every_process(tmp_path: Path) -> None:
    arguments = ("--set", "cohort.applicants=4000")
    for i, environment in enumerate(ANOTHER_PROCESS):
        run_apart(SCENARIOS / "yulin", tmp_path / str(i), environment, *arguments)
    first, second = (results_of(tmp_path / str(i)) for i in range(2))
    assert first == second
    assert json.loads(first[0]["summary.json"])["applicants"] == 4000


def test_the_order_of_applicants_is_that_of_their_table_and_decides_nothing(tmp_path: Path) -> None:
    scenario = town(tmp_path / "town")
    before = outcome_of(scenario)
    shuffled(scenario / "applicants.csv", 3)
    after = outcome_of(scenario)
    rows = (scenario / "applicants.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert after.assignments["applicant_id"].to_list() == [row.split(",")[0] for row in rows]
    assert after.assignments.sort("applicant_id").equals(before.assignments.sort("applicant_id"))
    assert after.lines.equals(before.lines)
    assert after.summary == before.summary
