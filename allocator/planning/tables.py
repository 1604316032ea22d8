"""Reading a plan's tables row by row; every cell that is wrong is located, all of them together.

The files are those that a scenario reads: CSV in UTF-8 or GB18030, XLSX or Parquet, every cell as its text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from allocator.errors import Problem, Problems, Where, message
from allocator.planning.mistakes import expected_of
from allocator.planning.rows import HEADERS, IDENTIFIERS, Row
from allocator.scenario.mistakes import shown
from allocator.scenario.model_mistakes import mistakes_of
from allocator.scenario.raw_cells import RawCells, read_csv_cells, read_parquet_cells, read_xlsx_cells

R = TypeVar("R", bound=Row)
_READERS = {".csv": read_csv_cells, ".xlsx": read_xlsx_cells, ".parquet": read_parquet_cells}
_MOST_OF_HEADERS = 200  # characters of a list of headers in a message


def read_rows(
    path: Path, table: str, kind: type[R], file: str, own_headers: Mapping[str, str], problems: Problems
) -> list[tuple[Where, R]]:
    """The rows of a table with the place of each; those that are wrong are left out, and are problems.

    Args:
        table: its name in the plan, which is that of its sheet in a workbook.
        file: the path as the plan writes it, for messages.
        own_headers: headers that the plan gives a meaning.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        template = message('unknown kind of file "{suffix}"; expected .csv, .xlsx or .parquet')
        problems.add(Where(file=file), template, suffix=path.suffix)
        return []
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        problems.add(Where(file=file), message("there is no such file; correct its name under `tables`"))
        return []
    except OSError as error:
        problems.add(Where(file=file), message("cannot be read: {reason}"), reason=error.strerror or "")
        return []
    found: list[Problem] = []
    raw = reader(content, table, file, found)
    problems.extend(found)
    if raw is None or found:
        return []
    columns = _columns(raw, kind, file, own_headers, problems)
    return [] if columns is None else _rows(raw, kind, file, columns, problems)


def digest(path: Path) -> str:
    """SHA-256 of a file that was read."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _columns(
    raw: RawCells, kind: type[R], file: str, own_headers: Mapping[str, str], problems: Problems
) -> dict[str, int] | None:
    """Column to position; None where a header is missing or stands twice."""
    headers = [header.strip() for header in raw.header]
    names = [own_headers.get(h) or HEADERS.get(h.replace("（", "(").replace("）", ")"), h) for h in headers]
    is_right = True
    for name, field in kind.model_fields.items():
        if names.count(name) > 1:
            problems.add(
                Where(file=file, column=name), message("this header stands {count} times; keep one"),
                count=names.count(name),
            )  # fmt: skip
            is_right = False
        if field.is_required() and name not in names:
            template = message('the column "{name}" is missing; the headers are {headers}')
            listed = shown(", ".join(h for h in headers if h), _MOST_OF_HEADERS)
            problems.add(Where(file=file), template, name=name, headers=listed)
            is_right = False
    positions = {name: position for position, name in enumerate(names) if name in kind.model_fields}
    for name in IDENTIFIERS:
        numbers = raw.number_rows(positions[name]) if name in positions else []
        for row in numbers:
            template = message(
                "identifiers stand as numbers here and may have lost leading zeros; "
                "format the column as text and enter them again"
            )
            problems.add(Where(file=file, row=row, column=headers[positions[name]]), template)
            is_right = False
    return positions if is_right else None


def _rows(
    raw: RawCells, kind: type[R], file: str, columns: Mapping[str, int], problems: Problems
) -> list[tuple[Where, R]]:
    rows: list[tuple[Where, R]] = []
    for number, cells in zip(raw.rows.tolist(), raw.cells.rows(), strict=True):
        if not any(cells):
            continue  # a blank row at the end of a sheet is no row
        written = {name: cells[position] for name, position in columns.items() if cells[position]}
        where = Where(file=file, row=number)
        try:
            rows.append((where, kind.model_validate(written)))
        except ValidationError as mistakes:
            for mistake in mistakes_of(mistakes):
                name = str(mistake["loc"][0])
                place = Where(file=file, row=number, column=raw.header[columns[name]] if name in columns else name)
                if mistake["type"] == "missing":
                    problems.add(place, message("this cell is empty; every row needs one here"))
                else:
                    problems.extend([Problem(place, *expected_of(mistake))])
    return rows


def unique(
    rows: Sequence[tuple[Where, R]], key: Callable[[R], tuple[str | int, ...]], columns: str, problems: Problems
) -> None:
    """Every key stands once; the later rows of a repeated key are the mistake."""
    seen: set[tuple[str | int, ...]] = set()
    for where, row in rows:
        if key(row) in seen:
            template = message('"{found}" stands in more than one row; a key must be unique')
            place = Where(file=where.file, row=where.row, column=columns)
            problems.add(place, template, found=" / ".join(map(str, key(row))))
        seen.add(key(row))
