"""Derived columns: new numeric columns of applicants, in written order (formats.md, `derived`).

In a sum and a maximum a missing cell counts as 0, and the result is missing where all cells are. A count is never
missing. A map is missing where its cell is; a text that it does not name is a mistake of the input.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.scenario.cohort import BoolArray, IntArray, Numbers
from allocator.scenario.mistakes import Table
from allocator.scenario.numbers import places, unscaled
from allocator.scenario.settings import Derived, MapTo

_LIMIT = 2**62  # room for one more addition in an int64


def columns_of(rule: Derived) -> tuple[str, ...]:
    """The numeric columns that a derived column is computed from."""
    return tuple(rule.sum or ()) + tuple(rule.max or ())


def texts_of(rule: Derived) -> tuple[str, ...]:
    """The text columns that a derived column is computed from."""
    if rule.map is not None:
        return (rule.map.column,)
    return rule.count.columns if rule.count is not None else ()


def derive(rule: Derived, table: Table, numbers: Mapping[str, Numbers]) -> Numbers:
    """One derived column, exact; (row,).

    Raises:
        OverflowError: if its numbers have too many digits to be exact.
    """
    result = _value(rule, table, numbers)
    return result if rule.at_most is None else _at_most(result, rule.at_most)


def _value(rule: Derived, table: Table, numbers: Mapping[str, Numbers]) -> Numbers:
    if rule.sum is not None:
        return _sum([(numbers[column], weight) for column, weight in rule.sum.items()])
    if rule.max is not None:
        columns = [numbers[column] for column in rule.max]
        scale = max(n.scale for n in columns)
        largest = np.max([_scaled(n, scale) for n in columns], axis=0)
        return Numbers(largest, _all_missing(columns), scale)
    if rule.count is not None:
        counted = np.zeros(len(table), dtype=np.int64)
        for column in rule.count.columns:
            counted += (table[column] == rule.count.equals).fill_null(False).to_numpy()
        return Numbers(counted, np.zeros(len(table), dtype=np.bool_), 0)
    assert rule.map is not None  # exactly one of the four is given
    return _map(rule.map, table)


def _sum(parts: list[tuple[Numbers, Decimal]]) -> Numbers:
    scale = max(n.scale + places(weight) for n, weight in parts)
    total = np.zeros(len(parts[0][0].unscaled), dtype=np.int64)
    bound = 0
    for n, weight in parts:
        factor = unscaled(weight, places(weight)) * 10 ** (scale - n.scale - places(weight))
        bound += abs(factor) * _largest(n.unscaled)
        if bound >= _LIMIT:
            raise OverflowError
        total += n.unscaled * factor
    return Numbers(total, _all_missing([n for n, _ in parts]), scale)


def _map(rule: MapTo, table: Table) -> Numbers:
    cells = table[rule.column]
    scale = max(places(number) for number in rule.to.values())
    unknown = cells.is_not_null() & ~cells.is_in(list(rule.to))
    table.wrong(rule.column, unknown, message('found "{found}", expected one of {known}'), known=", ".join(rule.to))
    numbers = [unscaled(number, scale) for number in rule.to.values()]
    if any(abs(number) >= _LIMIT for number in numbers):
        raise OverflowError
    values = cells.replace_strict(list(rule.to), numbers, default=None, return_dtype=pl.Int64)
    return Numbers(values.fill_null(0).to_numpy().copy(), values.is_null().to_numpy().copy(), scale)


def _at_most(column: Numbers, limit: Decimal) -> Numbers:
    scale = max(column.scale, places(limit))
    if abs(unscaled(limit, scale)) >= _LIMIT:
        raise OverflowError
    return Numbers(np.minimum(_scaled(column, scale), unscaled(limit, scale)), column.missing, scale)


def _scaled(column: Numbers, scale: int) -> IntArray:
    if _largest(column.unscaled) * 10 ** (scale - column.scale) >= _LIMIT:
        raise OverflowError
    return column.at_scale(scale)


def _largest(values: IntArray) -> int:
    return int(np.abs(values).max(initial=0))


def _all_missing(columns: list[Numbers]) -> BoolArray:
    missing: BoolArray = np.logical_and.reduce([n.missing for n in columns])
    return missing
