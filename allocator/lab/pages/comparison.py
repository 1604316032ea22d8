"""The page and the workbook of a comparison: the verdict first, then pair by pair who moved and why, then figures."""

from __future__ import annotations

from allocator.lab.compare import PAGE, WORKBOOK, Comparison
from allocator.lab.pages.compared import Compared
from allocator.lab.pages.comparison_figures import figures
from allocator.lab.pages.comparison_flows import flows
from allocator.lab.pages.comparison_lines import lines
from allocator.lab.pages.comparison_moves import why, winners
from allocator.lab.pages.comparison_settings import settings
from allocator.lab.pages.comparison_sheets import sheets
from allocator.lab.pages.comparison_verdict import verdict
from allocator.reports.blocks import Column, Report, Section, Table
from allocator.reports.page import html
from allocator.reports.report import WORDS
from allocator.reports.workbook import xlsx

OF_A_PAIR = (why, winners, flows, lines)


def made(comparison: Comparison, language: str) -> dict[str, bytes]:
    """The page and the workbook, by file name."""
    compared = Compared(comparison, language)
    return {
        PAGE: html(report(compared)).encode(),
        WORKBOOK: xlsx(sheets(compared, _heading(compared))),
    }


def report(compared: Compared) -> Report:
    """The page as data."""
    translate = compared.translate
    names = " / ".join(dict.fromkeys(side.scenario.settings.name for side in compared.sides))
    is_one = len({side.scenario.settings.name for side in compared.sides}) == 1
    return Report(
        compared.language,
        *((names, _heading(compared)) if is_one else (_heading(compared), names)),
        {name: translate(word) for name, word in WORDS.items()},
        (
            verdict(compared),
            settings(compared),
            *(section(compared, change) for change in compared.changes for section in OF_A_PAIR),
            figures(compared),
            _manifest(compared),
        ),
    )


def _heading(compared: Compared) -> str:
    said = compared.translate("Comparison of outcomes: {names}")
    return said.format(names=compared.translate(", ").join(compared.comparison.names))


def _manifest(compared: Compared) -> Section:
    """Of which files the outcomes are, so that anybody can see whether theirs are the same."""
    translate, sides = compared.translate, compared.sides
    digests = [side.outcome.manifest.get("outputs", {}) for side in sides]
    files = dict.fromkeys(file for of_side in digests for file in of_side)
    rows = tuple((file, *(of_side.get(file) for of_side in digests)) for file in files)
    note = translate("The outcomes are compared as their runs wrote them; allocator verify recomputes each of them.")
    columns = (Column(translate("File")), *(Column(side.name) for side in sides))
    table = Table("outputs", translate("Result files (SHA-256)"), columns, rows)
    return Section("manifest", translate("How this comparison was made"), (), (), (note,), (), (table,) if rows else ())
