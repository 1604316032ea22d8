"""Reading one table as text: CSV in UTF-8 or GB18030, XLSX, Parquet; every cell as written, with its row number.

Nothing is repaired: what cannot be read is a located problem.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from allocator.errors import Problem, Problems, Where, message
from allocator.scenario.headers import TABLES, column_name
from allocator.scenario.mistakes import ROW, first_of, shown
from allocator.scenario.raw_cells import RawCells, read_csv_cells, read_parquet_cells, read_xlsx_cells

_MAY_BE_EMPTY = ("choices", "feeder_seats", "priorities")  # nobody filed; nothing is given
_MOST_OF_HEADERS = 200  # characters of a list of headers in a message


@dataclass(frozen=True)
class ReadTable:
    """A table as read."""

    frame: pl.DataFrame  # cells as text or null under canonical names, and ROW
    digest: str  # SHA-256 of the file
    headers: Mapping[str, str] = field(default_factory=dict)  # canonical name to the header as written, if different


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
    reader = {".csv": read_csv_cells, ".xlsx": read_xlsx_cells, ".parquet": read_parquet_cells}.get(path.suffix.lower())
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


def _named(
    raw: RawCells, table: str, own: Mapping[str, str], file: str, problems: list[Problem]
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
