"""The cells of a file before its headers are understood: CSV, XLSX or Parquet, every cell as its text."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from allocator.errors import Problem, Where, message
from allocator.scenario.cohort import IntArray
from allocator.scenario.csv_rows import csv_rows
from allocator.scenario.encoding import as_utf8
from allocator.scenario.mistakes import first_of
from allocator.scenario.workbook import read_sheet

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars", "，": "full-width commas"}
_NO_HEADER = message("the file is empty; expected a header row and rows below it")


def _no_rows(position: int) -> list[int]:
    return []


@dataclass(frozen=True)
class RawCells:
    """The cells of a file before its headers are understood."""

    header: list[str]
    cells: pl.DataFrame  # text; empty cells may be "" or null
    rows: IntArray  # (row of cells,) row in the file
    number_rows: Callable[[int], list[int]] = _no_rows  # of a column: rows of the file whose cells are not text


def read_csv_cells(content: bytes, table: str, file: str, problems: list[Problem]) -> RawCells | None:
    text = as_utf8(content, file)
    if isinstance(text, Problem):
        problems.append(text)
        return None
    if not text or text.count(b"\n") == len(text):
        problems.append(Problem(Where(file=file), _NO_HEADER))
        return None
    if not text.endswith(b"\n"):
        text += b"\n"
    rows = csv_rows(text, file)
    if isinstance(rows, Problem):
        problems.append(rows)
        return None
    blank = rows.is_blank
    filled = np.flatnonzero(~blank)
    width = int(rows.num_cells[filled[0]])
    header = text[: rows.end[filled[0]]].decode("utf-8")
    other = [name for sign, name in _OTHER_SEPARATORS.items() if sign in header] if width == 1 else []
    if other:
        template = message("the cells are separated by {found}; save the file as CSV with commas")
        problems.append(Problem(Where(file=file), template, {"found": other[0]}))
        return None
    wrong = filled[rows.num_cells[filled] != width]
    problems.extend(first_of(wrong, lambda row: _wrong_width(file, row + 1, int(rows.num_cells[row]), width)))
    if len(wrong):
        return None
    if blank.any():
        text = np.delete(np.frombuffer(text, dtype=np.uint8), rows.end[blank]).tobytes()
    # Number of columns and types are given, so that nothing is inferred from the cells.
    schema = {str(i): pl.String for i in range(width)}
    cells = pl.read_csv(text, has_header=False, schema=schema, infer_schema=False)
    assert cells.height == len(filled), "every row was counted"
    if rows.is_quoted:
        cells = _empty_as_null(cells)
    return RawCells([cell or "" for cell in cells.row(0)], cells.slice(1), filled[1:] + 1)


def _wrong_width(file: str, row: int, found: int, width: int) -> Problem:
    template = message(
        "found {found} cells, expected {width} as in the header; put a cell that has commas in quotation marks"
    )
    return Problem(Where(file=file, row=row), template, {"found": found, "width": width})


def read_xlsx_cells(content: bytes, table: str, file: str, problems: list[Problem]) -> RawCells | None:
    sheet = read_sheet(content, table, file)
    if isinstance(sheet, list):
        problems.extend(sheet)
        return None
    if sheet.cells.height == 0:
        problems.append(Problem(Where(file=file), _NO_HEADER))
        return None
    header = [cell or "" for cell in sheet.cells.row(0)]
    rows = np.arange(1, sheet.cells.height, dtype=np.int64) + sheet.first_row
    return RawCells(header, _empty_as_null(sheet.cells.slice(1)), rows, sheet.number_rows)


def read_parquet_cells(content: bytes, table: str, file: str, problems: list[Problem]) -> RawCells | None:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        template = message("not a readable Parquet file: it is truncated or damaged; write it again")
        problems.append(Problem(Where(file=file), template))
        return None
    for name, kind in frame.schema.items():
        if kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Duration):
            problems.append(
                Problem(
                    Where(file=file, column=name),
                    message("found {kind}, expected one text or number in each cell"),
                    {"kind": str(kind)[:60]},
                )
            )
    if problems:
        return None
    rows = np.arange(1, frame.height + 1, dtype=np.int64)  # the file has no header row

    def number_rows(position: int) -> list[int]:
        # Whole numbers are taken as their digits: the type is the column's, so it was meant (decision 007).
        column = frame.to_series(position)
        if column.dtype.is_integer() or column.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null):
            return []
        return [int(row) for row in rows[column.is_not_null().to_numpy()]]

    texts = [_float_texts(c) if c.dtype.is_float() else c.cast(pl.String) for c in frame.get_columns()]
    return RawCells(frame.columns, _empty_as_null(pl.DataFrame(texts)), rows, number_rows)


def _float_texts(column: pl.Series) -> pl.Series:
    """The shortest decimals that are these floating-point numbers; whole ones without a point."""
    texts = column.cast(pl.String).str.strip_suffix(".0")
    exponent = texts.str.contains("e", literal=True).fill_null(False)
    if exponent.any():
        plain = [format(Decimal(text), "f") for text in texts.filter(exponent)]
        texts = texts.scatter(exponent.arg_true(), plain)
    return texts.alias(column.name)


def _empty_as_null(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())
