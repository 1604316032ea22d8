"""Derived columns are what exact arithmetic on the cells gives, with missing cells as their docstring says."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.scenario.cohort import Numbers
from allocator.scenario.derived import derive
from allocator.scenario.mistakes import ROW, Table
from allocator.scenario.numbers import decimals
from allocator.scenario.settings import Derived

cells = st.none() | st.decimals(-999, 999, places=3).map(lambda d: format(d, "f"))
weights = st.decimals(-9, 9, places=2).map(lambda d: format(d, "f"))
rows = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6)
NAMES = ("a", "b", "c")


def table_of(values: list[tuple[str | None, ...]]) -> tuple[Table, dict[str, Numbers]]:
    columns = {name: [row[j] for row in values] for j, name in enumerate(NAMES)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(NAMES, pl.String))
    table = Table("applicants", frame.with_columns(pl.Series(ROW, range(2, len(values) + 2))), "t.csv", [])
    return table, {name: decimals(table, name) for name in NAMES}


def values_of(numbers: Numbers) -> list[Fraction | None]:
    found = [numbers.decimal(i) for i in range(len(numbers.unscaled))]
    return [None if value is None else Fraction(value) for value in found]


@given(rows, st.tuples(weights, weights, weights), st.none() | weights)
def test_a_weighted_sum_is_exact(
    values: list[tuple[str | None, ...]], weight: tuple[str, ...], cap: str | None
) -> None:
    rule = Derived.model_validate({"sum": dict(zip(NAMES, weight, strict=True)), "at_most": cap})
    expected: list[Fraction | None] = []
    for row in values:
        total = sum((Fraction(c) * Fraction(w) for c, w in zip(row, weight, strict=True) if c is not None), Fraction(0))
        total = total if cap is None else min(total, Fraction(cap))
        expected.append(None if row == (None, None, None) else total)
    assert values_of(derive(rule, *table_of(values))) == expected


@given(rows, st.none() | weights)
def test_the_largest_of_columns_counts_a_missing_one_as_0(
    values: list[tuple[str | None, ...]], cap: str | None
) -> None:
    rule = Derived.model_validate({"max": list(NAMES), "at_most": cap})
    expected: list[Fraction | None] = []
    for row in values:
        largest = max(Fraction(c or 0) for c in row)
        largest = largest if cap is None else min(largest, Fraction(cap))
        expected.append(None if row == (None, None, None) else largest)
    assert values_of(derive(rule, *table_of(values))) == expected


@given(st.lists(st.tuples(*[st.none() | st.sampled_from(["A", "a", "B", "A+", "A "])] * 3), min_size=1, max_size=6))
def test_a_count_compares_literally_and_is_never_missing(values: list[tuple[str | None, ...]]) -> None:
    rule = Derived.model_validate({"count": {"columns": list(NAMES), "equals": "A"}})
    frame = pl.DataFrame(values, schema=dict.fromkeys(NAMES, pl.String), orient="row")
    counted = derive(rule, Table("applicants", frame, "t.csv", []), {})
    assert values_of(counted) == [Fraction(row.count("A")) for row in values]


def test_a_map_gives_its_numbers_and_is_missing_where_its_cell_is() -> None:
    rule = Derived.model_validate({"map": {"column": "a", "to": {"A+": "8.5", "B": "0.25", "C": "-1"}}})
    table, _ = table_of([("1", None, None)] * 4)
    table = Table("applicants", table.frame.with_columns(pl.Series("a", ["A+", None, "B", "C"])), "t.csv", [])
    assert values_of(derive(rule, table, {})) == [Fraction(17, 2), None, Fraction(1, 4), Fraction(-1)]
    assert table.problems == []


def test_only_the_highest_bonus_counts_and_it_is_capped() -> None:
    rule = Derived.model_validate({"max": ["a", "b"], "at_most": "15"})
    found = derive(rule, *table_of([("10", "20", None), ("10", None, None), (None, None, "9")]))
    assert values_of(found) == [15, 10, None]


@pytest.mark.parametrize(
    "rule",
    [
        {"sum": {"a": "999999999999999999", "b": "0.000000000000000001"}},
        {"sum": {"a": "100000000000000000"}},
        {"max": ["a", "b"], "at_most": "999999999999999999"},
    ],
)
def test_numbers_that_do_not_fit_are_refused_and_never_wrap(rule: dict[str, object]) -> None:
    table, numbers = table_of([("999.999", "0.001", None)])
    parsed = Derived.model_validate(rule)
    with pytest.raises(OverflowError):
        derive(parsed, table, numbers)


def test_a_weight_of_many_decimals_is_exact() -> None:
    rule = Derived.model_validate({"sum": {"a": "0.0000000000001", "b": "1"}})
    table, numbers = table_of([("1", "2", None)])
    assert derive(rule, table, numbers).decimal(0) == Decimal("2.0000000000001")
