"""Exact decimals from text, whole columns at a time."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np
import polars as pl

from allocator.errors import Problem, Where, message
from allocator.scenario.cohort import BoolArray, IntArray, Numbers
from allocator.scenario.tables import ROW

MAX_DIGITS = 18  # what an int64 holds whatever the digits are
_DECIMAL = r"^[+-]?(\d+(\.\d+)?|\.\d+)$"


def wrong_cells(
    frame: pl.DataFrame, column: str, wrong: pl.Expr | BoolArray, file: str, template: str, **values: object
) -> Iterable[Problem]:
    """A problem for every row where ``wrong`` holds, with the cell that was found there."""
    mask = frame.select(wrong.alias("wrong"))["wrong"].fill_null(False) if isinstance(wrong, pl.Expr) else pl.Series(wrong)
    bad = frame.filter(mask)
    cells = bad[column].cast(pl.String) if column in bad.columns else pl.Series([""] * bad.height, dtype=pl.String)
    for row, cell in zip(bad[ROW], cells, strict=True):
        found = "" if cell is None else str(cell)[:40]
        yield Problem(Where(file=file, row=int(row), column=column), template, {"found": found, **values})


def decimals(frame: pl.DataFrame, column: str, file: str, problems: list[Problem]) -> Numbers:
    """A text column as exact decimals; a cell that is not a number is a problem."""
    text = frame[column]
    problems.extend(
        wrong_cells(frame, column, ~pl.col(column).str.contains(_DECIMAL), file, message('found "{found}", expected a number'))
    )
    missing = text.is_null().to_numpy()
    text = text.set(~text.str.contains(_DECIMAL).fill_null(True), None)
    if not text.str.contains(".", literal=True).any():
        whole, scale = text, 0
    else:
        parts = text.str.split_exact(".", 1).struct.unnest()
        # "655.50" is 655.5: trailing zeros say nothing, and would widen the scale of everything compared with it.
        fraction = parts[parts.columns[1]].fill_null("").str.strip_chars_end("0")
        scale = int(fraction.str.len_chars().max() or 0)  # type: ignore[arg-type]  # polars types max() too widely
        whole = parts[parts.columns[0]].fill_null("") + fraction.str.pad_end(scale, "0")
    digits = whole.str.replace(r"^[+-]", "").str.strip_chars_start("0").str.len_chars()
    too_long = (digits > MAX_DIGITS).fill_null(False).to_numpy()
    problems.extend(
        wrong_cells(frame, column, too_long, file, message('found "{found}", expected at most {digits} digits'),
                    digits=MAX_DIGITS)
    )
    values = whole.set(pl.Series(too_long), "0").cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    return Numbers(np.ascontiguousarray(values, dtype=np.int64), np.asarray(missing, dtype=np.bool_), scale)


def whole_numbers(
    frame: pl.DataFrame, column: str, file: str, problems: list[Problem], *, least: int, remedy: str = ""
) -> IntArray:
    """A text column of whole numbers that must all be there and be at least ``least``."""
    text = frame[column]
    values = text.cast(pl.Int64, strict=False)
    wrong = (values.is_null() | (values < least) | ~text.str.contains(r"^\+?\d+$")).fill_null(True).to_numpy()
    template = message('found "{found}", expected a whole number ≥ {least}.') if not remedy else remedy
    problems.extend(wrong_cells(frame, column, np.asarray(wrong), file, template, least=least))
    return np.asarray(values.fill_null(least).to_numpy(), dtype=np.int64)


def places(number: Decimal) -> int:
    """Digits after the decimal point that a number needs."""
    return max(0, -int(number.normalize().as_tuple().exponent))


def unscaled(number: Decimal, scale: int) -> int:
    """number × 10**scale; the scale must be at least the number's places."""
    return int(number.scaleb(scale))


def constant(value: int, length: int) -> Numbers:
    """The same whole number in every row."""
    return Numbers(np.full(length, value, dtype=np.int64), np.zeros(length, dtype=np.bool_), 0)
