"""CSV, XLSX and Parquet hold the same cohort; so do columns with types, where the type is what was written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from allocator.scenario.scenario import load
from tests.unit.scenario.small_town import (
    SCENARIO,
    TABLES,
    cells_of,
    changed_sheet,
    parquet,
    parquet_of,
    same,
    workbook,
    write_town,
)

IDENTIFIERS = (
    "_id",
    "batch",
    "pool",
    "name",
    "area",
    "track",
    "quality",
    "conduct",
    "repeater",
    "ownership",
    "ranking",
)


def typed(name: str, cell: str) -> str | float | None:
    """A cell as a person types it into a workbook: identifiers as text, numbers as numbers."""
    if not cell:
        return None
    return cell if name.endswith(IDENTIFIERS) else float(cell)


def typed_rows(text: str) -> list[list[str | float | None]]:
    header, *rows = cells_of(text)
    return [list(header), *([typed(name, cell) for name, cell in zip(header, row, strict=True)] for row in rows)]


def frame_of(text: str, kind: type[pl.DataType] | pl.DataType) -> pl.DataFrame:
    """A table whose columns of numbers have a type of numbers."""
    header, *rows = cells_of(text)
    frame = pl.DataFrame(
        {name: [row[j] or None for row in rows] for j, name in enumerate(header)},
        schema=dict.fromkeys(header, pl.String),
    )
    return frame.with_columns(pl.col(n).cast(kind) for n in header if not n.endswith(IDENTIFIERS))


CONTENTS = {
    "text workbooks": (".xlsx", lambda name: workbook(cells_of(TABLES[name]))),
    "typed workbooks": (".xlsx", lambda name: workbook(typed_rows(TABLES[name]))),
    "workbooks that begin lower down": (
        ".xlsx",
        lambda name: workbook([[], [], *([None, None, *row] for row in typed_rows(TABLES[name]))]),
    ),
    "one workbook for all": (".xlsx", lambda name: workbook(cells_of(TABLES[name]), name, Notes=[["read me"]])),
    "text Parquet": (".parquet", lambda name: parquet_of(TABLES[name])),
    "Parquet of floating-point numbers": (".parquet", lambda name: parquet(frame_of(TABLES[name], pl.Float64))),
    "Parquet of decimals": (".parquet", lambda name: parquet(frame_of(TABLES[name], pl.Decimal(12, 4)))),
}


def rewritten(folder: Path, suffix: str, tables: dict[str, bytes]) -> Path:
    folder.mkdir()
    (folder / "scenario.yaml").write_text(SCENARIO.replace(".csv", suffix), encoding="utf-8")
    for name, content in tables.items():
        (folder / f"{name}{suffix}").write_bytes(content)
    return folder


@pytest.mark.parametrize("kind", CONTENTS)
def test_every_kind_of_file_gives_the_same_cohort(kind: str, tmp_path: Path) -> None:
    suffix, content = CONTENTS[kind]
    expected = load(write_town(tmp_path / "csv")).cohort
    found = load(rewritten(tmp_path / "other", suffix, {name: content(name) for name in TABLES})).cohort
    for part in ("seats", "choices", "feeder_seats", "priorities", "feeder_school_ids", "area_names", "feeder_weights"):
        assert same(getattr(found, part), getattr(expected, part)), part
    assert same(found.applicants.numbers, expected.applicants.numbers)
    assert same(found.programmes.min_score, expected.programmes.min_score)
    if kind.startswith(("text", "one")):
        assert same(found, expected)


def test_whole_numbers_and_booleans_of_parquet_are_their_digits_and_words(tmp_path: Path) -> None:
    header, *rows = cells_of(TABLES["applicants"])
    frame = pl.DataFrame(
        {name: [row[j] or None for row in rows] for j, name in enumerate(header)},
        schema=dict.fromkeys(header, pl.String),
    )
    frame = frame.with_columns(
        pl.col("enrolled_years").cast(pl.Int8), pl.Series("repeater", [row[-1] == "true" for row in rows])
    )
    folder = write_town(tmp_path / "town")
    text = SCENARIO.replace("applicants: applicants.csv", "applicants: applicants.parquet")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (folder / "applicants.parquet").write_bytes(parquet(frame))
    table = load(folder).cohort.applicants.table
    assert table["enrolled_years"].to_list() == ["3", "3", "3", "2", "3", None, "3", "3"]
    assert table["repeater"].to_list() == ["false", "false", "false", "false", "true", "false", "false", "false"]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("78.599999999999994", "78.6"),  # as spreadsheets write 78.6
        ("78.59999999999999", "78.6"),  # as some programs write it
        ("640.30000000000018", "640.3"),  # a sum
        ("0.30000000000000004", "0.3"),
        ("88.333333333333329", "88.3333333333333"),
        ("0.12345678901", "0.12345678901"),
        ("1.25E-3", "0.00125"),
        ("-0.5", "-0.5"),
        ("600", "600"),
    ],
)
def test_a_number_of_a_workbook_is_the_one_that_a_spreadsheet_shows(stored: str, read: str, tmp_path: Path) -> None:
    folder = write_town(tmp_path / "town")
    header, first, *rows = cells_of(TABLES["programmes"])
    content = workbook([header, [*first[:5], 450, *first[6:]], *rows])
    content = changed_sheet(content, b"<v>450</v>", f"<v>{stored}</v>".encode())
    (folder / "programmes.xlsx").write_bytes(content)
    text = SCENARIO.replace("programmes: programmes.csv", "programmes: programmes.xlsx")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    assert load(folder).cohort.programmes.min_score.decimal(0) == Decimal(read)


def test_decimals_of_a_workbook_are_those_that_were_typed(tmp_path: Path) -> None:
    header, *rows = cells_of(TABLES["applicants"])
    typed_scores = ["655.7", "640.1", "0.3", "601.25", "123456.789", "", "1e-5", "480.75"]
    cells: list[list[str | float | None]] = [list(header)]
    for row, score in zip(rows, typed_scores, strict=True):
        cells.append([*row[:4], float(score) if score else None, *row[5:]])
    folder = write_town(tmp_path / "town")
    (folder / "applicants.xlsx").write_bytes(workbook(cells))
    text = SCENARIO.replace("applicants: applicants.csv", "applicants: applicants.xlsx")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    total = load(folder).cohort.applicants.numbers["total"]
    assert [total.decimal(i) for i in range(8)] == [Decimal(s) if s else None for s in typed_scores]
