"""The guideline (R8): the shares it limits, by scope, and the search for the control line round by round."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.reports.blocks import Chart, Column, Figure, Section, Table
from allocator.reports.charts import shares_with_limit
from allocator.reports.material import Material
from allocator.reports.numbers import NOTHING, indicator_text, percent
from allocator.reports.sections.verdict import guideline_statement, limit_text
from allocator.reports.stated_counts import shown_counts

_SHARES = ("general_share_flow", "general_share_of_applicants", "general_share_stock")


def guideline(material: Material) -> Section:
    translate, rule = material.translate, material.scenario.settings.guideline
    return Section(
        "guideline",
        translate("Guideline on the share of the general track"),
        statements=(guideline_statement(rule, material.outcome.summary, translate),),
        figures=tuple(_figures(material)),
        charts=tuple(_charts(material)),
        tables=tuple(_rounds(material)),
    )


def _figures(material: Material) -> Iterator[Figure]:
    translate, rule = material.translate, material.scenario.settings.guideline
    for name in _SHARES:
        row = material.by_indicator[name, "", ""]
        if row["value"] is not None:
            fraction = f"{row['numerator']:,} / {row['denominator']:,}"
            yield Figure(material.indicator_title(name), indicator_text(row), name, fraction)
    if rule is None:
        return
    yield Figure(translate("Limit with tolerance"), limit_text(rule, translate))
    for scope, line in material.outcome.summary["control_lines"].items():
        name = translate("Control line, {scope}").format(scope=scope) if scope else translate("Control line")
        yield Figure(name, line)


def _charts(material: Material) -> Iterator[Chart]:
    """The general share by area, of those whom the guideline counts."""
    translate, rule = material.translate, material.scenario.settings.guideline
    of_applicants = rule is not None and rule.basis == "applicants"
    name = "general_share_of_applicants" if of_applicants else "general_share_flow"
    areas = [
        (g, row)
        for (i, by, g), row in material.by_indicator.items()
        if i == name and by == "area" and row["numerator"] is not None
    ]
    counts = np.array([(row["numerator"], row["denominator"] - row["numerator"]) for _, row in areas], dtype=np.int64)
    is_stated = np.all(shown_counts(material, counts.reshape(-1, 2)), axis=1).tolist()
    areas = [area for area, is_shown in zip(areas, is_stated, strict=True) if is_shown]
    found = [(translate("whole city"), material.by_indicator[name, "", ""]), *areas]
    bars = [(group, float(row["value"])) for group, row in found if row["value"] is not None]
    if not bars:
        return
    limit = None if rule is None else float(rule.limit)  # only drawn
    said = "; ".join(f"{group} {indicator_text(row)}" for group, row in found)
    title = material.indicator_title(name)
    spec = shares_with_limit(bars, limit=limit, title=title, limit_title=translate("limit"))
    yield Chart("general-share-chart", translate("General share by area"), f"{title}: {said}", spec)


def _rounds(material: Material) -> Iterator[Table]:
    translate, steps = material.translate, material.outcome.control_line_steps
    rule = material.scenario.settings.guideline
    if not steps or rule is None:
        return
    if any(material.withholds(n) for step in steps for n in (*step.general.values(), *step.basis.values())):
        return  # a notice of an area with so few
    rows = tuple(
        (
            number,
            scope or translate("whole city"),
            step.lines.get(scope, NOTHING),
            step.general[scope],
            step.basis[scope],
            percent(step.general[scope], step.basis[scope]),
            translate("met") if step.general[scope] <= rule.limit * step.basis[scope] else translate("exceeded"),
        )
        for number, step in enumerate(steps, start=1)
        for scope in step.general
    )
    columns = (
        Column(translate("Round"), "number"),
        Column(translate("Scope")),
        Column(translate("Control line in force"), "number"),
        Column(translate("General admissions"), "number"),
        Column(translate("Counted in all"), "number"),
        Column(translate("General share"), "number"),
        Column(translate("Guideline")),
    )
    yield Table("rounds", translate("The search for the control line, round by round"), columns, rows)
