"""The workbook, as a reader of XLSX sees it, and its own parts."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import fastexcel
import polars as pl
import pytest

import allocator
from allocator.reports.material import Material
from allocator.reports.sheets.sheet import Sheet, SheetColumn
from allocator.reports.workbook import HEADER_ROW, sheets, xlsx
from tests.unit.reports.example import copied_example, reported


@pytest.fixture(scope="module")
def book(office: Material) -> bytes:
    return xlsx(sheets(office))


def read(book: bytes, sheet: str) -> pl.DataFrame:
    return fastexcel.read_excel(book).load_sheet(sheet, header_row=HEADER_ROW, dtypes="string").to_polars()


def parts(book: bytes, pattern: str) -> dict[str, str]:
    with ZipFile(BytesIO(book)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if re.fullmatch(pattern, name)}


def test_the_workbook_has_the_tables_that_an_office_files(book: bytes) -> None:
    assert fastexcel.read_excel(book).sheet_names == [
        "Overview",
        "Roster",
        "Lines",
        "Quota completion",
        "Quota by cell",
        "Score table",
        "Unplaced list",
        "Supplementary plan",
    ]


def test_the_roster_has_everybody_admitted_school_by_school_from_the_highest_score(
    book: bytes, outcome: allocator.Outcome
) -> None:
    roster = read(book, "Roster")
    admitted = outcome.assignments.drop_nulls("programme_id")
    assert sorted(roster["Applicant number"]) == sorted(admitted["applicant_id"])
    assert roster["School number"].is_sorted()
    first = roster.filter(pl.col("Programme number") == "no1")
    assert list(zip(first["Applicant number"], first["Score"], first["Admission type"], strict=True)) == [
        ("02", "505", "reserved (talent)"),
        ("01", "548", "open seats"),
        ("03", "530", "open seats"),
        ("04", "526", "per feeder school (feeder)"),
        ("05", "521", "reverted seats"),
    ]


def test_an_admission_to_seats_left_over_is_called_supplementary(book: bytes) -> None:
    roster = read(book, "Roster")
    assert roster.filter(pl.col("Applicant number") == "14")["Admission type"].to_list() == ["supplementary"]


def test_whoever_is_admitted_nowhere_is_in_the_list_of_the_unplaced(book: bytes) -> None:
    assert read(book, "Unplaced list")["Applicant number"].to_list() == ["18"]


def test_the_lines_give_the_rank_of_the_last_score(book: bytes) -> None:
    lines = read(book, "Lines").filter((pl.col("Programme number") == "no1") & (pl.col("Batch") == "main"))
    found = dict(zip(lines["Pool"], zip(lines["Lowest score"], lines["Rank"], strict=True), strict=True))
    # 548, 530, 526, 521: the scores of the city from the highest.
    assert found["open seats"] == ("530", "2")
    assert found["per feeder school (feeder)"] == ("526", "3")
    assert found["reverted seats"] == ("521", "4")


def test_cells_have_the_highest_and_the_lowest_score(book: bytes) -> None:
    cells = read(book, "Quota by cell").filter(pl.col("Admitted") == "1")
    assert list(zip(cells["Feeder school number"], cells["Highest score"], cells["Lowest score"], strict=True)) == [
        ("S1", "526", "526"),
        ("S1", "500", "500"),
        ("S3", "483", "483"),
    ]


def test_the_score_table_counts_from_the_highest_and_ends_with_everybody(book: bytes) -> None:
    table = read(book, "Score table")
    assert table.row(0) == ("548", "1", "1")
    assert table["This score or more"].to_list()[-1] == "18"
    assert table["Number"].cast(pl.Int64).sum() == 18


def test_the_supplementary_plan_is_that_of_the_outcome(book: bytes, outcome: allocator.Outcome) -> None:
    plan = read(book, "Supplementary plan")
    found = list(zip(plan["Programme number"], plan["Seats left"].cast(pl.Int64), strict=True))
    assert found == list(zip(outcome.vacancies["programme_id"], outcome.vacancies["seats"], strict=True))


def test_identifiers_are_text_with_their_leading_zeros(book: bytes) -> None:
    numbers = fastexcel.read_excel(book).load_sheet("Roster", header_row=HEADER_ROW).to_polars()["Applicant number"]
    assert numbers.dtype == pl.String
    assert "01" in numbers.to_list()


def test_excel_does_not_offer_to_make_identifiers_numbers(book: bytes) -> None:
    for part in parts(book, r"xl/worksheets/sheet\d+\.xml").values():
        assert re.search(r'<ignoredError sqref="A1:[A-Z]+\d+" numberStoredAsText="1"/>', part)


def test_no_cell_is_a_formula_or_a_link_whatever_the_names_are(tmp_path: Path) -> None:
    changes = {"安宁 An": "=HYPERLINK(1)", "白帆 Bai": "+1+1", "陈晨 Chen": "http://x.org"}
    book = xlsx(sheets(reported(copied_example(tmp_path, "applicants.csv", changes))))
    for part in parts(book, r"xl/worksheets/sheet\d+\.xml").values():
        assert "<f>" not in part
        assert "<hyperlink" not in part
    assert set(changes.values()) <= set(read(book, "Roster")["Name"].to_list())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'", "\t"])
def test_a_text_that_a_spreadsheet_would_run_is_marked_as_text(start: str) -> None:
    book = xlsx((Sheet("S", "H", (SheetColumn("A"), SheetColumn("B")), [(f"{start}1", "plain")]),))
    (styles,) = parts(book, r"xl/styles\.xml").values()
    quoted = [
        i for i, style in enumerate(re.findall(r"<xf [^>]*>", styles.split("<cellXfs")[1])) if "quotePrefix" in style
    ]
    (sheet,) = parts(book, r"xl/worksheets/sheet1\.xml").values()
    styled = dict(re.findall(r'<c r="([AB]4)" s="(\d+)"', sheet))
    assert int(styled["A4"]) in quoted
    assert int(styled["B4"]) not in quoted


def test_every_sheet_has_frozen_headers_a_print_area_and_headers_on_every_page(book: bytes) -> None:
    worksheets = parts(book, r"xl/worksheets/sheet\d+\.xml")
    assert len(worksheets) == 8
    assert all('state="frozen"' in part and "<autoFilter" in part for part in worksheets.values())
    (workbook,) = parts(book, r"xl/workbook\.xml").values()
    assert workbook.count("_xlnm.Print_Area") == len(worksheets)
    assert workbook.count("_xlnm.Print_Titles") == len(worksheets)


def test_every_school_begins_a_new_page_of_the_roster(office: Material, book: bytes) -> None:
    roster = sheets(office)[1]
    schools = [row[0] for row in roster.rows]
    assert len(roster.breaks) == len(set(schools)) - 1
    assert all(schools[i] != schools[i - 1] for i in roster.breaks)
    (part,) = parts(book, r"xl/worksheets/sheet2\.xml").values()
    assert f'<rowBreaks count="{len(roster.breaks)}"' in part
    assert "fitToPage" not in part, "breaks would have no effect"
    assert 'scale="62"' in part  # 132 characters of paper for the 211 of the columns


def test_the_same_result_gives_the_same_bytes(office: Material, book: bytes) -> None:
    assert xlsx(sheets(office)) == book
