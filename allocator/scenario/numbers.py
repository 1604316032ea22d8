"""Exact decimals from text, whole columns at a time."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.scenario.cohort import BoolArray, IntArray, Numbers
from allocator.scenario.fields import DECIMAL, MAX_DIGITS
from allocator.scenario.mistakes import Table

MOST = 1_000_000_000  # of seats, choice numbers and weights: far above any, and sums of them stay exact
_FLOAT_DIGITS = 15  # what a floating-point number keeps of every decimal
_WHOLE = r"^[+-]?[0-9]+(\.0+)?$"
_NO_NUMBER = message('found "{found}", expected a number in plain digits, such as 655.5; leave the cell empty for none')
_NOT_WHOLE = message('found "{found}", expected a whole number ≥ {least}')
_EMPTY = message("this cell is empty, expected a whole number ≥ {least}")
_TOO_MANY_DIGITS = message('found "{found}", expected at most {digits} digits')
_TOO_LONG = message('found "{found}", too long to compare exactly with the {places} decimals of other cells')
_TOO_FINE = message('found "{found}", too many decimals to compare exactly with the {largest} digits of other cells')
_ROUNDED = message('found "{found}", which a floating-point sum left; round the column to the decimals that count')


def decimals(table: Table, column: str) -> Numbers:
    """A text column as exact decimals, missing where the cell is empty; a cell that is not a number is a mistake."""
    text = table[column]
    missing = text.is_null().to_numpy()
    whole = text.cast(pl.Int64, strict=False)
    if whole.null_count() == text.null_count():
        values = np.array(whole.fill_null(0).to_numpy(), dtype=np.int64)
        too_long = (values >= 10**MAX_DIGITS) | (values <= -(10**MAX_DIGITS))
        table.wrong(column, too_long, _TOO_MANY_DIGITS, digits=MAX_DIGITS)
        values[too_long] = 0
        return Numbers(values, np.array(missing, dtype=np.bool_), 0)
    return _with_fractions(table, column, text, np.array(missing, dtype=np.bool_))


def _with_fractions(table: Table, column: str, text: pl.Series, missing: BoolArray) -> Numbers:
    is_number = text.str.contains(DECIMAL)
    table.wrong(column, ~is_number, _NO_NUMBER)
    text = text.set(~is_number.fill_null(True), None)
    parts = text.str.split_exact(".", 1).struct.unnest()
    before = parts.to_series(0).fill_null("")
    # "655.50" is 655.5: trailing zeros say nothing, and would widen the scale of everything compared with it.
    fraction = parts.to_series(1).fill_null("").str.strip_chars_end("0")
    num_places = fraction.str.len_chars().cast(pl.Int64)
    num_before = before.str.strip_chars_start("+-0").str.len_chars().cast(pl.Int64)
    wrong = (num_before + num_places > MAX_DIGITS).to_numpy()
    table.wrong(column, wrong, _TOO_MANY_DIGITS, digits=MAX_DIGITS)
    if table.file.lower().endswith(".parquet"):
        significant = (before + fraction).str.strip_chars_start("+-0").str.len_chars().to_numpy()
        rounded = ~wrong & (significant > _FLOAT_DIGITS) & (num_places > 0).to_numpy()
        table.wrong(column, rounded, _ROUNDED)
        wrong = wrong | rounded
    fitting = ~pl.Series(wrong)
    fitting &= ~_unfit(table, column, num_before, num_places, fitting)
    scale = _most(num_places.filter(fitting))
    digits = before + fraction.str.pad_end(scale, "0")
    values = digits.set(~fitting, None).cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    return Numbers(np.array(values, dtype=np.int64), missing, scale)


def _unfit(table: Table, column: str, num_before: pl.Series, num_places: pl.Series, fitting: pl.Series) -> pl.Series:
    """One scale must hold every number of a column; where it cannot, the fewer cells are the mistake."""
    most_before = _most(num_before.filter(fitting))
    most_places = _most(num_places.filter(fitting))
    if most_before + most_places <= MAX_DIGITS:
        return pl.Series([False]).new_from_index(0, len(fitting))
    long = fitting & (num_before > MAX_DIGITS - most_places)
    fine = fitting & (num_places > MAX_DIGITS - most_before)
    if long.sum() < fine.sum():
        table.wrong(column, long, _TOO_LONG, places=most_places)
        return long
    table.wrong(column, fine, _TOO_FINE, largest=most_before)
    return fine


def _most(lengths: pl.Series) -> int:
    return int(lengths.max() or 0)  # type: ignore[arg-type]  # polars types max() too widely


def whole_numbers(
    table: Table, column: str, *, least: int, remedy: str = _NOT_WHOLE, may_be_empty: bool = False
) -> IntArray:
    """A text column of whole numbers, at least ``least``; ``least`` stands for a mistake.

    Every cell must have one, unless it ``may_be_empty``: then 0 stands for an empty cell.
    """
    text = table[column]
    values = text.cast(pl.Int64, strict=False)
    if values.null_count():
        if not may_be_empty:
            table.wrong(column, text.is_null(), _EMPTY, least=least)
        # "10.0" is whole: what wrote the table kept the column as decimals.
        is_whole = text.str.contains(_WHOLE)
        values = text.set(~is_whole.fill_null(False), None).str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
        table.wrong(column, text.is_not_null() & ~is_whole, remedy, least=least)
        table.wrong(column, is_whole & values.is_null(), _TOO_MANY_DIGITS, digits=MAX_DIGITS)
    table.wrong(column, values < least, remedy, least=least)
    table.wrong(column, values > MOST, message('found "{found}", expected at most {most:,}'), most=MOST)
    whole = values.fill_null(least).clip(least, MOST)
    if may_be_empty:
        whole = whole.set(text.is_null(), 0)
    return np.array(whole.to_numpy(), dtype=np.int64)


def places(number: Decimal) -> int:
    """Digits after the decimal point that a number needs."""
    return max(0, -int(number.normalize().as_tuple().exponent))


def unscaled(number: Decimal, scale: int) -> int:
    """number × 10**scale; the scale must be at least the number's places."""
    return int(number.scaleb(scale))


def constant(value: int, length: int) -> Numbers:
    """The same whole number in every row."""
    return Numbers(np.full(length, value, dtype=np.int64), np.zeros(length, dtype=np.bool_), 0)
