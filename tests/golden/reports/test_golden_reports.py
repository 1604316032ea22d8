"""The report of the example as it was accepted: its data, its page without the drawn images, and its workbook's cells.

A mismatch writes a ``.new`` file beside the golden one; to accept it is a human's act. The images are left out of the
page: where letters stand in them depends on the machine's fonts. Their specifications are in the data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import fastexcel
import pytest

import allocator
from allocator.reports.material import Material, gather
from allocator.reports.page import html
from allocator.reports.report import report
from allocator.reports.workbook import HEADER_ROW, sheets, xlsx
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


def compare(name: str, found: str) -> None:
    path = GOLDEN / name
    if not path.is_file() or path.read_text(encoding="utf-8") != found:
        new = path.with_name(f"{name}.new")
        new.parent.mkdir(exist_ok=True)
        new.write_text(found, encoding="utf-8", newline="\n")
        pytest.fail(f"{name} is not the golden one; see {new}")


def image(spec: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(spec, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return f"<svg data-specification='{digest[:16]}'></svg>"


def cells(book: bytes) -> dict[str, list[list[str | None]]]:
    """All cells of a workbook as a reader sees them, sheet by sheet, the headers first."""
    reader = fastexcel.read_excel(BytesIO(book).getvalue())
    found = {}
    for name in reader.sheet_names:
        table = reader.load_sheet(name, header_row=HEADER_ROW, dtypes="string").to_polars()
        found[name] = [list(table.columns), *(list(row) for row in table.iter_rows())]
    return found


def lines(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize(("language", "is_public"), [("en", False), ("zh", True)])
def test_the_data_of_the_report_are_the_golden_ones(outcome: allocator.Outcome, language: str, is_public: bool) -> None:
    found = report(material(outcome, language, is_public)).as_json()
    compare(f"{name_of(language, is_public)}.json", lines(found))


@pytest.mark.parametrize(("language", "is_public"), [("zh", False), ("en", True)])
def test_the_page_is_the_golden_one(outcome: allocator.Outcome, language: str, is_public: bool) -> None:
    compare(f"{name_of(language, is_public)}.html", html(report(material(outcome, language, is_public)), image))


@pytest.mark.parametrize(("language", "is_public"), VARIANTS)
def test_the_cells_of_the_workbook_are_the_golden_ones(
    outcome: allocator.Outcome, language: str, is_public: bool
) -> None:
    book = xlsx(sheets(material(outcome, language, is_public)))
    compare(f"{name_of(language, is_public)}.workbook.json", lines(cells(book)))


def test_every_golden_file_is_compared() -> None:
    wanted = {f"{name_of(*variant)}.workbook.json" for variant in VARIANTS}
    wanted |= {"report.en.json", "notice.zh.json", "report.zh.html", "notice.en.html"}
    assert {path.name for path in GOLDEN.iterdir() if path.suffix != ".new"} == wanted
