"""All indicators of the city, by track and batch, and what each one counts exactly."""

from __future__ import annotations

from collections.abc import Iterable

from allocator.indicators import FAMILIES, INDICATORS
from allocator.language import translator
from allocator.reports.blocks import Cell, Column, Definition, Section, Table
from allocator.reports.material import Material
from allocator.reports.names import indicator_title
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
        definitions=definitions(INDICATORS, material.language),
    )


def definitions(names: Iterable[str], language: str) -> tuple[Definition, ...]:
    """What some indicators count exactly."""
    translate = translator(language)
    return tuple(
        Definition(
            name,
            indicator_title(name, language),
            family_title(INDICATORS[name].family, language),
            translate(INDICATORS[name].definition),
            translate(INDICATORS[name].unit),
            INDICATORS[name].source,
        )
        for name in names
    )


def family_title(name: str, language: str) -> str:
    """What a family of indicators is called."""
    return FAMILIES[name].chinese_name if language == "zh" else name.replace("_", " ")


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
