"""The verdict of a sweep: what became of its variants, what was found, and the main figures of the baseline."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from allocator.lab.pages.sweep_levers import target_text
from allocator.lab.pages.sweep_material import SweepMaterial
from allocator.lab.pages.sweep_points import STATUS, WITH_OUTCOME, cut_note
from allocator.lab.values import number_of
from allocator.reports.blocks import Cell, Column, Figure, Section, Statement, Table
from allocator.reports.sections.verdict import SYNTHETIC

MOST_REASONS = 100


def verdict(material: SweepMaterial) -> Section:
    translate, summary = material.translate, material.results.summary
    figures = [
        Figure(translate("Variants"), f"{summary['variants']:,}"),
        Figure(translate("Points"), f"{summary['points']:,}", note=translate("settings of the levers")),
    ]
    if not material.all_done:
        figures += [Figure(translate(STATUS[name]), f"{number:,}") for name, number in summary["status"].items()]
    figures += _of_baseline(material)
    return Section(
        "verdict",
        translate("Verdict"),
        statements=tuple(_statements(material)),
        figures=tuple(figures),
        notes=tuple(_notes(material)),
        tables=tuple(reasons(material)),
    )


def _statements(material: SweepMaterial) -> Iterator[Statement]:
    translate, summary = material.translate, material.results.summary
    status, number = summary["status"], summary["variants"]
    without = number - sum(status.get(name, 0) for name in WITH_OUTCOME)
    title = translate("Variants")
    if not without:
        yield Statement(title, translate("All {variants:,} variants have an outcome.").format(variants=number), "good")
    else:
        said = translate("{without:,} of {variants:,} variants have no outcome; the table below says why.")
        yield Statement(title, said.format(without=without, variants=number), "bad")
    if not set(WITH_OUTCOME) & set(material.statuses[0]):
        yield Statement(translate("Baseline"), translate("It has no outcome, so nothing is compared with it."), "bad")
    if without < number:
        said = translate(
            "{full:,} verified by every property, the other {others:,} by their counts; no outcome breaches one."
        )
        full = summary["verified_in_full"]
        yield Statement(translate("Verified"), said.format(full=full, others=number - without - full), "good")
    if status.get("unproven"):
        said = translate("Of {unproven:,} variants the optimum is not proven: they stopped at their limits.")
        yield Statement(translate("Optimum"), said.format(unproven=status["unproven"]), "bad")
    yield from _finds(material)
    if material.results.frontier is not None:
        table = material.results.frontier
        said = translate(
            "{best:,} of {points:,} points are beaten by no other: none is at least as good in every figure and better "
            "in one."
        )
        compared = table.filter(pl.col("dominated").is_not_null())
        best = compared.filter(~pl.col("dominated")).height
        if compared.height:
            yield Statement(translate("Frontier"), said.format(best=best, points=compared.height))


def _finds(material: SweepMaterial) -> Iterator[Statement]:
    translate, title = material.translate, material.translate("Smallest change")
    for found in material.results.swept.found:
        lever, target = material.lever(found.find.by), target_text(material, found.find)
        if found.reached is None:
            said = translate("{target}: none of the {tried:,} values of “{lever}” that were tried meets it.")
            yield Statement(title, said.format(target=target, tried=len(found.tried), lever=lever), "bad")
            continue
        reached = material.shown(found.find.target.figure, found.reached)
        if found.value == found.baseline or _same_number(found.value, found.baseline):
            said = translate("{target}: met without a change of “{lever}” ({value}); it reaches {reached}.")
        else:
            said = translate(
                "{target}: the smallest change of “{lever}” that meets it is from {baseline} to {value}; it reaches "
                "{reached}."
            )
        values = {
            "value": material.value(found.find.by, found.value),
            "baseline": material.value(found.find.by, found.baseline),
        }
        yield Statement(title, said.format(target=target, lever=lever, reached=reached, **values), "good")


def _same_number(one: object, other: object) -> bool:
    return number_of(one) is not None and number_of(one) == number_of(other)


def _of_baseline(material: SweepMaterial) -> Iterator[Figure]:
    """The headline figures at the baseline, with their range over all points."""
    translate = material.translate
    for figure in material.figures:
        points = material.results.points(figure)
        if 0 in points:
            ends = translate("baseline; over all points {least} to {most}")
            note = ends.format(
                least=material.shown(figure, min(points.values())), most=material.shown(figure, max(points.values()))
            )
            yield Figure(material.figure_title(figure), material.shown(figure, points[0]), figure.indicator, note)


def _notes(material: SweepMaterial) -> Iterator[str]:
    translate = material.translate
    if material.settings.source:
        yield translate("Where the question comes from: {source}").format(source=material.settings.source)
    if material.num_repeats > 1:
        said = translate("Every point is run {repeats} times; where one number is told, it is the mean.")
        yield said.format(repeats=material.num_repeats)
    if material.results.sweep.scenario.settings.cohort is not None:
        yield translate(SYNTHETIC)


def reasons(material: SweepMaterial) -> Iterator[Table]:
    """Why variants have no outcome, each reason once with an example."""
    translate, results = material.translate, material.results
    found = (
        results.variants.filter(~pl.col("status").is_in(WITH_OUTCOME))
        .group_by("status", "why", maintain_order=True)
        .agg(variants=pl.len(), first=pl.col("variant").first())
        .sort("variants", descending=True, maintain_order=True)
    )
    if not found.height:
        return
    rows: list[tuple[Cell, ...]] = []
    for status, why, number, first in found.head(MOST_REASONS).iter_rows():
        example = material.values(results.sweep.variants[first].overrides)
        rows.append((translate(STATUS[status]), number, example or translate("baseline"), why))
    columns = (
        Column(translate("What became of it")),
        Column(translate("Variants"), "number"),
        Column(translate("For example")),
        Column(translate("Why")),
    )
    note = cut_note(material, len(rows), found.height)
    yield Table("reasons", translate("Variants without an outcome"), columns, tuple(rows), note=note)
