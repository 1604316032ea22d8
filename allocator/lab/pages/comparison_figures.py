"""Indicators of several outcomes beside each other, of the whole city and of its groups, with what each one counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from allocator.errors import Translate, message
from allocator.indicators import INDICATORS
from allocator.lab.pages.compared import Compared, Key
from allocator.lab.pages.differences import difference_text
from allocator.lab.side_by_side import Side
from allocator.reports.blocks import Cell, Column, Defined, Section, Table
from allocator.reports.group_names import group_title, grouping_title
from allocator.reports.names import indicator_title
from allocator.reports.numbers import NOTHING, indicator_text
from allocator.reports.sections.measures import definitions

MOST_ROWS = 500  # of a table by group on the page; all are in the workbook
UNCHANGED = message("unchanged")
_CHANGES = {"better": message("improved"), "worse": message("worsened"), "differs": message("changed")}


def figures(compared: Compared) -> Section:
    """The figures that an outcome has; those of groups only where they differ, and folded."""
    translate, found = compared.translate, compared.comparison.indicators
    has_value = pl.any_horizontal(pl.col(f"value {name}").is_not_null() for name in compared.comparison.names)
    city = found.filter((pl.col("group_by") == "") & has_value)
    of_city = _table(compared, "indicators-table", translate("Indicators of the whole city"), city, "")
    of_groups = tuple(_of_groups(compared))
    notes = [
        translate("Every name leads to its definition below. Differences are from the first outcome."),
        translate(
            "Improved and worsened say whether the indicator counts a higher value as better; where it does not say, "
            "the figure has changed."
        ),
    ]
    counted = {*city["indicator"], *(name for _, names in of_groups for name in names)}
    return Section(
        "indicators",
        translate("Indicators"),
        notes=tuple(notes),
        tables=(of_city, *(table for table, _ in of_groups)),
        definitions=definitions([name for name in INDICATORS if name in counted], compared.language),
    )


def _of_groups(compared: Compared) -> Iterator[tuple[Table, list[str]]]:
    """A folded table for each grouping, and the indicators in it."""
    translate, found = compared.translate, compared.comparison.indicators
    differs = pl.any_horizontal(
        pl.col(f"value {name}").ne_missing(pl.col(f"value {compared.comparison.names[0]}"))
        for name in compared.comparison.names[1:]
    )
    for group_by in found["group_by"].unique(maintain_order=True):
        here = found.filter((pl.col("group_by") == group_by) & differs)
        if group_by == "" or not here.height:
            continue
        caption = translate("Indicators that differ, by {grouping}").format(
            grouping=grouping_title(group_by, translate)
        )
        table = _table(compared, f"indicators-{group_by.replace('+', '-')}", caption, here.head(MOST_ROWS), group_by)
        if here.height > MOST_ROWS:
            said = translate("The first {shown:,} of {all:,} rows; all are in the workbook.")
            table = replace(table, note=said.format(shown=MOST_ROWS, all=here.height))
        yield table, here["indicator"].unique(maintain_order=True).to_list()


def _table(compared: Compared, name: str, caption: str, found: pl.DataFrame, group_by: str) -> Table:
    translate, sides = compared.translate, compared.sides
    rows: list[tuple[Cell, ...]] = []
    for row in found.iter_rows(named=True):
        key = (row["indicator"], row["group_by"], row["group"])
        changes = [change_title(row, side, translate) for side in sides[1:]]
        group = () if group_by == "" else (group_name(compared, row["group_by"], row["group"]),)
        title = Defined(indicator_title(row["indicator"], compared.language), row["indicator"])
        rows.append((title, *group, *_cells(compared, key, changes), translate(row["unit"])))
    heads = [Column(sides[0].name, "number")]
    for side in sides[1:]:
        heads.append(Column(side.name, "number"))
        heads.append(Column(compared.difference_title(side, translate("Difference")), "number"))
        heads.append(Column(compared.difference_title(side, translate("Better or worse"))))
    group_column = () if group_by == "" else (Column(translate("Group")),)
    columns = (Column(translate("Indicator")), *group_column, *heads, Column(translate("Unit")))
    return Table(name, caption, columns, tuple(rows), folded=group_by != "")


def _cells(compared: Compared, key: Key, changes: list[str | None]) -> Iterator[Cell]:
    """The value of each outcome, and after the first the difference and whether it is better."""
    rows = [of_side.get(key) for of_side in compared.figures]
    yield NOTHING if rows[0] is None else indicator_text(rows[0])
    for row, change in zip(rows[1:], changes, strict=True):
        yield NOTHING if row is None else indicator_text(row)
        yield difference_text(rows[0], row, compared.translate)
        yield change


def change_title(row: Mapping[str, Any], side: Side, translate: Translate) -> str | None:
    """Whether an indicator became better or worse, of a row of the indicators side by side; None without a value."""
    change = row[f"change {side.name}"]
    if change is None:
        return None if row[f"difference {side.name}"] is None else translate(UNCHANGED)
    return translate(_CHANGES[change])


def group_name(compared: Compared, group_by: str, group: str) -> str:
    """What a group is called: programmes, feeder schools and pools by their names too."""
    if group_by == "programme":
        return compared.programme(group)
    if group_by == "feeder_school":
        return compared.feeder_school(group)
    return compared.pool(group) if group_by == "pool" else group_title(group_by, group, compared.translate)
