"""The sweep of the example as it was accepted: its page's data, its page without the drawn images, and its workbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from allocator.lab import sweep_results
from allocator.lab.pages.sweep import report, workbook
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.sweep_results import Results
from allocator.reports.page import html
from tests.golden.golden_files import cells, compare, image, lines
from tests.unit.lab.sweeps import OF_THE_EXAMPLE, ran

GOLDEN = Path(__file__).parent / "example"
INPUTS = '{"a.csv": "00"}'  # hashes and versions are of this day; everything else of the page is of the sweep alone


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    swept = ran(OF_THE_EXAMPLE, tmp_path_factory.mktemp("sweep") / "journal")
    sweep = replace(swept.sweep, baseline=replace(swept.sweep.baseline, inputs=INPUTS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep_results, "version", lambda name: "0.0")
        found = Results(replace(swept, sweep=sweep))
        assert found.summary["allocator"] == "0.0"
    return found


def test_the_data_of_the_page_are_the_golden_ones(results: Results) -> None:
    compare(GOLDEN / "sweep.en.json", lines(report(SweepMaterial(results, "en")).as_json()))


def test_the_page_is_the_golden_one(results: Results) -> None:
    compare(GOLDEN / "sweep.zh.html", html(report(SweepMaterial(results, "zh")), image))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_cells_of_the_workbook_are_the_golden_ones(results: Results, language: str) -> None:
    compare(GOLDEN / f"sweep.{language}.workbook.json", lines(cells(workbook(results, language))))


def test_every_golden_file_is_compared() -> None:
    wanted = {"sweep.en.json", "sweep.zh.html", "sweep.en.workbook.json", "sweep.zh.workbook.json"}
    assert {path.name for path in GOLDEN.iterdir() if path.suffix != ".new"} == wanted
