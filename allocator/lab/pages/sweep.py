"""The page and the workbook of a sweep: the verdict first, then what moves with what, the points, the definitions."""

from __future__ import annotations

import json

from allocator.errors import message
from allocator.indicators import INDICATORS
from allocator.lab.pages.sweep_curves import curves
from allocator.lab.pages.sweep_frontier import frontier
from allocator.lab.pages.sweep_levers import levers, searches
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.pages.sweep_points import points
from allocator.lab.pages.sweep_sheets import sheets
from allocator.lab.pages.sweep_tornado import tornado
from allocator.lab.pages.sweep_verdict import verdict
from allocator.lab.sweep_results import Results
from allocator.reports.blocks import Column, Figure, Report, Section, Table
from allocator.reports.page import html
from allocator.reports.report import WORDS
from allocator.reports.sections.measures import definitions
from allocator.reports.workbook import xlsx

SECTIONS = (verdict, levers, curves, tornado, frontier, searches, points)
EFFECTIVE = message("The sweep as it took effect, and its baseline")


def page(results: Results, language: str) -> bytes:
    """The page's bytes."""
    return html(report(SweepMaterial(results, language))).encode()


def workbook(results: Results, language: str) -> bytes:
    """The workbook's bytes."""
    return xlsx(sheets(SweepMaterial(results, language)))


def report(material: SweepMaterial) -> Report:
    """The page as data."""
    translate = material.translate
    words = {name: translate(word) for name, word in {**WORDS, "effective": EFFECTIVE}.items()}
    said = translate("Variants of the scenario {scenario}").format(
        scenario=material.results.sweep.scenario.settings.name
    )
    found = [section(material) for section in SECTIONS]
    return Report(
        material.language,
        material.settings.name,
        said,
        words,
        (*(section for section in found if section is not None), _measures(material), _manifest(material)),
    )


def _measures(material: SweepMaterial) -> Section:
    """Definitions of all that was measured: every figure of the page leads there."""
    names = set(material.results.rows["indicator"].unique()) | {figure.indicator for figure in material.figures}
    return Section(
        "indicators",
        material.translate("What the figures count"),
        definitions=definitions([name for name in INDICATORS if name in names], material.language),
    )


def _manifest(material: SweepMaterial) -> Section:
    """What the sweep was made of, so that anybody can make it again."""
    translate, summary = material.translate, material.results.summary
    columns = (Column(translate("File")), Column("SHA-256"))
    inputs = Table("inputs", translate("Input files of the baseline"), columns, tuple(summary["inputs"].items()))
    text = json.dumps({"sweep": summary["sweep"], "scenario": summary["scenario"]}, ensure_ascii=False, indent=1)
    return Section(
        "manifest",
        translate("How this sweep was made"),
        figures=(Figure("allocator", summary["allocator"]),),
        notes=(
            translate(
                "The same sweep file and the same inputs give the same files, whoever runs the variants. The tables of "
                "this folder (Parquet and CSV) hold every variant and indicator."
            ),
        ),
        tables=(inputs,),
        text=text,
    )
