"""Seats left at the end of the run (征集志愿), programme by programme."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.reports.blocks import Cell, Column, Figure, Section, Table
from allocator.reports.material import Material
from allocator.reports.names import titled
from allocator.reports.numbers import indicator_text
from allocator.reports.small_groups import WITHHELD


def vacancies(material: Material) -> Section:
    translate = material.translate
    notes = () if material.outcome.vacancies.height else (translate("No seats are left."),)
    return Section(
        "vacancies",
        translate("Seats left over"),
        figures=tuple(_figures(material)),
        notes=notes,
        tables=tuple(_tables(material)),
    )


def _figures(material: Material) -> Iterator[Figure]:
    for name in ("unfilled_seats", "unfilled_share"):
        row = material.by_indicator[name, "", ""]
        if row["value"] is not None:
            yield Figure(material.indicator_title(name), indicator_text(row), name)


def _tables(material: Material) -> Iterator[Table]:
    if material.outcome.vacancies.height:
        yield _vacancies(material)
    if material.outcome.closures.height:
        yield _closures(material)


def _closures(material: Material) -> Table:
    """Programmes that would have opened under their least size (R10, `min_open`), and which were closed."""
    translate = material.translate
    rows: list[tuple[Cell, ...]] = [
        (
            titled(row["programme_id"], material.names.programme[row["programme_id"]]),
            row["min_open"],
            WITHHELD if material.withholds(row["admitted_if_open"]) else row["admitted_if_open"],
            translate("closed") if row["closed"] else translate("open"),
        )
        for row in material.outcome.closures.to_dicts()
    ]
    columns = (
        Column(translate("Programme")),
        Column(translate("Least to open"), "number"),
        Column(translate("Admitted if all open"), "number"),
        Column(translate("State")),
    )
    return Table("closures-table", translate("Programmes near their least size"), columns, tuple(rows))


def _vacancies(material: Material) -> Table:
    translate, programmes = material.translate, material.scenario.cohort.programmes
    is_general = dict(zip(programmes.ids, programmes.is_general.tolist(), strict=True))
    rows: list[tuple[Cell, ...]] = [
        (
            titled(name, material.names.programme[name]),
            translate("general") if is_general[name] else translate("vocational"),
            seats,
            WITHHELD if material.withholds(would_take) else would_take,
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
