"""Reading one table as text: CSV in UTF-8 or GB18030, XLSX, Parquet; every cell as written, with its row number.

Nothing is repaired: what cannot be read is a located problem.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from allocator.errors import Problem, Problems, Where, message
from allocator.scenario.cohort import IntArray
from allocator.scenario.csv_rows import csv_rows
from allocator.scenario.encoding import as_utf8
from allocator.scenario.headers import TABLES, column_name
from allocator.scenario.mistakes import ROW, first_of, shown
from allocator.scenario.workbook import read_sheet

_MAY_BE_EMPTY = ("choices", "feeder_seats", "priorities")  # nobody filed; nothing is given
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars", "，": "full-width commas"}
_MOST_OF_HEADERS = 200  # characters of a list of headers in a message
_NO_HEADER = message("the file is empty; expected a header row and rows below it")


@dataclass(frozen=True)
class ReadTable:
    """A table as read."""

    frame: pl.DataFrame  # cells as text or null under canonical names, and ROW
    digest: str  # SHA-256 of the file
    headers: Mapping[str, str] = field(default_factory=dict)  # canonical name to the header as written, if different


def _no_rows(position: int) -> list[int]:
    return []


@dataclass(frozen=True)
class _Raw:
    """The cells of a file before its headers are understood."""

    header: list[str]
    cells: pl.DataFrame  # text; empty cells may be "" or null
    rows: IntArray  # (row of cells,) row in the file
    number_rows: Callable[[int], list[int]] = _no_rows  # of a column: rows of the file whose cells are not text


def read_table(
    path: Path, table: str, file: str, own_headers: Mapping[str, str], problems: Problems
) -> ReadTable | None:
    """One table; None where it could not be read, and then the problems say why.

    Args:
        table: its name in the scenario.
        file: its path as the scenario writes it, for messages.
        own_headers: headers that the scenario gives a meaning.
    """
    found: list[Problem] = []
    reader = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}.get(path.suffix.lower())
    if reader is None:
        template = message('unknown kind of file "{suffix}"; expected .csv, .xlsx or .parquet')
        found.append(Problem(Where(file=file), template, {"suffix": path.suffix}))
    content = None if reader is None else _content(path, file, found)
    raw = reader(content, table, file, found) if reader is not None and content is not None else None
    result = None if raw is None or found or content is None else _named(raw, table, own_headers, file, found)
    problems.extend(found)
    if result is None or content is None or found:
        return None
    frame, headers = result
    return ReadTable(frame, hashlib.sha256(content).hexdigest(), headers)


def _content(path: Path, file: str, problems: list[Problem]) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        problems.append(Problem(Where(file=file), message("there is no such file; correct its name under `tables`")))
    except (OSError, ValueError) as error:  # a path with a NUL character is a ValueError
        reason = getattr(error, "strerror", None) or "not a path"
        problems.append(Problem(Where(file=file), message("cannot be read: {reason}"), {"reason": reason}))
    return None


def _read_csv(content: bytes, table: str, file: str, problems: list[Problem]) -> _Raw | None:
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
    return _Raw([cell or "" for cell in cells.row(0)], cells.slice(1), filled[1:] + 1)


def _wrong_width(file: str, row: int, found: int, width: int) -> Problem:
    template = message(
        "found {found} cells, expected {width} as in the header; put a cell that has commas in quotation marks"
    )
    return Problem(Where(file=file, row=row), template, {"found": found, "width": width})


def _read_xlsx(content: bytes, table: str, file: str, problems: list[Problem]) -> _Raw | None:
    sheet = read_sheet(content, table, file)
    if isinstance(sheet, list):
        problems.extend(sheet)
        return None
    if sheet.cells.height == 0:
        problems.append(Problem(Where(file=file), _NO_HEADER))
        return None
    header = [cell or "" for cell in sheet.cells.row(0)]
    rows = np.arange(1, sheet.cells.height, dtype=np.int64) + sheet.first_row
    return _Raw(header, _empty_as_null(sheet.cells.slice(1)), rows, sheet.number_rows)


def _read_parquet(content: bytes, table: str, file: str, problems: list[Problem]) -> _Raw | None:
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
    return _Raw(frame.columns, _empty_as_null(pl.DataFrame(texts)), rows, number_rows)


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


def _named(
    raw: _Raw, table: str, own: Mapping[str, str], file: str, problems: list[Problem]
) -> tuple[pl.DataFrame, dict[str, str]] | None:
    """The frame under canonical names, and the headers as written; columns without header and cells are dropped."""
    written: dict[str, list[int]] = {}  # canonical name to positions
    headers = [header.strip() for header in raw.header]
    for position, header in enumerate(headers):
        if header:
            written.setdefault(column_name(table, header, own), []).append(position)
        elif raw.cells.to_series(position).null_count() < raw.cells.height:
            template = message("column {position} has cells but no header; give it one, or empty it")
            problems.append(Problem(Where(file=file), template, {"position": position + 1}))
    for name, positions in written.items():
        names = list(Counter(headers[p] for p in positions))
        if len(positions) > len(names):
            template = message("this header stands {count} times; keep one")
            problems.append(Problem(Where(file=file, column=names[0]), template, {"count": len(positions)}))
        elif len(names) > 1:
            template = message('the headers {headers} all mean "{name}"; keep one, or name the others under `columns`')
            problems.append(Problem(Where(file=file), template, {"headers": ", ".join(names), "name": name}))
    for name in TABLES[table].required:
        if name not in written:
            template = message('the column "{name}" is missing; the headers are {headers}')
            shown_headers = shown(", ".join(h for h in headers if h), _MOST_OF_HEADERS)
            problems.append(Problem(Where(file=file), template, {"name": name, "headers": shown_headers}))
    if problems:
        return None
    frame = raw.cells.select(pl.nth(positions[0]).alias(name) for name, positions in written.items())
    frame = frame.with_columns(pl.Series(ROW, raw.rows, dtype=pl.Int64))
    for name in TABLES[table].identifiers:
        if name in written:
            _numbers_as_identifiers(raw.number_rows(written[name][0]), headers[written[name][0]], file, problems)
    if all(frame[name].null_count() for name in written):
        # Rows without any cell, such as blank ones at the end of a sheet, are no rows.
        frame = frame.filter(~pl.all_horizontal(pl.col(list(written)).is_null()))
    if frame.height == 0 and table not in _MAY_BE_EMPTY:
        problems.append(Problem(Where(file=file), message("the table has no rows below its header")))
    return frame, {name: headers[p[0]] for name, p in written.items() if headers[p[0]] != name}


def _numbers_as_identifiers(rows: list[int], header: str, file: str, problems: list[Problem]) -> None:
    """A cell that holds the number 101 may have been entered as 0101: identifiers must be text cells."""
    template = message(
        "identifiers stand as numbers here and may have lost leading zeros; "
        "format the column as text and enter them again"
    )
    problems.extend(first_of(rows, lambda row: Problem(Where(file=file, row=row, column=header), template)))
