"""The page of a whole city stays small enough to send and open, and its maps show every feeder school."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from allocator.reports.material import Material
from allocator.reports.page import html
from allocator.reports.report import report
from allocator.reports.sections.groups import groups
from allocator.reports.small_groups import WITHHELD
from tests.unit.reports.example import EXAMPLE, reported

CITY = EXAMPLE.parent / "yulin"
MOST_BYTES = 5_000_000
GENERAL_PARTS = {"map-general": (0, 1), "map-demonstration": (0,)}  # columns of the table by feeder school


@pytest.fixture(scope="module")
def city() -> Material:
    return reported(CITY, language="zh")


def maps(material: Material) -> dict[str, Mapping[str, Any]]:
    return {chart.name: chart.spec for chart in groups(material).charts if chart.name in GENERAL_PARTS}


def stated(material: Material) -> dict[str, list[int | None]]:
    """Of each feeder school, what the table states of its destinations; None where it states nothing."""
    (table,) = [table for table in groups(material).tables if table.name == "by-feeder-school"]
    return {
        str(row[0]).split(" ")[0]: [
            None if cell == WITHHELD else int(re.sub(r" .*|,", "", str(cell))) for cell in row[2:]
        ]
        for row in table.rows
    }


def test_the_page_of_a_city_of_96000_applicants_is_under_five_megabytes(city: Material) -> None:
    page = html(report(city))
    assert len(city.outcome.assignments) == 96_000
    assert len(page.encode()) < MOST_BYTES
    assert page.count("<tr>") > 1_000
    assert page.count("<svg") >= 10


def test_every_feeder_school_is_once_in_each_map_and_beside_the_head_of_its_area(city: Material) -> None:
    area_of = city.names.area_of_feeder_school
    for spec in maps(city).values():
        tiles, heads = spec["data"]["values"], spec["layer"][-1]["data"]["values"]
        assert sorted(tile["school"] for tile in tiles) == sorted(city.scenario.cohort.feeder_school_ids)
        for tile in tiles:
            last = max((head for head in heads if head["y"] <= tile["y"]), key=lambda head: int(head["y"]))
            assert last["title"].startswith(area_of[tile["school"]])


@pytest.mark.parametrize("is_public", [False, True])
def test_a_tile_states_the_share_that_the_table_states_and_nothing_else(city: Material, is_public: bool) -> None:
    material = replace(city, is_public=is_public)
    counts, found = stated(material), maps(material)
    assert set(found) == set(GENERAL_PARTS)
    for name, spec in found.items():
        withheld = 0
        for tile in spec["data"]["values"]:
            row = counts[tile["school"]]
            parts = [row[i] for i in GENERAL_PARTS[name]]
            if any(part is None for part in parts):
                withheld += 1
                assert tile["number"] == WITHHELD
            elif not is_public:
                share = Fraction(sum(part or 0 for part in parts), sum(part or 0 for part in row))
                assert tile["number"] == str(round(100 * share))
            else:
                assert tile["number"] != WITHHELD
        assert (withheld > 5) == is_public
