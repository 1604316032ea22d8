"""The frontier of a sweep: the points that no other beats, as a chart and a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from allocator.indicators import INDICATORS
from allocator.lab.pages.sweep_charts import Axis, scatter
from allocator.lab.pages.sweep_curves import spread
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.pages.sweep_points import cut
from allocator.lab.sweep_settings import Figure, figure_of
from allocator.reports.blocks import Chart, Column, Section, Table

MOST_MARKS = 400  # of each kind
MOST_LABELS = 12
NEAR = 0.05  # of the range of an axis: closer labels would cover each other
MOST_ROWS = 500  # of the table on the page


def frontier(material: SweepMaterial) -> Section | None:
    """None where it was not asked for, or no point has all of its figures."""
    table = material.results.frontier
    if table is None or table["dominated"].is_null().all():
        return None
    translate, better = material.translate, material.settings.frontier
    ways = {"higher": translate("{figure}: higher is better"), "lower": translate("{figure}: lower is better")}
    said = [ways[way].format(figure=material.figure_title(figure_of(text))) for text, way in better.items()]
    notes = [
        *said,
        translate("A point is dominated where another is at least as good in every one of these and better in one."),
    ]
    if len(better) > 2:
        notes.append(translate("The chart shows the first two of these; domination counts all of them."))
    uncompared = table["dominated"].is_null().sum()
    if uncompared:
        notes.append(translate("{count:,} points lack a figure and are not compared.").format(count=uncompared))
    best = _table(material, table.filter(~pl.col("dominated")))
    return Section(
        "frontier",
        translate("The frontier: points that no other beats"),
        notes=tuple(notes),
        charts=tuple(_charts(material, table)),
        tables=(cut(material, best, MOST_ROWS),),
    )


def _table(material: SweepMaterial, table: pl.DataFrame) -> Table:
    """Points with their levers and the figures that are compared."""
    translate = material.translate
    figures = [figure_of(text) for text in material.settings.frontier]
    rows = tuple(
        (
            point,
            *(material.value(path, material.value_at(point, path)) for path in material.moved_levers),
            *(material.shown(figure, material.results.points(figure).get(point)) for figure in figures),
        )
        for point in table["point"]
    )
    columns = (
        Column(translate("Point"), "number"),
        *(Column(material.lever(path)) for path in material.moved_levers),
        *(Column(material.figure_title(figure), "number", figure.indicator) for figure in figures),
    )
    return Table("frontier-table", translate("Points that no other beats"), columns, rows)


def _charts(material: SweepMaterial, table: pl.DataFrame) -> Iterator[Chart]:
    figures = [figure_of(text) for text in material.settings.frontier][:2]
    if len(figures) < 2:
        return
    translate = material.translate
    kinds = (translate("beaten by none"), translate("dominated"))
    best = table.filter(~pl.col("dominated"))["point"].to_list()
    others = table.filter(pl.col("dominated"))["point"].to_list()
    rows = [*_marks(material, figures, others, kinds[1]), *_marks(material, figures, best, kinds[0])]
    titles = [material.figure_title(figure) for figure in figures]
    if not rows:
        return
    _label([row for row in rows if row["kind"] == kinds[0]])
    axes = [
        Axis(title, INDICATORS[figure.indicator].unit == "share") for title, figure in zip(titles, figures, strict=True)
    ]
    values = [material.results.points(figure).get(0) for figure in figures]
    own = None if None in values else (_drawn(values[0]), _drawn(values[1]))
    words = [
        f"{row['point']}: {material.shown(figures[0], material.results.points(figures[0])[row['point']])}, "
        f"{material.shown(figures[1], material.results.points(figures[1])[row['point']])}"
        for row in rows
        if row["kind"] == kinds[0]
    ][:MOST_LABELS]
    caption = translate("{first} and {second} at every point; the red diamond is the baseline")
    spec = scatter(rows, kinds=kinds, x=axes[0], y=axes[1], baseline=own)
    yield Chart("frontier-chart", caption.format(first=titles[0], second=titles[1]), "; ".join(words), spec)


def _marks(
    material: SweepMaterial, figures: Sequence[Figure], points: Sequence[int], kind: str
) -> list[dict[str, Any]]:
    x, y = (material.results.points(figure) for figure in figures)
    return [
        {"x": _drawn(x[point]), "y": _drawn(y[point]), "kind": kind, "point": point, "label": ""}
        for point in spread(points, MOST_MARKS)
    ]


def _label(rows: Sequence[dict[str, Any]]) -> None:
    """Write the numbers of some points beside them, where none stands yet."""
    room = {name: NEAR * (max(row[name] for row in rows) - min(row[name] for row in rows)) for name in ("x", "y")}
    labelled: list[dict[str, Any]] = []
    for row in spread(rows, 4 * MOST_LABELS):
        is_free = all(any(abs(row[name] - other[name]) > room[name] for name in room) for other in labelled)
        if is_free and len(labelled) < MOST_LABELS:
            row["label"] = str(row["point"])
            labelled.append(row)


def _drawn(value: Fraction | None) -> float:
    assert value is not None  # points without a figure are not compared
    return round(float(value), 6)
