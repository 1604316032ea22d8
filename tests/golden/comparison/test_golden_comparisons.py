"""The comparison of the example with its variants as it was accepted: data, page without the images, and cells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from allocator.lab.compare import WORKBOOK, Comparison
from allocator.lab.compare import compare as compared
from allocator.lab.pages.compared import Compared
from allocator.lab.pages.comparison import made, report
from allocator.reports.page import html
from tests.golden.golden_files import cells, compare, image, lines
from tests.unit.lab.comparisons import CHOICE_FIRST, FEWER_GENERAL, compared_example

GOLDEN = Path(__file__).parent / "example"
# Versions and hashes of files are of this day; everything else of a comparison is of the outcomes alone.
MANIFEST = {
    "allocator": "0.0",
    "verification": {"verdicts": {"P1": True}},
    "outputs": {"assignments.csv": "00"},
}
OTHERS = {"choice first": CHOICE_FIRST, "fewer general": FEWER_GENERAL}


@pytest.fixture(scope="module")
def three() -> Comparison:
    found = compared_example(OTHERS)
    return compared([replace(side, outcome=replace(side.outcome, manifest=MANIFEST)) for side in found.sides])


@pytest.fixture(scope="module")
def two(three: Comparison) -> Comparison:
    return compared(three.sides[:2])


def test_the_data_of_two_outcomes_are_the_golden_ones(two: Comparison) -> None:
    compare(GOLDEN / "two.en.json", lines(report(Compared(two, "en")).as_json()))


def test_the_page_of_two_outcomes_is_the_golden_one(two: Comparison) -> None:
    compare(GOLDEN / "two.zh.html", html(report(Compared(two, "zh")), image))


def test_the_page_of_three_outcomes_is_the_golden_one(three: Comparison) -> None:
    compare(GOLDEN / "three.zh.html", html(report(Compared(three, "zh")), image))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_cells_of_the_workbook_are_the_golden_ones(three: Comparison, language: str) -> None:
    compare(GOLDEN / f"three.{language}.workbook.json", lines(cells(made(three, language)[WORKBOOK])))


def test_every_golden_file_is_compared() -> None:
    wanted = {"two.en.json", "two.zh.html", "three.zh.html", "three.en.workbook.json", "three.zh.workbook.json"}
    assert {path.name for path in GOLDEN.iterdir() if path.suffix != ".new"} == wanted
