"""录取分数线表: lines by batch, programme and pool, each with all that decides equals."""

from __future__ import annotations

from allocator.reports.material import Material
from allocator.reports.names import pool_title
from allocator.reports.published_lines import Rankings, pool_lines, withheld_pools
from allocator.reports.sheets.roster import school_columns
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value, score
from allocator.reports.small_groups import WITHHELD


def lines_sheet(material: Material, rankings: Rankings) -> Sheet:
    """The tie value of the last admission is left out of a public notice: it gives the identifier away (R2)."""
    translate, names = material.translate, material.names
    rows: list[tuple[Value, ...]] = []
    lines = pool_lines(material, rankings)
    for line, small in zip(lines, withheld_pools(material, lines), strict=True):
        school = names.school_of[line.programme_id]
        found: tuple[Value, ...] = (line.admitted, score(line.line), line.rank, line.line_choice)
        rows.append(
            (
                line.batch,
                school,
                names.school[school],
                line.programme_id,
                names.programme[line.programme_id],
                pool_title(material.scenario.settings, line.pool, translate),
                score(line.floor),
                line.seats,
                *((WITHHELD,) * len(found) if small else found),
                *(() if material.is_public else (line.line_tie,)),
            )
        )
    columns = (
        SheetColumn(translate("Batch"), width=14),
        *school_columns(material),
        SheetColumn(translate("Pool"), width=18),
        SheetColumn(translate("Floor"), "number", 11),
        SheetColumn(translate("Seats"), "number", 8),
        SheetColumn(translate("Admitted"), "number", 9),
        SheetColumn(translate("Lowest score"), "number", 9),
        SheetColumn(translate("Rank"), "number", 9),
        SheetColumn(translate("Choice number of the last"), "number", 11),
        *(() if material.is_public else (SheetColumn(translate("Tie value of the last"), width=20),)),
    )
    return Sheet(translate("Lines"), translate("Lines by batch, programme and pool"), columns, rows, landscape=True)
