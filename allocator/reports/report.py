"""The report, assembled: sections in the order in which they are read, the verdict first."""

from __future__ import annotations

from allocator.errors import message
from allocator.reports.blocks import Report
from allocator.reports.material import Material
from allocator.reports.sections.flows import flows
from allocator.reports.sections.groups import groups
from allocator.reports.sections.guideline import guideline
from allocator.reports.sections.lines import lines
from allocator.reports.sections.manifest import manifest
from allocator.reports.sections.measures import measures
from allocator.reports.sections.quota import quota
from allocator.reports.sections.vacancies import vacancies
from allocator.reports.sections.verdict import verdict

SECTIONS = (verdict, guideline, lines, quota, flows, groups, vacancies, measures, manifest)
WORDS = {  # of the page itself
    "contents": message("Contents"),
    "filter": message("Filter rows"),
    "sort": message("Sort by this column"),
    "rows": message("rows"),
    "open": message("Show the table"),
    "definition": message("Definition"),
    "unit": message("Unit"),
    "source": message("Source"),
    "top": message("Back to the top"),
    "effective": message("The scenario as it took effect"),
    "skip": message("Skip to the content"),
}


def report(material: Material) -> Report:
    """The report as data."""
    translate, settings = material.translate, material.scenario.settings
    kind = translate("Public notice of the admission") if material.is_public else translate("Report of the admission")
    subtitle = kind if settings.year is None else f"{settings.year} · {kind}"
    return Report(
        material.language,
        settings.name,
        subtitle,
        {name: translate(word) for name, word in WORDS.items()},
        tuple(section(material) for section in SECTIONS),
    )
