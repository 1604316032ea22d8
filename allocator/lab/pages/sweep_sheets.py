"""The sheets of a sweep's workbook: everything that its page shows, whole, and numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import polars as pl

from allocator.errors import message
from allocator.lab.exact import rounded
from allocator.lab.find import Found
from allocator.lab.pages.sweep_levers import levers_table, target_text, tried_text
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.pages.sweep_points import outcome_text
from allocator.lab.pages.sweep_tornado import end_text, tornado_columns
from allocator.lab.pages.sweep_verdict import reasons, verdict
from allocator.lab.sweep_settings import Figure, figure_of
from allocator.lab.values import Value as Lever
from allocator.lab.values import number_of
from allocator.reports.blocks import Cell, Defined, Table
from allocator.reports.sections.measures import definitions
from allocator.reports.sheets.cover import overview
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value

WIDTHS = {"text": 24, "number": 12}  # characters
MOST_POINTS = 100_000  # a spreadsheet of more rows cannot be worked with; the tables beside it have all
# By the name in the bands: what it is called.
_SCATTER = {
    "5%": message("lowest 5%"),
    "95%": message("highest 95%"),
    "least": message("least"),
    "most": message("most"),
}


def sheets(material: SweepMaterial) -> tuple[Sheet, ...]:
    """An overview, the levers, all points, and what was asked for besides."""
    translate, results = material.translate, material.results
    others = [_sheet(translate("Levers"), levers_table(material)), _points(material)]
    others += [_sheet(translate("Without outcome"), table) for table in reasons(material)]
    if results.frontier is not None:
        others.append(_frontier(material, results.frontier))
    if results.tornado is not None:
        others.append(_tornado(material, results.tornado))
    others += [_tried(material, found, number) for number, found in enumerate(results.swept.found, start=1)]
    others.append(_definitions(material))
    return overview(material.settings.name, verdict(material), others, translate), *others


def _sheet(title: str, table: Table) -> Sheet:
    """A table of the page as a sheet."""
    columns = tuple(SheetColumn(column.title, column.kind, WIDTHS[column.kind]) for column in table.columns)
    rows = [tuple(_value(cell) for cell in row) for row in table.rows]
    return Sheet(title, table.caption, columns, rows, landscape=True)


def _value(cell: Cell) -> Value:
    return cell.text if isinstance(cell, Defined) else cell


def _points(material: SweepMaterial) -> Sheet:
    """Every point with its levers, figures rounded to six places, their differences, and how the repeats lie."""
    translate, results = material.translate, material.results
    rows: list[tuple[Value, ...]] = []
    for point in sorted(material.levers_of)[:MOST_POINTS]:
        cells: list[Value] = [point, *_levers(material, point)]
        cells.append(outcome_text(material, point))
        for figure in material.figures:
            cells.append(_number(results.points(figure).get(point)))
            cells.append(_number(material.difference(figure, point)))
            if material.scatter:
                here = material.scatter.get((figure, point), {})
                cells += [Decimal(str(round(here[name], 6))) if name in here else None for name in _SCATTER]
        rows.append(tuple(cells))
    columns = _lever_columns(material)
    columns.append(SheetColumn(translate("Outcome"), width=16))
    for figure in material.figures:
        columns.append(SheetColumn(material.figure_title(figure), "number", 14))
        columns.append(SheetColumn(translate("vs baseline"), "number", 12))
        if material.scatter:
            columns += [SheetColumn(translate(name), "number", 9) for name in _SCATTER.values()]
    heading = translate("All points, with differences from the baseline")
    return Sheet(translate("Points"), heading, tuple(columns), rows, landscape=True)


def _lever_columns(material: SweepMaterial) -> list[SheetColumn]:
    levers = [SheetColumn(material.lever(path), width=16) for path in material.moved_levers]
    return [SheetColumn(material.translate("Point"), "number", 8), *levers]


def _levers(material: SweepMaterial, point: int) -> Iterator[Value]:
    """The values of the levers at a point; numbers as numbers."""
    for path in material.moved_levers:
        yield _lever_value(material, path, material.value_at(point, path))


def _lever_value(material: SweepMaterial, path: str, value: Lever) -> Value:
    number = number_of(value)
    return material.value(path, value) if number is None else number


def _frontier(material: SweepMaterial, table: pl.DataFrame) -> Sheet:
    """Every point that is compared, and which point of the frontier dominates it, if one does."""
    translate, texts = material.translate, list(material.settings.frontier)
    rows: list[tuple[Value, ...]] = [
        (row["point"], *_levers(material, row["point"]), *(Decimal(row[text]) for text in texts), row["dominated_by"])
        for row in table.filter(pl.col("dominated").is_not_null()).head(MOST_POINTS).iter_rows(named=True)
    ]
    columns = [
        *_lever_columns(material),
        *(SheetColumn(material.figure_title(figure_of(text)), "number", 14) for text in texts),
        SheetColumn(translate("Dominated by point"), "number", 12),
    ]
    heading = translate("Which points no other beats")
    return Sheet(translate("Frontier"), heading, tuple(columns), rows, landscape=True)


def _tornado(material: SweepMaterial, table: pl.DataFrame) -> Sheet:
    """Every figure of the whole city and every lever that is moved alone."""
    translate = material.translate
    rows: list[tuple[Value, ...]] = [
        (
            material.figure_title(Figure(row["indicator"])),
            material.lever(row["lever"]),
            Decimal(row["baseline"]),
            Decimal(row["lowest"]),
            end_text(material, row["lever"], row["lowest_at"]),
            Decimal(row["highest"]),
            end_text(material, row["lever"], row["highest_at"]),
            Decimal(row["swing"]),
        )
        for row in table.iter_rows(named=True)
    ]
    columns = tuple(
        SheetColumn(column.title, column.kind, WIDTHS[column.kind]) for column in tornado_columns(translate)
    )
    heading = translate("Which lever moves a figure how far")
    return Sheet(translate("Tornado"), heading, columns, rows, landscape=True)


def _tried(material: SweepMaterial, found: Found, number: int) -> Sheet:
    """What was tried for a target, the nearest first."""
    translate, find = material.translate, found.find
    rows: list[tuple[Value, ...]] = [
        (_lever_value(material, find.by, value), _number(reached), tried_text(material, find, reached))
        for value, reached in found.tried[:MOST_POINTS]
    ]
    columns = (
        SheetColumn(material.lever(find.by), width=24),
        SheetColumn(material.figure_title(find.target.figure), "number", 24),
        SheetColumn(translate("Target"), width=16),
    )
    heading = translate("Tried for: {target}").format(target=target_text(material, find))
    return Sheet(translate("Search {number}").format(number=number), heading, columns, rows, landscape=True)


def _number(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(rounded(value))


def _definitions(material: SweepMaterial) -> Sheet:
    translate = material.translate
    rows: list[tuple[Value, ...]] = [
        (one.title, one.name, one.text, one.unit, one.source)
        for one in definitions(dict.fromkeys(figure.indicator for figure in material.figures), material.language)
    ]
    columns = (
        SheetColumn(translate("Indicator"), width=24),
        SheetColumn(translate("Name in the tables"), width=24),
        SheetColumn(translate("Definition"), width=70),
        SheetColumn(translate("Unit"), width=10),
        SheetColumn(translate("Source"), width=40),
    )
    return Sheet(translate("Definitions"), translate("What the figures count"), columns, rows, landscape=True)
