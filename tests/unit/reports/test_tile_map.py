"""Tile maps: every school has its own place, a number and a class; the classes fit the numbers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.reports.charts import WIDTH
from allocator.reports.drawing import svg
from allocator.reports.small_groups import WITHHELD
from allocator.reports.tile_map import SHADES, STEPS, Block, Tile, class_limits, tile_map

PERCENTS = st.lists(st.integers(0, 100), min_size=1, max_size=60)


def block(title: str, percents: list[int | None], *, school: str = "{title}{i:03}", name: str = "") -> Block:
    ids = [school.format(title=title, i=i) for i in range(len(percents))]
    return Block(title, "a note", tuple(Tile(s, name or s, p) for s, p in zip(ids, percents, strict=True)))


def drawn(*blocks: Block) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = tile_map(blocks, title="share", not_stated="not stated")["data"]["values"]
    return values


def legend(*blocks: Block) -> list[str]:
    domain: list[str] = tile_map(blocks, title="share", not_stated="not stated")["layer"][0]["encoding"]["color"][
        "scale"
    ]["domain"]
    return domain


@pytest.mark.parametrize("sizes", [[1], [3, 1], [20, 7], [21, 40], [72, 63, 1, 26], [300]])
def test_no_two_tiles_overlap_and_blocks_stand_below_each_other(sizes: list[int]) -> None:
    blocks = [block(f"area {i} ", [50] * size) for i, size in enumerate(sizes)]
    tiles = drawn(*blocks)
    assert [tile["school"] for tile in tiles] == [tile.school for one in blocks for tile in one.tiles]
    corners = {(tile["x"], tile["y"]) for tile in tiles}
    (size,) = {(tile["x2"] - tile["x"], tile["y2"] - tile["y"]) for tile in tiles}  # all of one size
    assert len(corners) == len(tiles)
    # Corners of one grid across and of lines as high as a tile down: tiles of different corners do not meet.
    assert len({x % size[0] for x, _ in corners}) == 1
    lines = sorted({y for _, y in corners})
    assert all(below - above >= size[1] for above, below in pairwise(lines))
    found = iter(tiles)
    of_blocks = [[next(found) for _ in one.tiles] for one in blocks]
    for above, below in pairwise(of_blocks):
        assert max(tile["y2"] for tile in above) < min(tile["y"] for tile in below)
    assert max(x for x, _ in corners) + size[0] - min(x for x, _ in corners) <= WIDTH


@given(PERCENTS)
def test_classes_are_round_and_each_number_is_in_the_class_that_names_it(percents: list[int]) -> None:
    limits = class_limits(percents)
    (step,) = {above - below for below, above in pairwise(limits)}
    assert step in STEPS
    assert all(0 < limit < 100 and limit % step == 0 for limit in limits)
    for tile in drawn(block("a", list(percents))):
        low, high = tile["class"].removesuffix("%").split("–")
        assert int(low) <= int(tile["number"]) <= int(high)


@pytest.mark.parametrize(
    ("percents", "limits"),
    [
        ([10, 20, 40, 60, 90], (20, 40, 60, 80)),  # wide apart
        ([3, 8, 14, 22, 35], (10, 20, 30, 40)),
        ([50, 53, 55, 60, 61], (50, 55, 60, 65)),  # near each other: the classes tell them apart
        ([0, 0, 0], (5, 10, 15, 20)),
        ([100, 100], (80, 85, 90, 95)),
    ],
)
def test_classes_lie_where_the_shares_lie(percents: list[int], limits: tuple[int, ...]) -> None:
    assert class_limits(percents) == limits


def test_one_school_far_off_does_not_take_the_colours_of_the_others() -> None:
    assert class_limits([50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 0]) == (50, 55, 60, 65)


def test_a_tile_that_is_not_stated_has_a_class_of_its_own_and_no_number() -> None:
    stated, other = drawn(block("a", [37, None]))
    assert stated["number"] == "37"
    assert other["number"] == WITHHELD
    assert other["class"] == legend(block("a", [37, None]))[-1] == "* not stated"
    assert {key for key in stated if stated[key] == other[key]} == {"y", "y2"}


def test_the_legend_speaks_of_tiles_that_are_not_stated_only_where_there_are_some() -> None:
    assert len(legend(block("a", [37, 80]))) == len(SHADES)
    assert len(legend(block("a", [37, None]))) == len(SHADES) + 1


@pytest.mark.parametrize(
    ("num_schools", "school", "name", "wanted"),
    [
        (3, "{i}", "城南初中", "城南初中"),  # the name fits
        (90, "S{i:02}", "a name that does not fit into a tile", "S00"),
        (90, "09023{i:03}", "玉州区第一初级中学", "00"),  # what the identifiers do not share
        (1, "a-very-long-identifier-of-a-school-04", "a name that does not fit into a tile", "…tifier-of-a-school-04"),
    ],
)
def test_a_tile_bears_what_fits_into_it(num_schools: int, school: str, name: str, wanted: str) -> None:
    assert drawn(block("a", [50] * num_schools, school=school, name=name))[0]["name"] == wanted


def test_the_map_is_drawn_with_every_number_and_head() -> None:
    image = svg(tile_map([block("城区", [37, None]), block("县", [81])], title="share", not_stated="not stated"))
    assert all(f">{text}</text>" in image for text in ("37", "81", WITHHELD, "城区", "县", "a note", "share"))
    assert "* not stated" in image
