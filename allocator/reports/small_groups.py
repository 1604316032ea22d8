"""Small groups in a public notice: counts that tell about single persons are withheld, and what would reveal them.

A count from 1 to 4 is withheld. Since totals are published, a row or column in which the withheld counts are a
single one, or add up to less than 5, would give them away: the next smallest counts are withheld with them.
This protects against subtraction within one table; it does not claim more.
"""

from __future__ import annotations

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray

LEAST_GROUP = 5  # persons of whom a public notice states a figure
WITHHELD = "*"


def withheld(counts: IntArray) -> BoolArray:
    """(row, column) which counts of a table with published totals of rows and columns are not stated."""
    hidden: BoolArray = (counts > 0) & (counts < LEAST_GROUP)
    before = -1
    while hidden.sum() != before:
        before = int(hidden.sum())
        for line, mask in [*zip(counts, hidden, strict=True), *zip(counts.T, hidden.T, strict=True)]:
            _close(line, mask)
    return hidden


def _close(line: IntArray, mask: BoolArray) -> None:
    """Withhold more of a row or column, smallest first, until what is withheld cannot be worked out from its total."""
    for position in np.argsort(np.where(line > 0, line, np.iinfo(np.int64).max), kind="stable").tolist():
        if not mask.any() or (mask.sum() >= 2 and line[mask].sum() >= LEAST_GROUP):
            return
        mask[position] = True
