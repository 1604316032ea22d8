"""Keys and references: every key is there and stands once, every reference is to something."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from allocator.errors import Problem, message
from allocator.scenario.cohort import IntArray
from allocator.scenario.mistakes import ROW, Table, first_of, shown

# Identifiers by the column that refers to them; None where their own table could not be read, so nothing is known.
References = Mapping[str, pl.Series | None]

_UNKNOWN = {
    "applicant_id": message('"{found}" is not in the applicants table'),
    "programme_id": message('"{found}" is not in the programmes table'),
    "feeder_school_id": message('"{found}" is neither in the feeder_schools table nor the school of any applicant'),
    "batch": message('"{found}" is not a batch of the scenario; it has {known}'),
}
_SPACES = message('"{found}" has spaces at its ends; without them it would be known')
_MOST_KNOWN = 10  # names listed in a message


def complete(table: Table, columns: list[str]) -> None:
    """Every cell of these columns is there."""
    for column in columns:
        if table[column].null_count():
            table.wrong(column, table[column].is_null(), message("this cell is empty; every row needs one here"))


def unique(table: Table, key: list[str]) -> None:
    """Every key is there and stands once; the later rows of a repeated key are the mistake."""
    complete(table, key)
    frame = table.frame
    repeated = _repeated(frame, key)
    if repeated is None:
        return
    template = message('"{found}" stands in more than one row; a key must be unique')

    def problem(row: int) -> Problem:
        found = " / ".join(shown(frame[column][row]) for column in key)
        columns = ", ".join(table.headers.get(column, column) for column in key)
        return Problem(table.where(columns, int(frame[ROW][row])), template, {"found": found})

    table.problems.extend(first_of(repeated, problem))


def _repeated(frame: pl.DataFrame, key: list[str]) -> IntArray | None:
    """The rows whose complete key stands in an earlier row."""
    keys = frame.select(key)
    if keys.n_unique() == keys.height:
        return None
    is_whole = pl.all_horizontal(pl.col(key).is_not_null())
    mask = frame.select(wrong=is_whole & ~pl.struct(key).is_first_distinct())["wrong"]
    return np.flatnonzero(mask.to_numpy())


def resolved(table: Table, column: str, references: References) -> IntArray:
    """(row,) the positions that identifiers stand for; -1 for an empty cell, and for one of nothing, a mistake."""
    known = references[column]
    if known is None:
        return np.full(len(table), -1, dtype=np.int64)
    cells = table[column]
    found = positions(cells, known)
    if (found < 0).any():
        unknown = cells.is_not_null() & pl.Series(found < 0)
        stripped = pl.Series(positions(cells.str.strip_chars(), known) >= 0) & unknown
        table.wrong(column, stripped, _SPACES)
        listed = ", ".join(known.head(_MOST_KNOWN))
        table.wrong(column, unknown & ~stripped, _UNKNOWN[column], known=listed)
    return found


def positions(texts: pl.Series, known: pl.Series) -> IntArray:
    """(row,) the position of each text among the known ones, -1 for none; where known has repeats, the first."""
    # Tables mostly come with equal cells together, such as the choices of one applicant: each is looked up once.
    begins = texts.ne_missing(texts.shift()).to_numpy().copy()
    begins[:1] = True
    if np.count_nonzero(begins) * 2 > len(begins):
        return _looked_up(texts, known)
    found = _looked_up(texts.filter(pl.Series(begins)), known)
    return np.repeat(found, np.diff(np.flatnonzero(begins), append=len(begins)))


def _looked_up(texts: pl.Series, known: pl.Series) -> IntArray:
    table = pl.DataFrame({"text": known, "position": np.arange(len(known), dtype=np.int64)})
    table = table.unique("text", keep="first")
    joined = texts.to_frame("text").join(table, on="text", how="left", maintain_order="left")
    return np.asarray(joined["position"].fill_null(-1).to_numpy(), dtype=np.int64)
