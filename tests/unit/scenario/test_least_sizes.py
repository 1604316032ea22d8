"""The column `min_open` of the programmes: whole numbers, empty where a programme always opens."""

from __future__ import annotations

from pathlib import Path

import pytest

import allocator
from allocator.errors import InputError
from tests.unit.verification.small import small_scenario

BEST = "{name: best, ranking: exam, pools: [open], mechanism: optimal, objectives: [placed]}"
BATCHES = f"[{{name: main, ranking: exam, pools: [open]}}, {BEST}]"


def folder_with(folder: Path, *min_open: str, seats: str, batches: str = BATCHES) -> Path:
    small_scenario(folder, applicants="applicant_id,total 1,90", seats=seats, choices="", batches=batches)
    offered = dict.fromkeys(line.split(",")[1] for line in seats.split())
    rows = [f"{name},vocational,{least}" for name, least in zip(offered, min_open, strict=True)]
    (folder / "programmes.csv").write_text("\n".join(["programme_id,track,min_open", *rows]) + "\n", encoding="utf-8")
    return folder


def test_least_sizes_are_whole_and_an_empty_cell_is_none(tmp_path: Path) -> None:
    seats = "main,A,open,1 main,B,open,1 main,C,open,1"
    scenario = allocator.load(folder_with(tmp_path, "30", "", "25.0", seats=seats))
    assert scenario.cohort.programmes.min_open.tolist() == [30, 0, 25]


@pytest.mark.parametrize("cell", ["0", "-3", "2.5", "many"])
def test_a_least_size_that_is_no_whole_number_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(InputError) as error:
        allocator.load(folder_with(tmp_path, "30", cell, seats="main,A,open,1 main,B,open,1"))
    (problem,) = error.value.problems
    assert (problem.where.row, problem.where.column) == (3, "min_open")


def test_a_least_size_in_stable_and_optimal_batches_is_refused(tmp_path: Path) -> None:
    seats = "main,A,open,1 best,A,open,1 main,B,open,1 best,C,open,1"
    with pytest.raises(InputError) as error:
        allocator.load(folder_with(tmp_path, "30", "30", "30", seats=seats))
    (problem,) = error.value.problems
    assert (problem.where.row, problem.where.column) == (2, "min_open")
    assert "both in stable and in optimal batches" in problem.text()


def test_a_reassignment_batch_beside_stable_ones_binds_no_least_size(tmp_path: Path) -> None:
    batches = "[{name: main, ranking: exam, pools: [open]}, {name: rest, mechanism: reassign}]"
    scenario = allocator.load(folder_with(tmp_path, "2", seats="main,A,open,1", batches=batches))
    assert scenario.cohort.programmes.min_open.tolist() == [2]
