"""Maps of who gets what by area and feeder school."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from allocator.reports.blocks import Chart
from allocator.reports.feeder_outcomes import FeederOutcomes, feeder_outcomes
from allocator.reports.material import DEMONSTRATION, GENERAL, Material
from allocator.reports.school_maps import school_maps
from allocator.reports.sections.groups import groups
from tests.unit.reports.example import copied_example, reported

AREAS = {"学校名称": "学校名称,区县", "城南初中": "城南初中,城区", "城北初中": "城北初中,城区", "河口初中": "河口初中,"}


def maps(material: Material) -> list[Chart]:
    return [chart for chart in groups(material).charts if chart.name.startswith("map-")]


def tiles(chart: Chart) -> dict[str, str]:
    return {tile["school"]: tile["number"] for tile in chart.spec["data"]["values"]}


def heads(chart: Chart) -> list[tuple[str, str]]:
    return [(head["title"], head["note"]) for head in chart.spec["layer"][-1]["data"]["values"]]


def test_the_map_comes_first_of_who_gets_what_and_is_explained(office: Material) -> None:
    section = groups(office)
    assert section.charts[0].name == "map-general"
    assert any("In the maps each tile is a feeder school" in note for note in section.notes)


def test_a_city_without_areas_is_one_block_and_without_tiers_has_no_second_map(office: Material) -> None:
    (chart,) = maps(office)
    assert heads(chart) == [("whole city 56%", "schools: 3, applicants: 18")]
    assert tiles(chart) == {"S1": "67", "S2": "50", "S3": "50"}
    assert chart.words == "whole city 56%: from 50% (S2 城北初中) to 67% (S1 城南初中)"


def test_areas_are_blocks_and_schools_without_one_have_their_own(tmp_path: Path) -> None:
    material = reported(copied_example(tmp_path, "feeder_schools.csv", AREAS))
    (chart,) = maps(material)
    assert heads(chart) == [
        ("城区 58%", "schools: 2, applicants: 12"),
        ("area not stated 50%", "schools: 1, applicants: 6"),
    ]
    assert chart.words.startswith("城区 58%: from 50% (S2 城北初中) to 67% (S1 城南初中); area not stated 50%: ")


def test_the_second_map_is_of_demonstration_schools_where_tiers_name_them(tmp_path: Path) -> None:
    table = (copied_example(tmp_path, "programmes.csv", {}) / "programmes.csv").read_text("utf-8").splitlines()
    assert "tier" not in table[0]
    with_tier = [
        f"{table[0]},tier",
        *(f"{row},{'demonstration' if row.startswith('no1') else ''}" for row in table[1:]),
    ]
    (tmp_path / "programmes.csv").write_text("\n".join(with_tier) + "\n", encoding="utf-8")
    material = reported(tmp_path)
    general, demonstration = maps(material)
    found = feeder_outcomes(material).counts
    assert found[:, DEMONSTRATION].sum() > 0
    assert found[:, GENERAL].sum() > 0
    assert tiles(general) == {"S1": "67", "S2": "50", "S3": "50"}
    wanted = [str(round(100 * row[DEMONSTRATION] / row.sum())) for row in found]
    assert list(tiles(demonstration).values()) == wanted


def test_a_scenario_without_feeder_schools_has_no_map(office: Material) -> None:
    nothing = FeederOutcomes((), (), np.zeros((0, 4), dtype=np.int64), np.zeros((0, 4), dtype=np.bool_))
    assert list(school_maps(office, nothing)) == []


def test_a_notice_in_which_every_school_is_withheld_has_no_map_and_speaks_of_none(notice: Material) -> None:
    assert maps(notice) == []
    assert groups(notice).notes == ()


def test_a_notice_states_no_share_of_a_school_whose_counts_it_withholds(notice: Material, office: Material) -> None:
    found = feeder_outcomes(office)
    shown = np.ones(found.counts.shape, dtype=np.bool_)
    shown[1, GENERAL] = False
    (chart,) = school_maps(notice, replace(found, shown=shown))
    assert tiles(chart) == {"S1": "67", "S2": "*", "S3": "50"}
    assert "S2" not in chart.words


def test_a_notice_states_no_figure_of_an_area_that_would_tell_about_few(tmp_path: Path) -> None:
    material = reported(copied_example(tmp_path, "feeder_schools.csv", AREAS), is_public=True)
    found = feeder_outcomes(material)
    (chart,) = school_maps(material, replace(found, shown=np.ones(found.counts.shape, dtype=np.bool_)))
    assert found.counts[2].tolist() == [0, 3, 3, 0]  # the second area: few in general schools, few in vocational ones
    assert [title for title, _ in heads(chart)] == ["城区", "area not stated"]
