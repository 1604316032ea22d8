"""Groups: bounds are compared exactly, text literally, and a missing value fails every test."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from allocator.scenario.cohort import Applicants
from allocator.scenario.groups import members, passes
from allocator.scenario.mistakes import ROW, Table
from allocator.scenario.numbers import decimals
from allocator.scenario.settings import Interval, OneOf

bounds = st.none() | st.decimals(-1000, 1000, places=6) | st.decimals(-(10**17), 10**17, places=0)
cells = st.lists(st.none() | st.decimals(-999, 999, places=3), min_size=1, max_size=8)


def applicants_of(values: list[str | None]) -> Applicants:
    frame = pl.DataFrame({"x": values}, schema={"x": pl.String})
    table = Table("applicants", frame.with_columns(pl.Series(ROW, range(len(values)))), "t.csv", [])
    none = np.full(len(values), -1)
    numbers = {"x": decimals(table, "x")}
    return Applicants(pl.Series(["x"] * len(values)), frame, numbers, none, none)


@given(cells, bounds, bounds)
@example([Decimal("0.5"), Decimal("0.499")], Decimal("0.4999999"), None)
@example([Decimal(1), Decimal(2)], None, Decimal("1.0000000000000001"))
@example([Decimal("999.999")], Decimal("999999999999999999"), None)
def test_a_bound_is_compared_exactly(values: list[Decimal | None], low: Decimal | None, high: Decimal | None) -> None:
    if low is None and high is None:
        return
    test = Interval.model_validate({"at_least": low, "at_most": high})
    applicants = applicants_of([None if v is None else format(v, "f") for v in values])
    expected = [v is not None and (low is None or v >= low) and (high is None or v <= high) for v in values]
    assert passes(applicants, "x", test).tolist() == expected


FLAGS = ["true", "TRUE", "True", "1", "yes", "YES", "是", "false", "0", "no", "否", "x", "1.0", " 1", None]


def test_true_is_one_of_four_words_and_everything_else_is_false() -> None:
    applicants = applicants_of(FLAGS)
    assert passes(applicants, "x", True).tolist() == [True] * 7 + [False] * 8
    assert passes(applicants, "x", False).tolist() == [False] * 7 + [True] * 7 + [False]


@pytest.mark.parametrize("text", ["A", "true", "1", "01", "yes", "是"])
def test_a_text_equals_only_itself(text: str) -> None:
    values = ["A", "a", "A ", "true", "TRUE", "1", "1.0", "01", "yes", "是", None]
    applicants = applicants_of(values)
    assert passes(applicants, "x", text).tolist() == [value == text for value in values]
    assert passes(applicants, "x", OneOf(one_of=(text, "A"))).tolist() == [value in (text, "A") for value in values]


def test_all_tests_of_a_group_must_hold() -> None:
    applicants = applicants_of(["1", "2", "3", None])
    group = {"x": Interval(at_least=Decimal(2), at_most=None)}
    assert members(applicants, group).tolist() == [False, True, True, False]
    assert members(applicants, {}).tolist() == [True] * 4
