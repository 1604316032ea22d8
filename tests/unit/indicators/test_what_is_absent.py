"""What the tables do not tell is absent and says why; nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import allocator
from allocator.indicators import indicators
from allocator.indicators.classes import at_least
from allocator.indicators.feeder_schools import gini, variation
from allocator.scenario.indicator_settings import IndicatorSettings, Teachers
from tests.unit.indicators.hand_city import SETTINGS, TABLES, outcome_of, solved, write

DROPPED = {
    "setting": ("feeder_schools", "setting", "first_choice_rate", "setting"),
    "area of applicants": ("applicants", "area", "general_share_flow", "area"),
    "an attribute": ("applicants", "migrant_child", "first_choice_rate", "attribute"),
    "tiers": ("schools", "tier", "demonstration_rate", ""),
    "class sizes": ("programmes", "class_size", "large_class_share", ""),
    "teachers": ("schools", "teachers", "students_per_teacher", ""),
    "areas of schools": ("schools", "area", "seat_gap", ""),
}


def without(column: str, table: str) -> str:
    rows = [line.split(",") for line in table.splitlines()]
    at = rows[0].index(column)
    return "".join(",".join(row[:at] + row[at + 1 :]) + "\n" for row in rows)


@pytest.mark.parametrize("case", DROPPED)
def test_an_indicator_without_its_column_is_absent_and_says_why(case: str, tmp_path: Path) -> None:
    table, column, indicator, group_by = DROPPED[case]
    write(tmp_path)
    (tmp_path / f"{table}.csv").write_text(without(column, TABLES[table]), encoding="utf-8")
    scenario = allocator.load(tmp_path)
    found = indicators(scenario, outcome_of(scenario), SETTINGS)
    rows = found.filter(indicator=indicator, group_by=group_by).filter(pl.col("value").is_null())
    assert rows.height == 1
    reason = rows["absent"][0]
    assert reason is not None
    assert any(word in reason for word in (column, "demonstration", "sizes"))
    whole = found.filter(indicator="general_share_flow", group_by="", group="")
    assert (whole["numerator"][0], whole["denominator"][0]) == (5, 8)


def test_without_a_section_of_its_own_a_scenario_has_no_figures_from_outside(tmp_path: Path) -> None:
    found = indicators(*solved(tmp_path))
    for name in ("general_share_stock", "gross_enrolment", "seat_gap", "general_seat_gap", "teacher_gap"):
        [row] = found.filter(indicator=name).rows(named=True)
        assert row["value"] is None
        assert "indicators." in row["absent"]


def test_teachers_of_a_track_are_enough_where_the_schools_table_has_none(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "schools.csv").write_text(without("teachers", TABLES["schools"]), encoding="utf-8")
    scenario = allocator.load(tmp_path)
    settings = SETTINGS.model_copy(update={"teachers": Teachers(general=5)})
    found = indicators(scenario, outcome_of(scenario), settings)
    # 20 general students of the other years, and five that were admitted; the norm is 5 for each teacher.
    ratio = found.filter(indicator="students_per_teacher").select("group_by", "group", "numerator", "denominator")
    assert ratio.rows() == [("", "", 25, 5), ("track", "general", 25, 5), ("track", "vocational", 0, 0)]
    assert found.filter(indicator="teacher_gap", group="general")["numerator"].to_list() == [0]


def test_seats_and_classes_are_told_by_the_setting_of_schools(tmp_path: Path) -> None:
    write(tmp_path)
    table = TABLES["schools"].splitlines()
    rows = [f"{row},{setting}" for row, setting in zip(table, ("setting", "urban", "township", "urban"), strict=True)]
    (tmp_path / "schools.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    scenario = allocator.load(tmp_path)
    found = indicators(scenario, outcome_of(scenario), SETTINGS).filter(group_by="programme_setting")
    unfilled = found.filter(indicator="unfilled_share").select("group", "numerator", "denominator")
    assert unfilled.rows() == [("township", 0, 1), ("urban", 1, 8)]
    classes = found.filter(indicator="classes_needed").select("group", "numerator")
    assert classes.rows() == [("township", 1), ("urban", 2)]


def test_a_group_of_the_scenario_can_stand_for_an_attribute(tmp_path: Path) -> None:
    scenario, outcome = solved(tmp_path)
    scenario = scenario.replace({"groups.moved": {"feeder_school_id": "F2"}})
    settings = IndicatorSettings(attributes={"migrant_child": "moved"})
    row = indicators(scenario, outcome, settings).filter(
        indicator="admission_rate", group_by="attribute", group="migrant_child"
    )
    assert (row["numerator"][0], row["denominator"][0]) == (3, 3)


def test_an_admission_without_a_list_counts_as_placed_and_as_no_choice(tmp_path: Path) -> None:
    scenario, outcome = solved(tmp_path)
    reassigned = pl.col("applicant_id") == "a10"
    choice = pl.when(reassigned).then(None).otherwise("choice").alias("choice")
    outcome = replace(outcome, assignments=outcome.assignments.with_columns(choice))
    found = {
        row["indicator"]: (row["numerator"], row["denominator"])
        for row in indicators(scenario, outcome).filter(group_by="").rows(named=True)
    }
    assert found["admission_rate"] == (8, 10)
    assert found["first_choice_rate"] == (5, 9)
    assert found["mean_choice"] == (11, 7)


def test_classes_are_as_equal_as_possible() -> None:
    students, classes = np.array([113, 112, 111, 0]), np.array([2, 2, 2, 0])
    assert at_least(students, classes, 56).tolist() == [2, 2, 1, 0]
    assert at_least(students, classes, 57).tolist() == [1, 0, 0, 0]


def test_equal_rates_have_no_inequality_and_no_rates_have_no_measure() -> None:
    half, two = np.array([1, 2, 3]), np.array([2, 4, 6])
    assert gini(half, two) == pytest.approx(0, abs=1e-15)
    assert variation(half, two) == pytest.approx(0, abs=1e-15)
    assert gini(np.array([0, 0]), np.array([2, 3])) is None
    assert variation(np.array([0, 0]), np.array([2, 3])) is None
