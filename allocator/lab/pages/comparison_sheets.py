"""The sheets of a comparison's workbook: everything that its page shows, whole, and numbers as numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import polars as pl

from allocator.lab.pages.compared import Change, Compared
from allocator.lab.pages.comparison_figures import change_title, group_name
from allocator.lab.pages.comparison_flows import all_flows
from allocator.lab.pages.comparison_lines import by_movement
from allocator.lab.pages.comparison_moves import groups, reasons
from allocator.lab.pages.comparison_settings import differing
from allocator.lab.pages.comparison_verdict import outcomes, verdict
from allocator.reports.blocks import Cell, Defined, Table
from allocator.reports.group_names import grouping_title
from allocator.reports.names import indicator_title
from allocator.reports.sheets.cover import overview
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value, score

_NUMBER = re.compile(r"[+-]?[0-9,]+(\.[0-9]+)?")
WIDTHS = {"text": 24, "number": 12}  # characters


def sheets(compared: Compared, heading: str) -> tuple[Sheet, ...]:
    """An overview, what is of all outcomes, and then the tables of each pair."""
    translate = compared.translate
    of_all = [
        _sheet(translate("Outcomes"), outcomes(compared)),
        _sheet(translate("Differing values"), differing(compared)),
        _indicators(compared),
    ]
    of_pairs = [
        sheet
        for change in compared.changes
        for sheet in (
            _sheet(_title(translate("Reasons"), change), reasons(compared, change)),
            _groups(compared, change),
            _sheet(_title(translate("Flows"), change), all_flows(compared, change)),
            _lines(compared, change),
        )
    ]
    others = [*of_all, *of_pairs]
    return overview(heading, verdict(compared), others, translate), *others


def _title(title: str, change: Change) -> str:
    """A sheet's title, with the number of the other outcome where there are several."""
    return title if change.is_only else f"{title} {change.number}"


def _sheet(title: str, table: Table) -> Sheet:
    """A table of the page as a sheet."""
    columns = tuple(SheetColumn(column.title, column.kind, WIDTHS[column.kind]) for column in table.columns)
    rows = [tuple(_value(cell, column) for cell, column in zip(row, columns, strict=True)) for row in table.rows]
    return Sheet(title, table.caption, columns, rows, landscape=True)


def _value(cell: Cell, column: SheetColumn) -> Value:
    """What the page states with a sign or separators is a number of the sheet."""
    if isinstance(cell, Defined):
        return cell.text
    if isinstance(cell, str) and column.kind == "number" and _NUMBER.fullmatch(cell):
        return Decimal(cell.replace(",", ""))
    return cell


def _groups(compared: Compared, change: Change) -> Sheet:
    """Who moved in each group, as counts alone."""
    of_page = groups(compared, change)
    counts = change.pair.groups.drop("group_by", "group").iter_rows()
    rows = [(row[0], *numbers) for row, numbers in zip(of_page.rows, counts, strict=True)]
    found = replace(of_page, rows=tuple(rows))
    return _sheet(_title(compared.translate("Groups"), change), found)


def _indicators(compared: Compared) -> Sheet:
    """Every indicator of every group that has a value, rounded to six places; differences are of the exact values."""
    translate, sides = compared.translate, compared.sides
    rows: list[tuple[Value, ...]] = []
    has_value = pl.any_horizontal(pl.col(f"value {side.name}").is_not_null() for side in sides)
    for row in compared.comparison.indicators.filter(has_value).iter_rows(named=True):
        cells: list[Value] = [score(row[f"value {sides[0].name}"])]
        for side in sides[1:]:
            cells += [score(row[f"value {side.name}"]), score(row[f"difference {side.name}"])]
            cells.append(change_title(row, side, translate))
        rows.append(
            (
                indicator_title(row["indicator"], compared.language),
                grouping_title(row["group_by"], translate),
                group_name(compared, row["group_by"], row["group"]),
                *cells,
                translate(row["unit"]),
            )
        )
    heads = [SheetColumn(sides[0].name, "number", 14)]
    for side in sides[1:]:
        heads.append(SheetColumn(side.name, "number", 14))
        heads.append(SheetColumn(compared.difference_title(side, translate("Difference")), "number", 14))
        heads.append(SheetColumn(compared.difference_title(side, translate("Better or worse")), width=12))
    columns = (
        SheetColumn(translate("Indicator"), width=32),
        SheetColumn(translate("Grouped by"), width=22),
        SheetColumn(translate("Group"), width=28),
        *heads,
        SheetColumn(translate("Unit"), width=16),
    )
    heading = translate("Indicators of all groups, shares as decimals")
    return Sheet(translate("Indicators"), heading, columns, rows, landscape=True)


def _lines(compared: Compared, change: Change) -> Sheet:
    """Every line that moved, those of single feeder schools too."""
    translate, names = compared.translate, compared.names
    yes, no = translate("yes"), translate("no")
    full = {True: yes, False: no, None: None}
    rows: list[tuple[Value, ...]] = [
        (
            row["batch"],
            row["programme_id"],
            names.programme[row["programme_id"]],
            compared.pool(row["pool"]),
            None if row["feeder_school_id"] is None else compared.feeder_school(row["feeder_school_id"]),
            score(row["before"]),
            score(row["after"]),
            score(row["movement"]),
            full[row["full_before"]],
            full[row["full_after"]],
        )
        for row in by_movement(change.pair.lines).iter_rows(named=True)
    ]
    all_taken = translate("{outcome}: all seats taken")
    columns = (
        SheetColumn(translate("Batch"), width=14),
        SheetColumn(translate("Programme number"), width=14),
        SheetColumn(translate("Programme"), width=28),
        SheetColumn(translate("Pool"), width=18),
        SheetColumn(translate("Feeder school"), width=28),
        SheetColumn(change.before.name, "number", 12),
        SheetColumn(change.after.name, "number", 12),
        SheetColumn(translate("Difference"), "number", 12),
        SheetColumn(all_taken.format(outcome=change.before.name), width=14),
        SheetColumn(all_taken.format(outcome=change.after.name), width=14),
    )
    heading = change.titled(translate("Lines that moved, by batch, programme and pool"), translate)
    return Sheet(_title(translate("Lines"), change), heading, columns, rows, landscape=True)
