"""Counted sets that contain one another or do not meet."""

from __future__ import annotations

import numpy as np

from allocator.market.market import BoolArray
from allocator.optimise.assignment.laminar import OUTSIDE, innermost, parents


def members(*programmes: int) -> BoolArray:
    return np.isin(np.arange(6), programmes)


def test_the_parent_is_the_smallest_set_around() -> None:
    sets = [members(0, 1, 2, 3), members(0), members(0, 1), members(4)]
    found = parents(sets)
    assert found is not None
    assert found.tolist() == [OUTSIDE, 2, 0, OUTSIDE]


def test_of_equal_sets_the_later_is_around_the_earlier() -> None:
    found = parents([members(1, 2), members(1, 2), members(1, 2, 3)])
    assert found is not None
    assert found.tolist() == [1, 2, OUTSIDE]


def test_sets_that_cross_have_no_parents() -> None:
    assert parents([members(0, 1), members(1, 2)]) is None


def test_an_empty_set_crosses_nothing() -> None:
    found = parents([members(), members(0, 1)])
    assert found is not None
    assert found.tolist() == [1, OUTSIDE]


def test_a_programme_lives_in_the_smallest_set_that_holds_it() -> None:
    sets = [members(0, 1, 2, 3), members(0, 1), members(0, 1)]
    assert innermost(sets, 6).tolist() == [1, 1, 0, 0, OUTSIDE, OUTSIDE]
