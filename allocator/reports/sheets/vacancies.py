"""征集志愿计划: the seats that are left, for a supplementary round."""

from __future__ import annotations

from allocator.reports.material import Material
from allocator.reports.sheets.roster import school_columns
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value


def vacancies_sheet(material: Material) -> Sheet:
    """One row for each programme with seats left, and in the office's own version how many could still come.

    Seats left are published as they are, also where few were admitted: people must know what they can ask for.
    """
    translate, names, programmes = material.translate, material.names, material.scenario.cohort.programmes
    row_of = {name: i for i, name in enumerate(programmes.ids)}
    rows: list[tuple[Value, ...]] = []
    for name, seats, would_take in material.outcome.vacancies.iter_rows():
        school, row = names.school_of[name], row_of[name]
        rows.append(
            (
                school,
                names.school[school],
                name,
                names.programme[name],
                translate("general") if programmes.is_general[row] else translate("vocational"),
                programmes.min_score.decimal(row),
                seats,
                *(() if material.is_public else (would_take,)),
            )
        )
    columns = (
        *school_columns(material),
        SheetColumn(translate("Track"), width=10),
        SheetColumn(translate("Least score"), "number", 10),
        SheetColumn(translate("Seats left"), "number", 10),
        *(() if material.is_public else (SheetColumn(translate("Unplaced who are eligible"), "number", 12),)),
    )
    return Sheet(
        translate("Supplementary plan"), translate("Plan of the supplementary round"), columns, rows, landscape=True
    )
