"""How figures move with a lever: lines over the numeric levers of each grid, bounded in number and in marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from allocator.indicators import INDICATORS
from allocator.lab.pages.sweep_charts import Axis, lines
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.sweep_settings import Figure
from allocator.lab.values import Value, number_of, values_of
from allocator.lab.variants import key_of
from allocator.reports.blocks import Chart, Section

MOST_CHARTS = 6
MOST_LINES = 6  # of a chart
MOST_MARKS = 60  # of a line

Item = TypeVar("Item")


@dataclass(frozen=True)
class Curves:
    """Lines over one numeric lever of a grid, one for each value of another, the rest held at one value."""

    number: int  # of the grid, the first is 1
    lever: str
    steps: tuple[Value, ...]
    split: str | None  # the other lever
    parts: tuple[Value, ...]  # its values that are drawn
    num_parts: int  # all of them
    held: Mapping[str, Value]

    def levers(self, step: Value, part: Value) -> dict[str, Value]:
        return {**self.held, self.lever: step, **({} if self.split is None else {self.split: part})}


def curves(material: SweepMaterial) -> Section | None:
    """None where no grid has a numeric lever, or no variant an outcome."""
    translate = material.translate
    found = [of_grid for number in range(len(material.settings.vary)) for of_grid in _of_grid(material, number)]
    if not found or not any(material.results.points(figure) for figure in material.figures):
        return None
    point_of = {key_of(levers): point for point, levers in material.levers_of.items()}
    num_values = {figure: len(set(material.results.points(figure).values())) for figure in material.figures}
    moving = [figure for figure, number in num_values.items() if number > 1]
    still = [material.figure_title(figure) for figure, number in num_values.items() if number == 1]
    wanted = _strongest(material, found, moving, point_of)
    charts = [
        chart
        for number, (figure, of_lever) in enumerate(wanted, start=1)
        for chart in _chart(material, of_lever, figure, point_of, number)
    ]
    left_out = len(moving) * len(found) - len(wanted)
    return Section(
        "curves",
        translate("How the figures move with the levers"),
        notes=tuple(_notes(material, found, still, left_out)),
        charts=tuple(charts),
    )


def _strongest(
    material: SweepMaterial, found: Sequence[Curves], moving: Sequence[Figure], point_of: Mapping[str, int]
) -> list[tuple[Figure, Curves]]:
    """The charts that are drawn: of each figure first the lever that moves it most, then the next, while there is room.

    They stand in the order of the figures.
    """
    ranked: list[tuple[int, int, Figure, Curves]] = []
    for i, figure in enumerate(moving):
        reach = [_reach(material, one, figure, point_of) for one in found]
        by_reach = [found[k] for k in sorted(range(len(found)), key=lambda k: -reach[k])]
        ranked += [(rank, i, figure, one) for rank, one in enumerate(by_reach)]
    ranked.sort(key=lambda one: one[:2])
    return [(figure, one) for _, _, figure, one in sorted(ranked[:MOST_CHARTS], key=lambda one: (one[1], one[0]))]


def _reach(material: SweepMaterial, of_lever: Curves, figure: Figure, point_of: Mapping[str, int]) -> Fraction:
    """How far the figure moves along the line on which it moves farthest."""
    points, reach = material.results.points(figure), Fraction(0)
    for part in of_lever.parts:
        line = [point_of[key_of(of_lever.levers(step, part))] for step in of_lever.steps]
        values = [points[point] for point in line if point in points]
        reach = max(reach, max(values) - min(values)) if values else reach
    return reach


def _notes(material: SweepMaterial, found: Sequence[Curves], still: Sequence[str], left_out: int) -> Iterator[str]:
    translate = material.translate
    yield translate("The red diamond is the baseline, where its own values lie on the axes.")
    if material.scatter:
        said = translate(
            "Every point is run {repeats} times. The line is the mean; the dark band holds the repeats from the 5th to "
            "the 95th in a hundred, the pale one all of them."
        )
        yield said.format(repeats=material.num_repeats)
    for one in found:
        if one.num_parts > len(one.parts) and one.split is not None:
            said = translate("Of {all} values of {lever}, {shown} are drawn; the table of points has the others.")
            yield said.format(all=one.num_parts, lever=material.lever(one.split), shown=len(one.parts))
    if still:
        yield translate("These figures are the same at every point: {figures}.").format(figures=material.listed(still))
    if left_out:
        said = translate("Charts that are left out: {charts}; the table of points has their values.")
        yield said.format(charts=left_out)


def _of_grid(material: SweepMaterial, number: int) -> Iterator[Curves]:
    grid = {path: tuple(values_of(written)) for path, written in material.settings.vary[number].items()}
    moving = [path for path, values in grid.items() if len(values) > 1]
    for lever in moving:
        if any(number_of(value) is None for value in grid[lever]):
            continue
        split = next((path for path in moving if path != lever), None)
        parts: tuple[Value, ...] = (None,) if split is None else grid[split]
        held = {path: _held(material, path, values) for path, values in grid.items() if path not in (lever, split)}
        steps = tuple(spread(grid[lever], MOST_MARKS))
        yield Curves(number + 1, lever, steps, split, tuple(spread(parts, MOST_LINES)), len(parts), held)


def _held(material: SweepMaterial, path: str, values: Sequence[Value]) -> Value:
    """The baseline's value where the grid has it, else the first."""
    own = material.baseline_value(path)
    number = number_of(own)
    same = (v for v in values if v == own or (number is not None and number_of(v) == number))
    return next(same, values[0])


def spread(values: Sequence[Item], most: int) -> Sequence[Item]:
    """At most so many of the values, evenly, with the first and the last."""
    if len(values) <= most:
        return values
    return [values[i * (len(values) - 1) // (most - 1)] for i in range(most)]


def _chart(
    material: SweepMaterial, of_lever: Curves, figure: Figure, point_of: Mapping[str, int], number: int
) -> Iterator[Chart]:
    translate = material.translate
    rows: list[dict[str, Any]] = []
    words: list[str] = []
    parts = [_part(material, of_lever, part) for part in of_lever.parts]
    for part, name in zip(of_lever.parts, parts, strict=True):
        told = []
        for step in of_lever.steps:
            row = _row(material, figure, step, point_of[key_of(of_lever.levers(step, part))])
            if row is not None:
                rows.append({**row[0], "part": name})
                told.append(f"{step}: {row[1]}")
        if told:
            ends = told[0] if len(told) == 1 else f"{told[0]} … {told[-1]}"
            words.append(f"{name} {ends}".strip())
    if not rows:
        return
    title, lever = material.figure_title(figure), material.lever(of_lever.lever)
    said = translate("{figure} by {lever}").format(figure=title, lever=lever)
    if of_lever.split is not None:
        said = translate("{figure} by {lever}, one line for each: {other}").format(
            figure=title, lever=lever, other=material.lever(of_lever.split)
        )
    if of_lever.held:
        said = translate("{chart}; held: {levers}").format(chart=said, levers=material.values(of_lever.held))
    is_share = INDICATORS[figure.indicator].unit == "share"
    spec = lines(rows, parts=parts, x=Axis(lever), y=Axis("", is_share), baseline=_baseline(material, of_lever, figure))
    yield Chart(f"curve-{number}", said, "; ".join(words), spec)


def _part(material: SweepMaterial, of_lever: Curves, value: Value) -> str:
    return "" if of_lever.split is None else material.value(of_lever.split, value)


def _row(material: SweepMaterial, figure: Figure, step: Value, point: int) -> tuple[dict[str, Any], str] | None:
    """What is drawn at a step, and in words; None where the point has no value."""
    value = material.results.points(figure).get(point)
    number = number_of(step)
    if value is None or number is None:
        return None
    row = {"x": float(number), "y": round(float(value), 6)}
    spread_of = material.scatter.get((figure, point))
    if spread_of is not None:
        names = {"low": "5%", "high": "95%", "least": "least", "most": "most"}
        row |= {name: round(spread_of[of], 6) for name, of in names.items()}
    return row, material.shown(figure, value)


def _baseline(material: SweepMaterial, of_lever: Curves, figure: Figure) -> tuple[float, float] | None:
    value, number = material.results.points(figure).get(0), number_of(material.baseline_value(of_lever.lever))
    return None if value is None or number is None else (float(number), round(float(value), 6))
