"""Tile maps as Vega-Lite specifications: an area is a block, a feeder school a tile, coloured by a share in percent.

Scenarios say in which area a school is, not where: tiles stand in the order of the tables, all of one size, so that a
number fits into each. Everything is laid out here, in pixels; the specification draws rectangles and texts only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from allocator.reports.charts import FONT_SIZE, MAX_LABEL, WIDTH, frame, label_width
from allocator.reports.small_groups import WITHHELD

# From light to dark in even steps of lightness, told apart in black and white too; each with the ink read on it.
_DARK, _WHITE = "#1d2129", "#ffffff"
SHADES = (("#eef4fb", _DARK), ("#bcd4ec", _DARK), ("#7badd9", _DARK), ("#2f6fb0", _WHITE), ("#123a6b", _WHITE))
NOT_STATED = (_WHITE, "#4a5160")
EDGE = "#6b7280"
STEPS = (5, 10, 20)  # percent from class to class: finer ones would make much of small differences
COLUMNS = (5, 10, 20)  # tiles beside each other
MOST_ROWS = 4  # of the largest block, before there are more columns
TILE_HEIGHT = 30
GAP = 14  # between blocks
NAME_SIZE = 9


@dataclass(frozen=True)
class Tile:
    """A feeder school."""

    school: str  # identifier
    name: str
    percent: int | None  # None where a public notice does not state it


@dataclass(frozen=True)
class Block:
    """An area with its feeder schools."""

    title: str
    note: str
    tiles: tuple[Tile, ...]


def tile_map(blocks: Sequence[Block], *, title: str, not_stated: str) -> dict[str, Any]:
    """The blocks one below the other; at least one tile states its share.

    Args:
        title: what share the colours stand for.
        not_stated: what the legend says of tiles without one.
    """
    tiles = [tile for block in blocks for tile in block.tiles]
    percents = [tile.percent for tile in tiles if tile.percent is not None]
    limits = class_limits(percents)
    classes = dict(zip(_class_titles(limits), SHADES, strict=True))
    if len(percents) < len(tiles):
        classes[f"{WITHHELD} {not_stated}"] = NOT_STATED
    room = min(max(label_width(text) for block in blocks for text in (block.title, block.note)), MAX_LABEL) + 8
    num_columns = _num_columns(max(len(block.tiles) for block in blocks))
    values: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    y = 0
    for block in blocks:
        heads.append({"x": 0, "y": y, "title": block.title, "note": block.note})
        values.extend(_tiles(block, room, y, num_columns, limits, classes))
        y += -(-len(block.tiles) // num_columns) * TILE_HEIGHT + GAP
    return {
        **frame(values, width=room + WIDTH, height=y - GAP),
        "layer": [
            _rectangles(classes, title),
            _strokes([value for value in values if value["number"] == WITHHELD]),
            _texts(TILE_HEIGHT / 2 - 7, "name", size=NAME_SIZE),
            _texts(TILE_HEIGHT / 2 + 6, "number", weight="bold"),
            {
                "data": {"values": heads},
                "layer": [_texts(9, "title", align="left", weight="bold"), _texts(24, "note", align="left")],
            },
        ],
    }


def class_limits(percents: Sequence[int]) -> tuple[int, int, int, int]:
    """The lowest percent of each class but the first: round numbers that part what lies between the outer tenths."""
    ordered = sorted(percents)
    low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    step = next((step for step in STEPS if 4 * step >= high - low), STEPS[-1])
    nearest = (2 * low + step) // (2 * step) * step
    first = min(max(nearest, step), 100 - 4 * step)
    return first, first + step, first + 2 * step, first + 3 * step


def _class_titles(limits: Sequence[int]) -> Iterator[str]:
    for low, above in zip((0, *limits), (*limits, 101), strict=True):
        yield f"{low}–{above - 1}%"


def _num_columns(most: int) -> int:
    return next((columns for columns in COLUMNS if most <= columns * MOST_ROWS), COLUMNS[-1])


def _tiles(
    block: Block,
    left: int,
    top: int,
    num_columns: int,
    limits: Sequence[int],
    classes: dict[str, tuple[str, str]],
) -> Iterator[dict[str, Any]]:
    width = WIDTH // num_columns
    titles = list(classes)
    for i, (tile, name) in enumerate(zip(block.tiles, _names(block.tiles, width - 4), strict=True)):
        of_class = titles[-1] if tile.percent is None else titles[bisect_right(limits, tile.percent)]
        x, y = left + i % num_columns * width, top + i // num_columns * TILE_HEIGHT
        yield {
            "school": tile.school,
            "class": of_class,
            "ink": classes[of_class][1],
            "name": name,
            "number": WITHHELD if tile.percent is None else str(tile.percent),
            "x": x,
            "x2": x + width,
            "middle": x + width / 2,
            "y": y,
            "y2": y + TILE_HEIGHT,
        }


def _names(tiles: Sequence[Tile], room: int) -> list[str]:
    """What fits into tiles: names, else identifiers, else what identifiers do not share, else their last signs."""
    ids = [tile.school for tile in tiles]
    shared = sum(1 for _ in takewhile(lambda signs: len(set(signs)) == 1, zip(*ids, strict=False)))
    for texts in ([tile.name for tile in tiles], ids, [text[shared:] for text in ids]):
        if all(0 < _name_width(text) <= room for text in texts):
            return texts
    return [_end(text, room) for text in ids]


def _end(text: str, room: int) -> str:
    while text and _name_width(f"…{text}") > room:
        text = text[1:]
    return f"…{text}"


def _name_width(text: str) -> float:
    return label_width(text) * NAME_SIZE / FONT_SIZE


def _rectangles(classes: dict[str, tuple[str, str]], title: str) -> dict[str, Any]:
    return {
        "mark": {"type": "rect", "stroke": EDGE, "strokeWidth": 0.6},
        "encoding": {
            "x": _pixels("x"),
            "x2": {"field": "x2"},
            "y": _pixels("y"),
            "y2": {"field": "y2"},
            "color": {
                "field": "class",
                "type": "nominal",
                "scale": {"domain": list(classes), "range": [fill for fill, _ in classes.values()]},
                "legend": {"title": title, "orient": "top", "symbolType": "square", "symbolStrokeColor": EDGE},
            },
        },
    }


def _strokes(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Tiles struck out, so that they are not taken for the lightest class."""
    place = {"x": _pixels("x"), "x2": {"field": "x2"}, "y": _pixels("y2"), "y2": {"field": "y"}}
    return {"data": {"values": values}, "mark": {"type": "rule", "color": "#c3c8d0"}, "encoding": place}


def _texts(
    down: float, field: str, *, align: str = "center", weight: str = "normal", size: int = FONT_SIZE
) -> dict[str, Any]:
    """Texts that stand so many pixels below the upper edge of their place."""
    ink = {"value": _DARK} if align == "left" else {"field": "ink", "type": "nominal", "scale": None}
    x = _pixels("x" if align == "left" else "middle")
    place = {"type": "text", "baseline": "middle", "align": align, "dy": down, "limit": MAX_LABEL}
    return {
        "mark": {**place, "fontSize": size, "fontWeight": weight},
        "encoding": {"x": x, "y": _pixels("y"), "text": {"field": field}, "color": ink},
    }


def _pixels(field: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}
