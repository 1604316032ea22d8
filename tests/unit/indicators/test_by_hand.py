"""Every indicator has a definition, a source, a Chinese name, and a figure worked out by hand that it comes to."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from allocator.indicators import FAMILIES, INDICATORS, INDICATORS_SCHEMA, indicators
from tests.unit.indicators.hand_city import BY_HAND, SETTINGS, solved

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return indicators(*solved(tmp_path_factory.mktemp("city")), SETTINGS)


def row_of(table: pl.DataFrame, indicator: str, group_by: str, group: str) -> dict[str, object]:
    found = table.filter(indicator=indicator, group_by=group_by, group=group)
    assert found.height == 1, (indicator, group_by, group)
    return found.row(0, named=True)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_figures_worked_out_by_hand_come_out(table: pl.DataFrame, indicator: str) -> None:
    assert BY_HAND.get(indicator), f"{indicator} has no figure worked out by hand"
    for (group_by, group), expected in BY_HAND[indicator].items():
        row = row_of(table, indicator, group_by, group)
        if isinstance(expected, tuple):
            assert (row["numerator"], row["denominator"]) == expected, (group_by, group)
            assert row["value"] == (expected[0] / expected[1] if expected[1] else None)
        else:
            assert (row["numerator"], row["denominator"]) == (None, None)
            assert row["value"] == pytest.approx(expected, rel=1e-11, abs=1e-12), (group_by, group)


def test_no_figure_is_of_an_indicator_that_is_gone() -> None:
    assert set(BY_HAND) == set(INDICATORS)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_indicator_is_defined_sourced_and_named_in_chinese(indicator: str) -> None:
    found = INDICATORS[indicator]
    assert found.name == indicator
    assert found.family in FAMILIES
    assert len(found.definition) > 20
    assert found.unit
    assert len(found.source) > 10
    assert CHINESE.search(found.chinese_name)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_defined_sourced_and_named_in_chinese(family: str) -> None:
    found = FAMILIES[family]
    assert found.name == family
    assert len(found.definition) > 20
    assert len(found.source) > 10
    assert CHINESE.search(found.chinese_name)
    assert any(indicator.family == family for indicator in INDICATORS.values())


def test_chinese_names_are_all_different() -> None:
    names = [family.chinese_name for family in FAMILIES.values()]
    names += [indicator.chinese_name for indicator in INDICATORS.values()]
    # The seat gap is the one indicator that gives its family the name.
    assert sorted({name for name in names if names.count(name) > 1}) == ["学位缺口"]


def test_the_table_has_the_documented_columns_and_no_row_twice(table: pl.DataFrame) -> None:
    assert table.schema == INDICATORS_SCHEMA
    assert not table.select("indicator", "group_by", "group").is_duplicated().any()
    assert table["indicator"].unique(maintain_order=True).to_list() == list(INDICATORS)


def test_a_row_has_a_value_or_says_why_not(table: pl.DataFrame) -> None:
    assert (table["value"].is_null() == table["absent"].is_not_null()).all()
    without = table.filter(pl.col("value").is_null()).select("indicator", "group").rows()
    # Lines of programmes that had seats left, the one feeder school without applicants, and what the tables omit.
    assert ("open_line", "V1") in without
    assert ("teacher_gap", "vocational") in without
    assert len(without) < table.height / 5


def test_two_runs_give_the_same_rows_in_the_same_order(table: pl.DataFrame, tmp_path: Path) -> None:
    assert indicators(*solved(tmp_path), SETTINGS).equals(table)


def test_some_families_give_the_same_rows_as_all(table: pl.DataFrame, tmp_path: Path) -> None:
    some = indicators(*solved(tmp_path), SETTINGS, families=["fairness", "seats"])
    assert some.equals(table.filter(pl.col("family").is_in(["seats", "fairness"])))
    assert some["family"].n_unique() == 2
