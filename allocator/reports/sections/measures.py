"""All indicators of the city, by track and batch, and what each one counts exactly."""

from __future__ import annotations

from allocator.indicators import FAMILIES, INDICATORS
from allocator.reports.blocks import Cell, Column, Definition, Section, Table
from allocator.reports.material import Material
from allocator.reports.numbers import NOTHING, indicator_text
from allocator.reports.small_groups import WITHHELD

_GROUPINGS = ("", "track", "batch", "pool")  # others have tables of their own
_PUBLIC_GROUPINGS = ("", "pool")  # several rates of one batch or track would give its small groups away


def measures(material: Material) -> Section:
    translate = material.translate
    return Section(
        "indicators",
        translate("Indicators and their definitions"),
        tables=(_table(material),),
        definitions=tuple(_definition(material, name) for name in INDICATORS),
    )


def _definition(material: Material, name: str) -> Definition:
    translate, indicator = material.translate, INDICATORS[name]
    family = FAMILIES[indicator.family]
    return Definition(
        name,
        material.indicator_title(name),
        family.chinese_name if material.language == "zh" else family.name.replace("_", " "),
        translate(indicator.definition),
        translate(indicator.unit),
        indicator.source,
    )


def _table(material: Material) -> Table:
    translate = material.translate
    tracks = {"general": translate("general"), "vocational": translate("vocational")}
    rows: list[tuple[Cell, ...]] = []
    for (name, group_by, group), row in material.by_indicator.items():
        if group_by not in (_PUBLIC_GROUPINGS if material.is_public else _GROUPINGS):
            continue
        exact = row["numerator"] is not None
        is_small = exact and material.withholds(row["numerator"])
        rows.append(
            (
                material.indicator_title(name),
                tracks.get(group, group) if group_by == "track" else group or translate("whole city"),
                WITHHELD if is_small else indicator_text(row),
                WITHHELD if is_small else f"{row['numerator']}/{row['denominator']}" if exact else NOTHING,
                translate(row["unit"]),
                None if row["absent"] is None else translate(row["absent"]),
            )
        )
    columns = (
        Column(translate("Indicator")),
        Column(translate("Group")),
        Column(translate("Value"), "number"),
        Column(translate("Exactly")),
        Column(translate("Unit")),
        Column(translate("Why there is none")),
    )
    return Table(
        "indicators-table", translate("Indicators of the city, by track, batch and pool"), columns, tuple(rows)
    )
