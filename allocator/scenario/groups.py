"""Groups: named sets of applicants (formats.md). All tests of a group must hold; a missing value fails every test."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import polars as pl

from allocator.scenario.cohort import Applicants, BoolArray
from allocator.scenario.settings import Group, Interval, OneOf, Test

TRUE_TEXTS = ("true", "1", "yes", "是")  # everything else that is not empty is false


def members(applicants: Applicants, group: Group) -> BoolArray:
    """Who passes all tests of the group; (applicant,)."""
    mask = np.ones(len(applicants), dtype=np.bool_)
    for column, test in group.items():
        mask &= passes(applicants, column, test)
    return mask


def passes(applicants: Applicants, column: str, test: Test) -> BoolArray:
    """Who passes one test on one column; (applicant,)."""
    if isinstance(test, Interval):
        numbers = applicants.numbers[column]
        mask = ~numbers.missing
        # A number is at least a bound exactly if its whole multiple of 10**-scale is at least the bound rounded up.
        if test.at_least is not None:
            mask &= numbers.unscaled >= _multiple(test.at_least, numbers.scale, ROUND_CEILING)
        if test.at_most is not None:
            mask &= numbers.unscaled <= _multiple(test.at_most, numbers.scale, ROUND_FLOOR)
        return mask
    return text_passes(applicants.table[column], test)


def text_passes(cells: pl.Series, test: bool | str | OneOf) -> BoolArray:
    """Which cells of a column of text pass a test; an empty one passes none."""
    if isinstance(test, bool):
        is_true = cells.str.to_lowercase().is_in(list(TRUE_TEXTS))
        passed = is_true if test else ~is_true
    elif isinstance(test, OneOf):
        passed = cells.is_in(list(test.one_of))
    else:
        passed = cells == test
    return np.asarray(passed.fill_null(False).to_numpy(), dtype=np.bool_)


def _multiple(bound: Decimal, scale: int, rounding: str) -> int:
    """bound × 10**scale, rounded to a whole number, and kept within an int64, which no number of a table leaves."""
    multiple = int(bound.scaleb(scale).to_integral_value(rounding))
    return max(-(2**63), min(2**63 - 1, multiple))
