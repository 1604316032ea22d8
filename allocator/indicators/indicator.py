"""What an indicator is, and the rows that say what it came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from allocator.errors import message
from allocator.indicators.dimensions import Dimension, count
from allocator.scenario.cohort import BoolArray, IntArray

NOBODY = message("there is nobody and nothing to count")


@dataclass(frozen=True)
class Family:
    """Indicators that answer one question."""

    name: str
    chinese_name: str
    definition: str  # English template, translated from the catalogue
    source: str


@dataclass(frozen=True)
class Indicator:
    """One figure: what exactly is counted; a definition "a / b" names the numerator and denominator of its rows."""

    name: str
    family: str
    unit: str  # English template, translated from the catalogue
    definition: str  # English template, translated from the catalogue
    source: str
    chinese_name: str
    higher_is: Literal["better", "worse", "neither"]


@dataclass(frozen=True)
class Row:
    """What an indicator came to in one group."""

    indicator: str
    group_by: str  # the name of a dimension; "" is the whole city
    group: str
    numerator: int | None  # with the denominator the exact value, where that is a fraction
    denominator: int | None
    value: float | None  # for display and plots only
    absent: str | None = None  # why there is no value: English template, translated from the catalogue


INDICATORS_SCHEMA = pl.Schema(
    {
        "family": pl.String,
        "indicator": pl.String,
        "group_by": pl.String,  # "" is the whole city
        "group": pl.String,  # "" where group_by is "", and where the groups are not known
        "numerator": pl.Int64,
        "denominator": pl.Int64,
        "value": pl.Float64,  # for display and plots only
        "unit": pl.String,
        "absent": pl.String,  # why there is no value, null where there is one
    }
)


def quotient(indicator: Indicator, group_by: str, group: str, numerator: int, denominator: int) -> Row:
    """A row with an exact value; without one where there is nothing to divide by."""
    if denominator == 0:
        return Row(indicator.name, group_by, group, numerator, denominator, None, NOBODY)
    return Row(indicator.name, group_by, group, numerator, denominator, numerator / denominator)


def measured(indicator: Indicator, group_by: str, group: str, value: float | None) -> Row:
    """A row whose value is no fraction of whole numbers that a table can hold."""
    if value is None:
        return Row(indicator.name, group_by, group, None, None, None, NOBODY)
    # The last digits of a root or a logarithm depend on the machine.
    return Row(indicator.name, group_by, group, None, None, round(value, 12))


def missing(indicator: Indicator, reason: str, group_by: str = "", group: str = "") -> Row:
    """A row that says why there is no value."""
    return Row(indicator.name, group_by, group, None, None, None, reason)


def unknown(indicator: Indicator, dimension: Dimension) -> Iterator[Row]:
    """The rows of a dimension whose groups are not known: why there are no values."""
    if dimension.absent is not None:
        for group in dimension.groups or ("",):
            yield missing(indicator, dimension.absent, dimension.name, group)


def quotients(
    indicator: Indicator,
    dimensions: Iterable[Dimension],
    top: IntArray | BoolArray,
    bottom: IntArray | BoolArray,
) -> Iterator[Row]:
    """In each group, the sum of ``top`` over the sum of ``bottom``; both (unit,) of the dimensions."""
    for dimension in dimensions:
        if dimension.absent is not None:
            yield from unknown(indicator, dimension)
            continue
        numerators, denominators = count(dimension, top), count(dimension, bottom)
        for group, numerator, denominator in zip(
            dimension.groups, numerators.tolist(), denominators.tolist(), strict=True
        ):
            yield quotient(indicator, dimension.name, group, numerator, denominator)


def totals(indicator: Indicator, dimensions: Iterable[Dimension], amounts: IntArray | BoolArray) -> Iterator[Row]:
    """In each group, the sum of ``amounts``; (unit,) of the dimensions."""
    for dimension in dimensions:
        if dimension.absent is not None:
            yield from unknown(indicator, dimension)
            continue
        for group, amount in zip(dimension.groups, count(dimension, amounts).tolist(), strict=True):
            yield quotient(indicator, dimension.name, group, amount, 1)
