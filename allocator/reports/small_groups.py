"""Small groups in a public notice: counts that tell about single persons are withheld, and what would reveal them.

A count from 1 to 4 is withheld. Since totals are published, a row or column in which the withheld counts are a
single one, or add up to less than 5, would give them away: the next smallest counts are withheld with them. A row
whose own total is small is withheld whole. This protects against subtraction within one table; it claims no more.
"""

from __future__ import annotations

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray

LEAST_GROUP = 5  # persons of whom a public notice states a figure
WITHHELD = "*"


def withheld(counts: IntArray) -> BoolArray:
    """(row, column) which counts are not stated, where the totals of columns, and of rows not withheld whole, are."""
    hidden: BoolArray = _small(counts)
    hidden |= withheld_alone(counts.sum(axis=1))[:, None]
    before = -1
    while hidden.sum() != before:
        before = int(hidden.sum())
        for line, mask in [*zip(counts, hidden, strict=True), *zip(counts.T, hidden.T, strict=True)]:
            _close(line, mask)
    return hidden


def withheld_alone(counts: IntArray) -> BoolArray:
    """(count,) which of some counts are not stated, where their total is."""
    hidden: BoolArray = _small(counts)
    _close(counts, hidden)
    return hidden


def _small(counts: IntArray) -> BoolArray:
    return (counts > 0) & (counts < LEAST_GROUP)


def _close(line: IntArray, mask: BoolArray) -> None:
    """Withhold more of a row or column, smallest first, until what is withheld cannot be worked out from its total.

    Nobody is in a count of 0, and it hides nobody: often everyone knows that it must be 0.
    """
    further = iter([i for i in np.argsort(line, kind="stable").tolist() if line[i] > 0 and not mask[i]])
    while (mask & (line > 0)).any() and ((mask & (line > 0)).sum() < 2 or line[mask].sum() < LEAST_GROUP):
        position = next(further, None)
        if position is None:
            return
        mask[position] = True
