"""Charts of a sweep as Vega-Lite specifications: figures over a lever, bars around the baseline, and the frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allocator.reports.charts import COLOURS, FONT_SIZE, ROW, WIDTH, frame, names_on_axis

HEIGHT = 240  # pixels
GREY = "#9aa1ad"
INK = "#1d2129"
MARGIN = 0.18  # of the values' range, for labels beside bars
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 2], [1, 3])  # told apart in black and white too


@dataclass(frozen=True)
class Axis:
    """What an axis shows; all values are for drawing only."""

    title: str
    is_share: bool = False

    def encoding(self) -> dict[str, Any]:
        number = {"format": ".1~%"} if self.is_share else {}
        axis = {"title": self.title or None, "tickCount": 8, **number}
        return {"type": "quantitative", "scale": {"zero": False, "nice": True}, "axis": axis}


def lines(
    rows: Sequence[Mapping[str, Any]],
    *,
    parts: Sequence[str],
    x: Axis,
    y: Axis,
    baseline: tuple[float, float] | None,
) -> dict[str, Any]:
    """A line for each part; a row has ``x``, ``y``, ``part``, and with repeats ``low``, ``high``, ``least``, ``most``.

    Args:
        baseline: where the baseline lies, for a mark.
    """

    def of_part(values: Sequence[Any], legend: bool = False) -> dict[str, Any]:
        """How parts are told apart; the legend is that of the lines."""
        scale = {"domain": list(parts), "range": list(values[: len(parts)])}
        shown = {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 600}
        return {"field": "part", "type": "nominal", "scale": scale, "legend": shown if legend else None}

    at = {"field": "x", **x.encoding()}
    middle = {"field": "y", **y.encoding()}
    has_legend = len(parts) > 1
    drawn = {"stroke": of_part(COLOURS, has_legend), "strokeDash": of_part(_DASHES, has_legend)}
    # The first layer decides about the legend, so the lines come before the bands, which they shine through.
    layers = [{"mark": {"type": "line", "strokeWidth": 2}, "encoding": {"x": at, "y": middle, **drawn}}]
    if any("low" in row for row in rows):
        for low, high, opacity in (("least", "most", 0.1), ("low", "high", 0.18)):
            band = {"x": at, "y": {"field": low, **y.encoding()}, "y2": {"field": high}, "fill": of_part(COLOURS)}
            layers.append({"mark": {"type": "area", "opacity": opacity}, "encoding": band})
    points = {"x": at, "y": middle, "fill": of_part(COLOURS)}
    layers.append({"mark": {"type": "point", "size": 25, "strokeWidth": 0, "opacity": 1}, "encoding": points})
    if baseline is not None:
        layers.append(_diamond(*baseline))
    return {**frame(list(map(dict, rows)), width=WIDTH, height=HEIGHT), "layer": layers}


def bars_around(
    rows: Sequence[Mapping[str, Any]], *, order: Sequence[str], sides: tuple[str, str], baseline: float, x: Axis
) -> dict[str, Any]:
    """From the baseline to the lowest and to the highest value: a row has ``group``, ``side``, ``value``, ``label``."""
    values = [row["value"] for row in rows] + [baseline]
    room = (max(values) - min(values)) * MARGIN
    scale = {"domain": [min(values) - room, max(values) + room], "zero": False, "nice": False}
    group = names_on_axis("group", order)
    value = {**x.encoding(), "scale": scale}
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.6}},
        "encoding": {
            "y": group,
            "x": {"field": "value", **value},
            "x2": {"datum": baseline},
            "color": {
                "field": "side",
                "type": "nominal",
                "scale": {"domain": list(sides), "range": [COLOURS[1], COLOURS[0]]},
                "legend": {"title": None, "orient": "top"},
            },
        },
    }
    labels = [
        {
            "transform": [{"filter": {"field": "side", "equal": side}}],
            "mark": {"type": "text", "align": align, "dx": offset, "fontSize": FONT_SIZE - 1, "color": INK},
            "encoding": {"y": group, "x": {"field": "value", **value}, "text": {"field": "label", "type": "nominal"}},
        }
        for side, align, offset in zip(sides, ("right", "left"), (-4, 4), strict=True)
    ]
    rule = {"mark": {"type": "rule", "color": INK}, "encoding": {"x": {"datum": baseline, "type": "quantitative"}}}
    height = max(len(order), 2) * (ROW + 6)
    return {**frame(list(map(dict, rows)), width=WIDTH, height=height), "layer": [bars, rule, *labels]}


def scatter(
    rows: Sequence[Mapping[str, Any]],
    *,
    kinds: tuple[str, str],
    x: Axis,
    y: Axis,
    baseline: tuple[float, float] | None,
) -> dict[str, Any]:
    """Points of two figures: a row has ``x``, ``y``, ``kind`` (not dominated, dominated) and ``label``."""
    at = {"x": {"field": "x", **x.encoding()}, "y": {"field": "y", **y.encoding()}}
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": list(kinds), "range": [COLOURS[0], GREY]},
        "legend": {"title": None, "orient": "top"},
    }
    marks = {
        "mark": {"type": "point", "filled": True, "size": 55, "opacity": 0.85},
        "encoding": {**at, "color": colour},
    }
    text = {"type": "text", "align": "left", "dx": 7, "dy": -7, "fontSize": FONT_SIZE - 1, "color": INK}
    labels = {"mark": text, "encoding": {**at, "text": {"field": "label", "type": "nominal"}}}
    layers = [marks, labels]
    if baseline is not None:
        layers.append(_diamond(*baseline))
    return {**frame(list(map(dict, rows)), width=WIDTH, height=HEIGHT + 80), "layer": layers}


def _diamond(x: float, y: float) -> dict[str, Any]:
    """Where the baseline lies."""
    mark = {"type": "point", "shape": "diamond", "size": 130, "strokeWidth": 2, "color": "#b3261e", "filled": False}
    return {"data": {"values": [{"x": x, "y": y}]}, "mark": mark, "encoding": {"x": _at("x"), "y": _at("y")}}


def _at(name: str) -> dict[str, Any]:
    return {"field": name, "type": "quantitative"}
