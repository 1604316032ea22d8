"""A cell is the decimal that is written in it, or a mistake; nothing is rounded on the way."""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from allocator.errors import Problem
from allocator.scenario.mistakes import ROW, Table
from allocator.scenario.numbers import decimals, whole_numbers

PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)", re.ASCII)

digits = st.text("0123456789", max_size=8)
plain_numbers = st.builds(
    lambda sign, whole, fraction: f"{sign}{whole or '0'}" + (f".{fraction}" if fraction else ""),
    st.sampled_from(["", "-", "+"]),
    digits,
    digits,
)
anything = st.one_of(
    plain_numbers,
    st.sampled_from(
        ["１２", "1e3", "1_0", "1,5", " 1", "1 ", "--1", "+-1", ".", "-", "5.", ".5", "-.5", "NaN", "inf", "0x1", "²"]
    ),
    st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=6),
)


def table_of(cells: list[str | None], file: str = "t.csv") -> Table:
    problems: list[Problem] = []
    frame = pl.DataFrame({"n": cells}, schema={"n": pl.String}).with_columns(pl.Series(ROW, range(2, len(cells) + 2)))
    return Table("applicants", frame, file, problems)


@given(st.lists(st.none() | plain_numbers, min_size=1, max_size=12))
def test_a_column_of_numbers_is_read_exactly(cells: list[str | None]) -> None:
    table = table_of(cells)
    numbers = decimals(table, "n")
    assert table.problems == []
    assert [numbers.decimal(i) for i in range(len(cells))] == [None if c is None else Decimal(c) for c in cells]


@given(st.lists(anything, min_size=1, max_size=9))
def test_a_cell_is_a_mistake_exactly_if_it_is_no_plain_number(cells: list[str]) -> None:
    table = table_of(list(cells))
    numbers = decimals(table, "n")
    wrong = [i for i, cell in enumerate(cells) if not PLAIN.fullmatch(cell)]
    assert [p.where.row for p in table.problems] == [i + 2 for i in wrong]
    right = [i for i in range(len(cells)) if i not in wrong]
    assert [numbers.decimal(i) for i in right] == [Decimal(cells[i]) for i in right]


@given(st.lists(st.from_regex(r"[0-9]{0,20}(\.[0-9]{1,20})?", fullmatch=True).filter(bool), min_size=1, max_size=6))
def test_a_number_of_any_length_is_exact_or_a_mistake(cells: list[str]) -> None:
    table = table_of(list(cells))
    numbers = decimals(table, "n")
    wrong = {p.where.row - 2 for p in table.problems}
    assert all(numbers.decimal(i) == Decimal(cells[i]) for i in range(len(cells)) if i not in wrong)
    if max(len(cell) for cell in cells) <= 10:
        assert not wrong  # short numbers always fit beside each other


def test_one_long_cell_and_not_its_many_neighbours_is_the_mistake() -> None:
    table = table_of(["640.5", "123456789012345678", "600.25"])
    decimals(table, "n")
    assert [p.where.row for p in table.problems] == [3]


@given(st.lists(anything, min_size=1, max_size=9), st.integers(0, 1))
def test_a_whole_number_is_one_in_plain_digits_and_not_below_the_least(cells: list[str], least: int) -> None:
    table = table_of(list(cells))
    numbers = whole_numbers(table, "n", least=least)
    right = [
        i
        for i, cell in enumerate(cells)
        if re.fullmatch(r"[+-]?[0-9]+(\.0+)?", cell, re.ASCII) and least <= Decimal(cell) <= 10**9
    ]
    assert sorted(p.where.row for p in table.problems) == [i + 2 for i in range(len(cells)) if i not in right]
    assert [int(numbers[i]) for i in right] == [int(Decimal(cells[i])) for i in right]


def test_an_empty_cell_is_no_whole_number() -> None:
    table = table_of(["1", None])
    whole_numbers(table, "n", least=0)
    assert [p.text() for p in table.problems] == [
        "t.csv row 3, column n: this cell is empty, expected a whole number ≥ 0"
    ]


def test_what_a_floating_point_sum_left_is_a_mistake_and_a_decimal_is_not() -> None:
    cells = ["655.7", "0.30000000000000004", "0.1", "123456789.25"]
    table = table_of(list(cells), "t.parquet")
    decimals(table, "n")
    assert [p.where.row for p in table.problems] == [3]
    table = table_of(cells[1:3], "t.csv")
    assert decimals(table, "n").decimal(0) == Decimal("0.30000000000000004")
    assert table.problems == []
