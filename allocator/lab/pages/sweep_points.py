"""All points of a sweep: their levers, what became of them, and the headline figures with their differences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from allocator.errors import message
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.values import number_of, values_of
from allocator.reports.blocks import Cell, Column, Section, Table
from allocator.reports.numbers import NOTHING

STATUS = {
    "done": message("done"),
    "unproven": message("stopped by their limits, the best that was found"),
    "infeasible": message("infeasible"),
    "unfinished": message("stopped by their limits without any outcome"),
    "invalid": message("not possible with these tables"),
}
WITH_OUTCOME = ("done", "unproven")
MOST_POINTS = 2_000  # rows of a table on the page


def points(material: SweepMaterial) -> Section:
    """All points: their levers, what became of them, and the headline figures with their differences."""
    translate = material.translate
    all_points = sorted(material.levers_of)
    shown = all_points[:MOST_POINTS]
    rows = tuple(tuple(_cells(material, point)) for point in shown)
    columns = [
        Column(translate("Point"), "number"),
        *(Column(material.lever(path), _kind(material, path)) for path in material.moved_levers),
        *(() if material.all_done else (Column(translate("Outcome")),)),
    ]
    for figure in material.figures:
        columns.append(Column(material.figure_title(figure), "number", figure.indicator))
        columns.append(Column(translate("vs baseline"), "number"))
    note = cut_note(material, len(shown), len(all_points))
    table = Table("points-table", translate("All points"), tuple(columns), rows, note=note)
    notes = (translate("Point 0 is the baseline. A click on a header sorts; the box above the table filters."),)
    return Section("points", translate("All points, with differences from the baseline"), notes=notes, tables=(table,))


def _cells(material: SweepMaterial, point: int) -> Iterator[Cell]:
    yield point
    for path in material.moved_levers:
        yield material.value(path, material.value_at(point, path))
    if not material.all_done:
        yield outcome_text(material, point)
    for figure in material.figures:
        yield material.shown(figure, material.results.points(figure).get(point))
        yield NOTHING if point == 0 else material.difference_shown(figure, point)


def _kind(material: SweepMaterial, path: str) -> Literal["text", "number"]:
    """Whether all values of a lever are numbers."""
    written = [grid[path] for grid in material.settings.vary if path in grid]
    written += [material.settings.tornado[path]] if path in material.settings.tornado else []
    is_number = all(number_of(value) is not None for one in written for value in values_of(one)[:MOST_POINTS])
    return "number" if is_number else "text"


def outcome_text(material: SweepMaterial, point: int) -> str:
    """What became of a point's variants, where not all of them have an outcome."""
    translate, statuses = material.translate, material.statuses[point]
    if len(set(statuses)) == 1:
        return translate(STATUS[statuses[0]])
    counted = {name: statuses.count(name) for name in STATUS if name in statuses}
    return material.listed(f"{translate(STATUS[name])} {number}" for name, number in counted.items())


def cut(material: SweepMaterial, table: Table, most: int) -> Table:
    """The first rows of a table; a note says where the others are."""
    return replace(table, rows=table.rows[:most], note=cut_note(material, min(most, len(table.rows)), len(table.rows)))


def cut_note(material: SweepMaterial, shown: int, rows: int) -> str:
    """Where the other rows of a table are; empty where there are none."""
    if shown == rows:
        return ""
    said = material.translate("The first {shown:,} of {rows:,} rows; the workbook and the tables beside it have more.")
    return said.format(shown=shown, rows=rows)
