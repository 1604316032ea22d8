"""Mistakes in the rows of a table: the first ten of a kind with what was found, the rest counted.

A million wrong cells cost no more than ten. Of a cell no more is shown than helps to find it: identifiers whole, the
start of everything else, since tables hold personal data.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from allocator.errors import SHOWN_PER_KIND, Problem, Where
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.headers import TABLES

ROW = " row"  # column of every frame: the row of the file; headers have no spaces at their ends, so none is called so
_MOST_OF_AN_IDENTIFIER, _MOST_OF_A_CELL = 40, 16


@dataclass(frozen=True)
class Table:
    """A table as read, with what messages need to say where a mistake is; the mistakes are collected in it."""

    name: str
    frame: pl.DataFrame  # cells are text or null; ROW
    file: str
    problems: list[Problem]
    headers: Mapping[str, str] = field(default_factory=dict)  # column to the header as written, where they differ

    def __len__(self) -> int:
        return self.frame.height

    def __contains__(self, column: str) -> bool:
        return column in self.frame.columns

    def __getitem__(self, column: str) -> pl.Series:
        """The cells of a column; all missing where the table does not have it."""
        if column in self.frame.columns:
            return self.frame[column]
        return pl.Series(column, [None], dtype=pl.String).new_from_index(0, self.frame.height)

    def where(self, column: str = "", row: int = 0) -> Where:
        return Where(file=self.file, row=row, column=self.headers.get(column, column))

    def wrong(self, column: str, wrong: pl.Series | BoolArray, template: str, **values: object) -> None:
        """Add a problem for the rows where ``wrong`` holds; the template's ``found`` is the cell."""
        mask = wrong.fill_null(False).to_numpy() if isinstance(wrong, pl.Series) else wrong
        rows = np.flatnonzero(mask)
        if not len(rows):
            return
        cells, most = self[column], self._most(column)

        def problem(row: int) -> Problem:
            found = {"found": shown(cells[row], most)}
            return Problem(self.where(column, int(self.frame[ROW][row])), template, {**found, **values})

        self.problems.extend(first_of(rows, problem))

    def add(self, template: str, **values: object) -> None:
        """Add a problem of the table as a whole."""
        self.problems.append(Problem(self.where(), template, values))

    def _most(self, column: str) -> int:
        identifiers = ("batch", "pool", "ranking", *TABLES[self.name].identifiers)
        return _MOST_OF_AN_IDENTIFIER if column in identifiers else _MOST_OF_A_CELL


def first_of(rows: Sequence[int] | IntArray, problem_at: Callable[[int], Problem]) -> list[Problem]:
    """Problems for the first ten rows, the tenth of which stands for the rest too."""
    found = [problem_at(int(row)) for row in rows[:SHOWN_PER_KIND]]
    if len(rows) > SHOWN_PER_KIND:
        found[-1] = replace(found[-1], further=len(rows) - SHOWN_PER_KIND)
    return found


def shown(cell: str | None, most: int = _MOST_OF_AN_IDENTIFIER) -> str:
    """A cell for a message: what cannot be seen is written out, what is long is cut off."""
    text = cell or ""
    visible = "".join(c if _is_visible(c) else f"[U+{ord(c):04X}]" for c in text[: most + 1])
    return visible if len(text) <= most else visible[: most - 1] + "…"


def _is_visible(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] not in "CZ"
