"""指标完成情况: feeder seats given and used, by feeder school, and cell by cell."""

from __future__ import annotations

from allocator.reports.material import Material
from allocator.reports.published_lines import Rankings
from allocator.reports.quota_use import by_feeder_school, cells, highest_scores
from allocator.reports.sections.quota import hidden_schools
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value, score
from allocator.reports.small_groups import WITHHELD


def quota_sheet(material: Material) -> Sheet:
    """One row for each feeder school that has seats."""
    translate, names = material.translate, material.names
    found = by_feeder_school(material)
    rows: list[tuple[Value, ...]] = []
    for (school, seats, admitted), hidden in zip(
        found.iter_rows(), hidden_schools(material, found).tolist(), strict=True
    ):
        used: tuple[Value, ...] = (WITHHELD, WITHHELD) if hidden else (admitted, max(seats - admitted, 0))
        rows.append((school, names.feeder_school[school], names.area_of_feeder_school.get(school), seats, *used))
    columns = (
        *_school_columns(material),
        SheetColumn(translate("Area"), width=12),
        SheetColumn(translate("Seats"), "number", 10),
        SheetColumn(translate("Admitted"), "number", 10),
        SheetColumn(translate("Unfilled"), "number", 10),
    )
    return Sheet(translate("Quota completion"), translate("Quota completion by feeder school"), columns, rows)


def cells_sheet(material: Material, rankings: Rankings) -> Sheet:
    """One row for each feeder school and programme; not in a public notice, whose cells are of single persons."""
    translate, names = material.translate, material.names
    highest = highest_scores(material, rankings)
    found = cells(material).sort("feeder_school_id", "batch", "programme_id", maintain_order=True)
    rows: list[tuple[Value, ...]] = [
        (
            row["feeder_school_id"],
            names.feeder_school[row["feeder_school_id"]],
            row["batch"],
            row["programme_id"],
            names.programme[row["programme_id"]],
            row["seats"],
            row["admitted"],
            max(row["seats"] - row["admitted"], 0),
            score(highest.get((row["batch"], row["programme_id"], row["pool"], row["feeder_school_id"]))),
            score(row["line"]),
        )
        for row in found.to_dicts()
    ]
    columns = (
        *_school_columns(material),
        SheetColumn(translate("Batch"), width=14),
        SheetColumn(translate("Programme number"), width=14),
        SheetColumn(translate("Programme"), width=28),
        SheetColumn(translate("Seats"), "number", 8),
        SheetColumn(translate("Admitted"), "number", 9),
        SheetColumn(translate("Unfilled"), "number", 8),
        SheetColumn(translate("Highest score"), "number", 9),
        SheetColumn(translate("Lowest score"), "number", 9),
    )
    heading = translate("Quota completion by feeder school and programme")
    return Sheet(translate("Quota by cell"), heading, columns, rows, landscape=True)


def _school_columns(material: Material) -> tuple[SheetColumn, ...]:
    translate = material.translate
    return SheetColumn(translate("Feeder school number"), width=14), SheetColumn(translate("Feeder school"), width=28)
