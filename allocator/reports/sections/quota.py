"""The feeder-school quota (指标到校): what was given, what was used, and what it does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from allocator.reports.blocks import Cell, Chart, Column, Figure, Section, Table
from allocator.reports.charts import stacked_counts
from allocator.reports.material import Material
from allocator.reports.names import pool_title, titled
from allocator.reports.numbers import NOTHING, indicator_text, percent
from allocator.reports.quota_use import by_feeder_school, cells
from allocator.reports.small_groups import WITHHELD, withheld_alone
from allocator.scenario.cohort import BoolArray


def quota(material: Material) -> Section:
    translate = material.translate
    schools = by_feeder_school(material)
    hidden = hidden_schools(material, schools)
    tables = [_schools(material, schools, hidden), _matrix(material)] if schools.height else []
    notes = [] if schools.height else [translate("No batch has seats per feeder school.")]
    return Section(
        "quota",
        translate("Feeder-school quota and other reserved seats"),
        figures=tuple(_figures(material)),
        notes=tuple(notes),
        charts=tuple(_chart(material)),
        tables=tuple(tables),
    )


def hidden_schools(material: Material, schools: pl.DataFrame) -> BoolArray:
    """(feeder school,) whose admissions a public notice does not state, area by area: the areas' sums are known."""
    hidden = np.zeros(schools.height, dtype=np.bool_)
    if not material.is_public:
        return hidden
    areas = [material.names.area_of_feeder_school.get(name, "") for name in schools["feeder_school_id"]]
    admitted = schools["admitted"].to_numpy()
    for area in sorted(set(areas)):
        here = np.array([a == area for a in areas], dtype=np.bool_)
        hidden[here] = withheld_alone(admitted[here])
    return hidden


def _figures(material: Material) -> Iterator[Figure]:
    translate, settings = material.translate, material.scenario.settings
    for name in ("quota_completion", "quota_below_open_line"):
        row = material.by_indicator[name, "", ""]
        if row["value"] is not None and not material.withholds(row["numerator"]):
            fraction = f"{row['numerator']:,} / {row['denominator']:,}"
            yield Figure(material.indicator_title(name), indicator_text(row), name, fraction)
    for (name, by, pool), row in material.by_indicator.items():
        if name == "reserved_completion" and by == "pool" and not material.withholds(row["numerator"]):
            title = translate("{pool}: filled").format(pool=pool_title(settings, pool, translate))
            yield Figure(title, indicator_text(row), name, f"{row['numerator']:,} / {row['denominator']:,}")


def _chart(material: Material) -> Iterator[Chart]:
    """Feeder seats used and left, by the area of the feeder school."""
    translate = material.translate
    areas = {
        g: row
        for (i, by, g), row in material.by_indicator.items()
        if i == "quota_completion" and by == "area" and row["value"] is not None
    }
    counts = np.array([row["numerator"] for row in areas.values()], dtype=np.int64)
    hidden = withheld_alone(counts) if material.is_public else np.zeros(len(areas), dtype=np.bool_)
    shown = {g: row for (g, row), is_hidden in zip(areas.items(), hidden, strict=True) if not is_hidden}
    if not shown:
        return
    used, left = translate("used"), translate("left")
    rows = [(g, used, row["numerator"]) for g, row in shown.items()]
    rows += [(g, left, max(row["denominator"] - row["numerator"], 0)) for g, row in shown.items()]
    words = "; ".join(f"{g} {indicator_text(row)}" for g, row in shown.items())
    spec = stacked_counts(rows, group_order=list(shown), parts=[used, left], title=translate("feeder seats"))
    yield Chart("quota-chart", translate("Feeder seats used, by area of the feeder school"), words, spec)


def _schools(material: Material, schools: pl.DataFrame, hidden: BoolArray) -> Table:
    translate, names = material.translate, material.names
    rows: list[tuple[Cell, ...]] = []
    for (name, seats, admitted), is_hidden in zip(schools.iter_rows(), hidden.tolist(), strict=True):
        shown: tuple[Cell, ...] = (admitted, max(seats - admitted, 0), percent(admitted, seats))
        area = names.area_of_feeder_school.get(name)
        rows.append((titled(name, names.feeder_school[name]), area, seats, *((WITHHELD,) * 3 if is_hidden else shown)))
    columns = (
        Column(translate("Feeder school")),
        Column(translate("Area")),
        Column(translate("Seats"), "number"),
        Column(translate("Admitted"), "number"),
        Column(translate("Unfilled"), "number"),
        Column(material.indicator_title("quota_completion"), "number", "quota_completion"),
    )
    return Table("quota-schools", translate("Quota completion by feeder school"), columns, tuple(rows))


def _matrix(material: Material) -> Table:
    """The matrix: programmes across, feeder schools down; admitted / seats, in a public notice the seats alone."""
    translate, names = material.translate, material.names
    found = cells(material).group_by("feeder_school_id", "programme_id").agg(pl.sum("seats", "admitted"))
    of_cell = {
        (school, programme): (seats, admitted)
        for school, programme, seats, admitted in found.iter_rows()
        if seats or admitted
    }
    schools = sorted({school for school, _ in of_cell})
    programmes = sorted({programme for _, programme in of_cell})
    rows: list[tuple[Cell, ...]] = []
    for school in schools:
        row: list[Cell] = [titled(school, names.feeder_school[school])]
        for programme in programmes:
            seats, admitted = of_cell.get((school, programme), (0, 0))
            stated: Cell = seats if material.is_public else f"{admitted}/{seats}"
            row.append(stated if seats or admitted else NOTHING)
        rows.append(tuple(row))
    caption = translate("Feeder seats: seats") if material.is_public else translate("Feeder seats: admitted / seats")
    columns = [Column(titled(name, names.programme[name]), "number") for name in programmes]
    return Table(
        "quota-matrix",
        caption,
        (Column(translate("Feeder school")), *columns),
        tuple(rows),
        folded=True,
        note=translate("The whole matrix, cell by cell with scores, is in the workbook."),
    )
