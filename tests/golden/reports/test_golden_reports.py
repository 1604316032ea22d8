"""The report of the example as it was accepted: its data, its page without the images, and its workbook's cells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import allocator
from allocator.reports.material import Material, gather
from allocator.reports.page import html
from allocator.reports.report import report
from allocator.reports.workbook import sheets, xlsx
from tests.golden.golden_files import cells, compare, image, lines
from tests.unit.reports.example import EXAMPLE

GOLDEN = Path(__file__).parent / "example"
# Versions and hashes of files are of this day; everything else of a report is of the outcome alone.
MANIFEST = {
    "allocator": "0.0",
    "libraries": {"numpy": "0.0"},
    "lottery_seed": "example 2026",
    "inputs": {"a.csv": "00"},
}
VARIANTS = [("en", False), ("zh", False), ("en", True), ("zh", True)]


@pytest.fixture(scope="module")
def outcome() -> allocator.Outcome:
    found = allocator.run(allocator.load(EXAMPLE))
    assert isinstance(found, allocator.Outcome)
    return replace(found, manifest=MANIFEST)


def material(outcome: allocator.Outcome, language: str, is_public: bool) -> Material:
    return gather(allocator.load(EXAMPLE), outcome, language=language, is_public=is_public)


def name_of(language: str, is_public: bool) -> str:
    return f"{'notice' if is_public else 'report'}.{language}"


@pytest.mark.parametrize(("language", "is_public"), [("en", False), ("zh", True)])
def test_the_data_of_the_report_are_the_golden_ones(outcome: allocator.Outcome, language: str, is_public: bool) -> None:
    found = report(material(outcome, language, is_public)).as_json()
    compare(GOLDEN / f"{name_of(language, is_public)}.json", lines(found))


@pytest.mark.parametrize(("language", "is_public"), [("zh", False), ("en", True)])
def test_the_page_is_the_golden_one(outcome: allocator.Outcome, language: str, is_public: bool) -> None:
    compare(
        GOLDEN / f"{name_of(language, is_public)}.html", html(report(material(outcome, language, is_public)), image)
    )


@pytest.mark.parametrize(("language", "is_public"), VARIANTS)
def test_the_cells_of_the_workbook_are_the_golden_ones(
    outcome: allocator.Outcome, language: str, is_public: bool
) -> None:
    book = xlsx(sheets(material(outcome, language, is_public)))
    compare(GOLDEN / f"{name_of(language, is_public)}.workbook.json", lines(cells(book)))


def test_every_golden_file_is_compared() -> None:
    wanted = {f"{name_of(*variant)}.workbook.json" for variant in VARIANTS}
    wanted |= {"report.en.json", "notice.zh.json", "report.zh.html", "notice.en.html"}
    assert {path.name for path in GOLDEN.iterdir() if path.suffix != ".new"} == wanted
