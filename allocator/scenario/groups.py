"""Groups: named sets of applicants (formats.md). All tests of a group must hold; a missing value fails every test."""

from __future__ import annotations

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
        # Bounds are compared at a common scale, so that no decimal is rounded.
        for bound, sign in ((test.at_least, 1), (test.at_most, -1)):
            if bound is not None:
                places = max(0, -int(bound.as_tuple().exponent))
                scale = max(places, numbers.scale)
                mask &= sign * numbers.at_scale(scale) >= sign * int(bound.scaleb(scale))
        return mask
    if isinstance(test, bool):
        cells = pl.Series(_texts(applicants, column)).str.to_lowercase()
        passed = cells.is_in(list(TRUE_TEXTS)) if test else ~cells.is_in(list(TRUE_TEXTS))
    elif isinstance(test, OneOf):
        passed = _texts(applicants, column).is_in(list(test.one_of))
    else:
        passed = _texts(applicants, column) == test
    return np.asarray(passed.fill_null(False).to_numpy(), dtype=np.bool_)


def _texts(applicants: Applicants, column: str) -> pl.Series:
    return applicants.table[column]
