"""Seats left at the end of the run (征集志愿), programme by programme."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.reports.blocks import Cell, Column, Figure, Section, Table
from allocator.reports.material import Material
from allocator.reports.names import titled
from allocator.reports.numbers import indicator_text


def vacancies(material: Material) -> Section:
    translate = material.translate
    notes = () if material.outcome.vacancies.height else (translate("No seats are left."),)
    return Section(
        "vacancies",
        translate("Seats left over"),
        figures=tuple(_figures(material)),
        notes=notes,
        tables=(_table(material),) if material.outcome.vacancies.height else (),
    )


def _figures(material: Material) -> Iterator[Figure]:
    for name in ("unfilled_seats", "unfilled_share"):
        row = material.by_indicator[name, "", ""]
        if row["value"] is not None:
            yield Figure(material.indicator_title(name), indicator_text(row), name)


def _table(material: Material) -> Table:
    translate, programmes = material.translate, material.scenario.cohort.programmes
    is_general = dict(zip(programmes.ids, programmes.is_general.tolist(), strict=True))
    rows: list[tuple[Cell, ...]] = [
        (
            titled(name, material.names.programme[name]),
            translate("general") if is_general[name] else translate("vocational"),
            seats,
            None if material.withholds(would_take) else would_take,
        )
        for name, seats, would_take in material.outcome.vacancies.iter_rows()
    ]
    columns = (
        Column(translate("Programme")),
        Column(translate("Track")),
        Column(translate("Seats left"), "number"),
        Column(translate("Unplaced who are eligible"), "number"),
    )
    return Table("vacancies-table", translate("Programmes with seats left"), columns, tuple(rows))
