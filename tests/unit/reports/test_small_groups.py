"""What a public notice withholds: every small count, and enough beside it that subtraction gives none away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.reports.small_groups import LEAST_GROUP, withheld, withheld_alone
from allocator.scenario.cohort import BoolArray, IntArray

COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 300))
TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=6)
)


def is_given_away(line: IntArray, hidden: BoolArray) -> bool:
    """Whether the total of a row or column, less what is stated of it, tells a single or a small count."""
    people = line[hidden & (line > 0)]
    return len(people) == 1 or 0 < people.sum() < LEAST_GROUP


def table(*rows: list[int]) -> IntArray:
    return np.array(rows, dtype=np.int64)


@given(TABLES)
def test_no_total_of_a_row_or_column_gives_a_small_count_away(rows: list[list[int]]) -> None:
    counts = table(*rows)
    hidden = withheld(counts)
    assert hidden[(counts > 0) & (counts < LEAST_GROUP)].all()
    for line, mask in [*zip(counts.T, hidden.T, strict=True), *zip(counts, hidden, strict=True)]:
        # Nothing more can be withheld where everybody counted in the line is withheld already.
        assert not is_given_away(line, mask) or mask[line > 0].all()


@given(st.lists(COUNTS, min_size=1, max_size=12))
def test_counts_alone_are_not_given_away_by_their_total(counts: list[int]) -> None:
    line = np.array(counts, dtype=np.int64)
    hidden = withheld_alone(line)
    assert hidden[(line > 0) & (line < LEAST_GROUP)].all()
    assert not is_given_away(line, hidden) or hidden[line > 0].all()


def test_a_table_without_small_counts_is_stated_whole() -> None:
    assert not withheld(table([5, 0, 17], [80, 9, 5])).any()


def test_a_single_small_count_takes_the_next_smallest_of_its_row_and_column_with_it() -> None:
    hidden = withheld(table([3, 40, 50], [20, 60, 70], [30, 80, 90]))
    assert hidden.tolist() == [[True, True, False], [True, True, False], [False, False, False]]


def test_a_row_of_fewer_than_five_persons_is_withheld_whole_and_another_with_it() -> None:
    hidden = withheld(table([2, 1, 0], [40, 60, 30], [400, 600, 300]))
    assert hidden[0].all()
    assert hidden[1].all()
    assert not hidden[2].all()


def test_zero_hides_nobody() -> None:
    assert withheld_alone(np.array([0, 3, 0, 8, 90])).tolist() == [False, True, False, True, False]


@pytest.mark.parametrize("naive", [[[3, 40], [20, 60]]])
def test_withholding_small_counts_alone_would_give_them_away(naive: list[list[int]]) -> None:
    counts = table(*naive)
    assert is_given_away(counts[0], counts[0] < LEAST_GROUP)
