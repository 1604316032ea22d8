"""The tornado and the frontier of a sweep, as charts and tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from allocator.errors import Translate
from allocator.indicators import INDICATORS
from allocator.lab.pages.sweep_charts import Axis, bars_around
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.pages.sweep_points import cut
from allocator.lab.sweep_settings import Figure
from allocator.reports.blocks import Cell, Chart, Column, Defined, Section, Table

MOST_CHARTS = 2
MOST_BARS = 20
MOST_ROWS = 500  # of the table on the page


def tornado(material: SweepMaterial) -> Section | None:
    """How far each lever alone moves the figures; None where it was not asked for, or the baseline has no outcome."""
    if material.results.tornado is None or not material.results.tornado.height:
        return None
    translate, whole = material.translate, _table(material)
    notes = [translate("Each lever is moved alone, all others stay as in the baseline; the strongest comes first.")]
    if not whole.rows:
        notes.append(translate("None of these levers alone moves any figure."))
    return Section(
        "tornado",
        translate("Which lever moves a figure how far"),
        notes=tuple(notes),
        charts=tuple(_charts(material)),
        tables=(cut(material, whole, MOST_ROWS),) if whole.rows else (),
    )


def _moving(material: SweepMaterial) -> pl.DataFrame:
    assert material.results.tornado is not None  # asked only where there is one
    return material.results.tornado.filter(pl.col("swing") != "0")


def _table(material: SweepMaterial) -> Table:
    """Every figure of the whole city that a lever moves, and every such lever."""
    translate = material.translate
    rows: list[tuple[Cell, ...]] = []
    for row in _moving(material).iter_rows(named=True):
        name, lever = row["indicator"], row["lever"]
        figure = Figure(name)
        swing = material.change_text(figure, Fraction(row["swing"])).removeprefix("+")
        rows.append(
            (
                Defined(material.figure_title(figure), name),
                material.lever(lever),
                material.shown(figure, Fraction(row["baseline"])),
                material.shown(figure, Fraction(row["lowest"])),
                end_text(material, lever, row["lowest_at"]),
                material.shown(figure, Fraction(row["highest"])),
                end_text(material, lever, row["highest_at"]),
                swing,
            )
        )
    return Table("tornado-table", translate("Figures that a lever moves"), tornado_columns(translate), tuple(rows))


def tornado_columns(translate: Translate) -> tuple[Column, ...]:
    return (
        Column(translate("Figure")),
        Column(translate("Lever")),
        Column(translate("Baseline"), "number"),
        Column(translate("Lowest"), "number"),
        Column(translate("with the lever at")),
        Column(translate("Highest"), "number"),
        Column(translate("with the lever at")),
        Column(translate("Highest − lowest"), "number"),
    )


def end_text(material: SweepMaterial, lever: str, text: str) -> str:
    """The lever's value at an end of a bar; the baseline's, where it is the baseline itself."""
    if text == "":
        return material.translate("baseline")
    return material.value(lever, text)


def _charts(material: SweepMaterial) -> Iterator[Chart]:
    translate, table = material.translate, _moving(material)
    sides = (translate("Lowest"), translate("Highest"))
    moved = [figure for figure in material.figures if not figure.group_by]
    here = [(figure, table.filter(pl.col("indicator") == figure.indicator).head(MOST_BARS)) for figure in moved]
    for number, (figure, bars) in enumerate([one for one in here if one[1].height][:MOST_CHARTS], start=1):
        rows: list[dict[str, Any]] = []
        words: list[str] = []
        for row in bars.iter_rows(named=True):
            title = material.lever(row["lever"])
            for side, end in zip(sides, ("lowest", "highest"), strict=True):
                at = row[f"{end}_at"]
                label = material.value(row["lever"], at) if at else ""
                rows.append({"group": title, "side": side, "value": float(Decimal(row[end])), "label": label})
            ends = (material.shown(figure, Fraction(row[end])) for end in ("lowest", "highest"))
            words.append(f"{title}: {' – '.join(ends)}")
        name = material.figure_title(figure)
        axis = Axis(name, INDICATORS[figure.indicator].unit == "share")
        order = list(dict.fromkeys(row["group"] for row in rows))
        baseline = float(Decimal(bars["baseline"][0]))
        spec = bars_around(rows, order=order, sides=sides, baseline=baseline, x=axis)
        caption = translate("{figure}: each lever alone, around the baseline").format(figure=name)
        yield Chart(f"tornado-{number}", caption, "; ".join(words), spec)
