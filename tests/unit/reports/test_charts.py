"""Charts: parts that lie beside each other are told apart on paper without colour."""

from __future__ import annotations

from itertools import pairwise

from allocator.reports.charts import COLOURS, SHAPES, dots
from allocator.reports.tile_map import SHADES


def grey(colour: str) -> float:
    """How a colour comes out in black and white, 0 to 255."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_neighbouring_parts_of_a_bar_differ_without_colour() -> None:
    assert all(abs(grey(one) - grey(other)) > 40 for one, other in pairwise(COLOURS))


def test_the_shades_of_a_map_differ_without_colour_and_their_numbers_are_read_on_them() -> None:
    greys = [grey(fill) for fill, _ in SHADES]
    assert all(light - dark > 30 for light, dark in pairwise(greys))
    assert all(abs(grey(fill) - grey(ink)) > 120 for fill, ink in SHADES)


def test_every_part_of_dots_has_a_shape_of_its_own() -> None:
    spec = dots([("g", "a", 1.0), ("g", "b", 2.0)], group_order=["g"], parts=["a", "b"], title="points")
    assert spec["encoding"]["shape"]["scale"] == {"domain": ["a", "b"], "range": ["circle", "square"]}
    assert len(SHAPES) == len(set(SHAPES)) == len(COLOURS)
