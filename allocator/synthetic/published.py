"""Reading published tables (CSV in UTF-8 or GB18030) from the folder of data; mistakes are located and collected."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from allocator.errors import Problem, Problems, Where, grouped, message
from allocator.scenario.encoding import as_utf8
from allocator.synthetic.reading import ProfileError

Row = tuple[int, dict[str, str]]  # row of the file, the header being row 1, and its cells by column


def require_published(data: Path | None, wanted: Mapping[str, Sequence[str]]) -> None:
    """Raise ProfileError for every published table, by file with its columns, that is not in the folder."""
    problems = Problems()
    for file, columns in wanted.items():
        if data is None or not (data / file).is_file():
            said = message(
                "There is no such file in {folder}. The profile draws on it: expected a CSV with the columns "
                "{columns}. Give the folder as cohort.data."
            )
            folder = "no folder" if data is None else str(data)
            problems.add(Where(file=file), said, folder=folder, columns=", ".join(columns))
    raise_profile_error(problems)


def read_published(data: Path | None, file: str, columns: Sequence[str]) -> list[Row]:
    """The rows of a published table that has these columns.

    Raises ProfileError: the file is missing or unreadable, columns are missing, or there are no rows.
    """
    require_published(data, {file: columns})
    assert data is not None
    text = as_utf8((data / file).read_bytes(), file)
    if isinstance(text, Problem):
        raise ProfileError([text])
    reader = csv.DictReader(io.StringIO(text.decode("utf-8"), newline=""))
    problems = Problems()
    for column in columns:
        if column not in (reader.fieldnames or ()):
            problems.add(Where(file=file, row=1, column=column), message("The column is missing."))
    rows = [(number, {key: cell or "" for key, cell in cells.items() if key}) for number, cells in enumerate(reader, 2)]
    if not rows:
        problems.add(Where(file=file), message("The table has no rows."))
    raise_profile_error(problems)
    return rows


def whole_number(row: Row, column: str, file: str, problems: Problems) -> int:
    """A cell as a whole number of at least 0; an empty cell is 0, and anything else is reported and counts as 0."""
    number, cells = row
    text = cells[column].strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal()):
        where = Where(file=file, row=number, column=column)
        problems.add(where, message('found "{found}", expected a whole number ≥ 0.'), found=text)
        return 0
    return int(text)


def raise_profile_error(problems: Problems) -> None:
    """Raise what was collected, grouped, if anything was."""
    if problems:
        raise ProfileError(grouped(problems))
