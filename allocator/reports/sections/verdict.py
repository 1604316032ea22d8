"""The verdict: whether the outcome is what the rules give, whether the guideline is met, and the main figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allocator.errors import Translate, message
from allocator.reports.blocks import Column, Figure, Section, Statement, Table
from allocator.reports.material import Material
from allocator.reports.numbers import NOTHING, published_share
from allocator.reports.small_groups import LEAST_GROUP
from allocator.scenario.settings import Guideline

SYNTHETIC = message("The applicants are a synthetic cohort: the figures are of a model, not of people.")
_TITLES = {
    "P1": message("Everyone is admitted at most once, where they are eligible"),
    "P2": message("No pool holds more than its seats"),
    "P3": message("No justified envy"),
    "P4": message("No seat is wasted"),
    "P5": message("Priority is exactly what the rules say"),
    "P6": message("The seats of every programme balance"),
    "P7": message("The guideline's share is recomputed"),
    "P8": message("Feeder seats are shared as the rules say"),
    "P9": message("Optimal batches are feasible, and proven or bounded"),
    "P10": message("Published lines decide every result"),
}


def verdict(material: Material) -> Section:
    translate, summary = material.translate, material.outcome.summary
    title = material.indicator_title
    counts = [
        Figure(translate("Applicants"), f"{summary['applicants']:,}"),
        Figure(translate("Filed choices"), f"{summary['filed']:,}"),
        Figure(translate("Seats"), f"{summary['seats']:,}"),
        Figure(translate("Admitted"), f"{summary['admitted']:,}"),
        Figure(translate("General track"), f"{summary['general']:,}"),
        Figure(translate("Vocational track"), f"{summary['vocational']:,}"),
        Figure(translate("Unplaced"), f"{summary['unplaced']:,}"),
        Figure(title("first_choice_rate"), published_share(summary["first_choice"]), "first_choice_rate"),
    ]
    return Section(
        "verdict",
        translate("Verdict"),
        statements=tuple(_statements(material)),
        figures=tuple(counts),
        notes=tuple(_notes(material)),
        tables=(_properties(material), *_optimal(material)),
    )


def _statements(material: Material) -> Iterator[Statement]:
    translate = material.translate
    held = material.certificate.verdicts
    said = translate("All {count} properties hold; they were recomputed from the input when this report was made.")
    yield Statement(translate("Verified"), said.format(count=len(held)), "good")
    yield guideline_statement(material.scenario.settings.guideline, material.outcome.summary, translate)
    if material.outcome.optimal or "closures" in material.outcome.summary:
        if material.outcome.is_proven:
            yield Statement(translate("Optimum"), translate("Every optimum is proven."), "good")
        else:
            said = translate("Not every optimum is proven; the summary has the bounds of what is not.")
            yield Statement(translate("Optimum"), said, "bad")


def guideline_statement(rule: Guideline | None, summary: Mapping[str, Any], translate: Translate) -> Statement:
    """Whether the guideline (R8) is met, with the shares that decide it."""
    found, title = summary["guideline"], translate("Guideline")
    if found is None or rule is None:
        return Statement(title, translate("The scenario has no guideline."))
    limit = limit_text(rule, translate)
    if list(found["scopes"]) == [""]:
        share = published_share(found["scopes"][""])
        met, exceeded = translate("Met: {share}, at most {limit}."), translate("Exceeded: {share}, at most {limit}.")
        said = (met if found["met"] else exceeded).format(share=share, limit=limit)
        return Statement(title, said, "good" if found["met"] else "bad")
    above = [scope for scope, values in found["scopes"].items() if not values["met"]]
    if not above:
        return Statement(title, translate("Met in every area: at most {limit}.").format(limit=limit), "good")
    said = translate("Exceeded (at most {limit}) in: {areas}.").format(limit=limit, areas=", ".join(above))
    return Statement(title, said, "bad")


def limit_text(guideline: Guideline, translate: Translate) -> str:
    """The largest share of the general track, and of whom: ``62% of all admitted``."""
    said = {
        "admitted": translate("{limit} of all admitted"),
        "applicants": translate("{limit} of all applicants"),
    }
    return said[guideline.basis].format(limit=f"{(guideline.limit * 100).normalize():f}%")


def _notes(material: Material) -> Iterator[str]:
    """What a reader must bear in mind (rules.md, section 4)."""
    translate, settings = material.translate, material.scenario.settings
    ordered = [batch.name for batch in settings.batches if batch.order != "score_first" and batch.mechanism == "stable"]
    if ordered:
        said = translate(
            "In these batches the order of the choices counts for priority, so an applicant can gain by another list: "
            "{batches}."
        )
        yield said.format(batches=", ".join(ordered))
    if len(settings.batches) > 1:
        yield translate(
            "Whoever is admitted in a batch takes no part in later ones, so across batches an applicant can gain by "
            "leaving a choice out."
        )
    if settings.cohort is not None:
        yield translate(SYNTHETIC)
    if material.is_public:
        said = translate(
            "Public notice: names and identifiers are masked. Apart from totals of the whole city, figures about fewer "
            "than {least} persons, and those from which they could be worked out, are withheld and shown as *."
        )
        yield said.format(least=LEAST_GROUP)


def _properties(material: Material) -> Table:
    translate = material.translate
    rows = []
    for name, holds in material.certificate.verdicts.items():
        checked = sum(material.certificate.checked.get(name, {}).values())
        verdict = translate("holds") if holds else translate("BREACHED")
        rows.append((name, translate(_TITLES[name]), f"{checked:,}" if checked else NOTHING, verdict))
    columns = (
        Column(translate("Property")),
        Column(translate("What it says")),
        Column(translate("Facts checked"), "number"),
        Column(translate("Verdict")),
    )
    return Table("properties", translate("What was verified (rules, section 3)"), columns, tuple(rows))


def _optimal(material: Material) -> Iterator[Table]:
    """What the optimal and reassignment batches reached (R10, R11), objective by objective in their order."""
    translate = material.translate
    rows = tuple(
        (batch.batch, name, str(value), str(batch.bounds[name]) if name in batch.bounds else translate("proven"))
        for batch in material.outcome.optimal
        for name, value in batch.values.items()
    )
    if not rows or material.is_public:  # a profile counts single choices
        return
    columns = (
        Column(translate("Batch")),
        Column(translate("Objective")),
        Column(translate("Value")),
        Column(translate("Best possible")),
    )
    yield Table("optimal-table", translate("Objectives of optimal batches, in their order"), columns, rows)
