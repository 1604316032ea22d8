"""The first sheet: the verdict, and what the others hold."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.errors import Translate
from allocator.reports.blocks import Section
from allocator.reports.material import Material
from allocator.reports.sections.verdict import verdict
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value


def cover(material: Material, others: Sequence[Sheet]) -> Sheet:
    settings = material.scenario.settings
    heading = settings.name if settings.year is None else f"{settings.year} {settings.name}"
    return overview(heading, verdict(material), others, material.translate)


def overview(heading: str, said: Section, others: Sequence[Sheet], translate: Translate) -> Sheet:
    """What a section says, line by line, and a line for each of the other sheets."""
    rows: list[tuple[Value, ...]] = [(statement.title, statement.text) for statement in said.statements]
    rows += [(figure.title, figure.value) for figure in said.figures]
    rows += [(translate("Note"), note) for note in said.notes]
    number = translate("{heading}: {rows} rows")
    rows += [(sheet.title, number.format(heading=sheet.heading, rows=len(sheet.rows))) for sheet in others]
    columns = (SheetColumn(translate("Item"), width=22), SheetColumn(translate("Content"), width=90))
    return Sheet(translate("Overview"), heading, columns, rows, landscape=True)
