"""Charts as Vega-Lite specifications: plain data, complete in themselves.

The room for labels is estimated here and fixed in the specification, since the machine that draws may lack the
reader's Chinese fonts and measure labels wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import east_asian_width

FONT = "'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', 'SimHei', 'Helvetica Neue', sans-serif"
COLOURS = ("#17447f", "#4d97d1", "#eab54d", "#646a75", "#b5d6a7", "#7a3b8c")  # neighbours differ in black and white too
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
WIDTH = 620  # pixels
ROW = 20
FONT_SIZE = 12
MAX_LABEL = 240

_CONFIG: Mapping[str, Any] = {
    "aria": False,  # the page says in words what a chart shows
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE, "labelColor": "#222", "titleColor": "#222"},
    "legend": {"labelFontSize": FONT_SIZE, "titleFontSize": FONT_SIZE, "labelLimit": 0, "columns": 0},
}


def stacked_shares(
    rows: Sequence[tuple[str, str, int]], *, group_order: Sequence[str], parts: Sequence[str], title: str
) -> dict[str, Any]:
    """Bars of 100% in parts: one bar for each group; a row is a group, a part, and how many."""
    return _bars(rows, group_order, parts, title, stack="normalize")


def stacked_counts(
    rows: Sequence[tuple[str, str, int]], *, group_order: Sequence[str], parts: Sequence[str], title: str
) -> dict[str, Any]:
    """Bars of counts in parts."""
    return _bars(rows, group_order, parts, title, stack="zero")


def _bars(
    rows: Sequence[tuple[str, str, int]], group_order: Sequence[str], parts: Sequence[str], title: str, stack: str
) -> dict[str, Any]:
    place = {part: i for i, part in enumerate(parts)}
    number = ".0%" if stack == "normalize" else ",d"
    return {
        **_frame([{"group": g, "part": p, "count": n, "place": place[p]} for g, p, n in rows], len(group_order)),
        "mark": {"type": "bar", "height": {"band": 0.7}, "stroke": "#ffffff", "strokeWidth": 1},
        "encoding": {
            "y": names_on_axis("group", group_order),
            "x": {
                "field": "count",
                "type": "quantitative",
                "stack": stack,
                "axis": {"title": title, "format": number, "tickCount": 6},
            },
            "color": {
                "field": "part",
                "type": "nominal",
                "scale": {"domain": list(parts), "range": list(COLOURS[: len(parts)])},
                "legend": {"title": None, "orient": "top"},
            },
            "order": {"field": "place", "type": "quantitative"},
        },
    }


def shares_with_limit(
    rows: Sequence[tuple[str, float]], *, limit: float | None, title: str, limit_title: str
) -> dict[str, Any]:
    """Bars of shares, and the limit as a rule across them."""
    order = [name for name, _ in rows]
    bars: dict[str, Any] = {
        "mark": {"type": "bar", "height": {"band": 0.7}, "color": COLOURS[0]},
        "encoding": {
            "y": names_on_axis("group", order),
            "x": {
                "field": "share",
                "type": "quantitative",
                "scale": {"domain": [0, 1]},
                "axis": {"title": title, "format": ".0%", "tickCount": 6},
            },
        },
    }
    layers = [bars]
    if limit is not None:
        datum = {"datum": limit, "type": "quantitative"}
        layers.append({"mark": {"type": "rule", "color": "#b3261e", "size": 2}, "encoding": {"x": datum}})
        text = {"type": "text", "color": "#b3261e", "align": "left", "dx": 5, "dy": -8, "baseline": "bottom"}
        where = {"x": datum, "y": {"value": 0}, "text": {"value": limit_title}}
        layers.append({"mark": {**text, "fontSize": FONT_SIZE}, "encoding": where})
    return {**_frame([{"group": g, "share": s} for g, s in rows], len(rows)), "layer": layers}


def dots(
    rows: Sequence[tuple[str, str, float]],
    *,
    group_order: Sequence[str],
    parts: Sequence[str],
    title: str,
    number: str = "",
    shape: str = "point",
) -> dict[str, Any]:
    """Values on a line for each group: a row is a group, a part, and the value."""
    mark: dict[str, Any] = {"type": "tick", "thickness": 2, "opacity": 0.85}
    legend = {"title": None, "orient": "top"} if len(parts) > 1 else None
    shapes: dict[str, Any] = {}
    if shape == "point":  # each part of its own shape, since paler colours have little contrast to the page
        mark = {"type": "point", "size": 60, "filled": True, "stroke": "#1d2129", "strokeWidth": 0.5, "opacity": 0.9}
        scale = {"domain": list(parts), "range": list(SHAPES[: len(parts)])}
        shapes = {"shape": {"field": "part", "type": "nominal", "scale": scale, "legend": legend}}
    return {
        **_frame([{"group": g, "part": p, "value": v} for g, p, v in rows], len(group_order)),
        "mark": mark,
        "encoding": {
            **shapes,
            "y": {
                **names_on_axis("group", group_order),
                "axis": {**names_on_axis("group", group_order)["axis"], "grid": True},
            },
            "x": {
                "field": "value",
                "type": "quantitative",
                "scale": {"zero": False, "nice": True},
                "axis": {"title": title, "tickCount": 8, **({"format": number} if number else {})},
            },
            "color": {
                "field": "part",
                "type": "nominal",
                "scale": {"domain": list(parts), "range": list(COLOURS[: len(parts)])},
                "legend": legend,
            },
        },
    }


def _frame(values: list[dict[str, Any]], num_rows: int) -> dict[str, Any]:
    return frame(values, width=WIDTH, height=max(num_rows, 1) * ROW)


def frame(values: list[dict[str, Any]], *, width: int, height: int) -> dict[str, Any]:
    """A specification with its data, to which marks are added."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "background": None,
        "data": {"values": values},
        "config": dict(_CONFIG),
    }


def names_on_axis(field: str, order: Sequence[str]) -> dict[str, Any]:
    """The groups on an axis, in this order, with room for their names."""
    room = min(max((label_width(name) for name in order), default=0), MAX_LABEL)
    axis = {
        "title": None,
        "labelLimit": MAX_LABEL,
        "minExtent": room + 8,
        "maxExtent": room + 8,
        "ticks": False,
        "domain": False,
        "labelPadding": 6,
    }
    return {"field": field, "type": "nominal", "sort": list(order), "axis": axis}


def label_width(text: str) -> int:
    """Pixels of a label, generously: a Chinese character is as wide as it is high."""
    return sum(FONT_SIZE if east_asian_width(sign) in "WFA" else 7 for sign in text)
