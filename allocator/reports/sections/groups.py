"""Who gets what: by area, by kind of feeder school, by attribute of applicants, and by feeder school."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.errors import message
from allocator.indicators.dimensions import Dimension
from allocator.reports.blocks import Cell, Chart, Column, Figure, Section, Table
from allocator.reports.charts import dots
from allocator.reports.feeder_outcomes import FeederOutcomes, feeder_outcomes
from allocator.reports.group_names import group_title
from allocator.reports.material import Material
from allocator.reports.names import titled
from allocator.reports.numbers import NOTHING, indicator_text
from allocator.reports.school_maps import MAP_NOTE, school_maps
from allocator.reports.stated_counts import counts_by_destination, counts_chart, counts_table, shown_counts
from allocator.scenario.cohort import BoolArray

_CAPTIONS = {
    "area": message("Who gets what, by area"),
    "setting": message("Who gets what, by setting of the feeder school"),
    "ownership": message("Who gets what, by ownership of the feeder school"),
    "attribute": message("Who gets what, by attribute of the applicants"),
}
_RATES = (
    "admission_rate",
    "general_share_of_applicants",
    "demonstration_rate",
    "demonstration_representation",
    "first_choice_rate",
    "top_three_rate",
    "mean_choice",
    "unplaced_rate",
)
_BETWEEN = ("feeder_demonstration_gini", "feeder_demonstration_variation", "feeder_schools_with_none")


def groups(material: Material) -> Section:
    by_school = feeder_outcomes(material)
    charts = list(school_maps(material, by_school))
    notes = (material.translate(MAP_NOTE),) if charts else ()
    tables: list[Table] = []
    for name, dimensions in _known_dimensions(material).items():
        bars, counts = _destinations(material, name, dimensions)
        charts.extend(bars)
        tables.append(counts)
        if not material.is_public:  # rates of several indicators together would give small groups away
            tables.append(_rates(material, name, dimensions))
    charts.extend(_spread(material))
    if material.scenario.cohort.feeder_school_ids:
        tables.append(_feeder_schools(material, by_school))
    return Section(
        "groups",
        material.translate("Who gets what"),
        figures=tuple(_figures(material)),
        notes=notes,
        charts=tuple(charts),
        tables=tuple(tables),
    )


def _known_dimensions(material: Material) -> dict[str, list[Dimension]]:
    known: dict[str, list[Dimension]] = {}
    for dimension in material.facts.by_applicant:
        if dimension.name in _CAPTIONS and dimension.absent is None and dimension.groups:
            known.setdefault(dimension.name, []).append(dimension)
    return known


def _figures(material: Material) -> Iterator[Figure]:
    for name in ("demonstration_rate", *_BETWEEN):
        row = material.by_indicator[name, "", ""]
        if row["value"] is not None and not material.withholds(row["numerator"] or 0):
            yield Figure(material.indicator_title(name), indicator_text(row), name)


def _destinations(material: Material, name: str, dimensions: list[Dimension]) -> tuple[Iterator[Chart], Table]:
    translate = material.translate
    counts = np.concatenate([counts_by_destination(material, dimension) for dimension in dimensions])
    shown = np.concatenate([_shown(material, dimension) for dimension in dimensions])
    titles = tuple(group_title(name, group, translate) for dimension in dimensions for group in dimension.groups)
    used = np.flatnonzero(counts.any(axis=0)).tolist()
    parts = tuple(material.destination_titles[j] for j in used)
    counts, shown = counts[:, used], shown[:, used]
    caption, axis = translate(_CAPTIONS[name]), translate("share of applicants")
    charts = counts_chart(f"by-{name}-chart", caption, axis, titles, parts, counts, shown, as_shares=True)
    table = counts_table(material, f"by-{name}", caption, translate("Group"), titles, parts, counts, shown)
    return charts, table


def _shown(material: Material, dimension: Dimension) -> BoolArray:
    """(group, destination) which counts are stated, also against what the whole city's counts tell about the rest."""
    counts = counts_by_destination(material, dimension)
    city = np.bincount(material.destination, minlength=counts.shape[1])
    rest = city - counts.sum(axis=0)
    return shown_counts(material, np.vstack([counts, rest]))[:-1]


def _rates(material: Material, name: str, dimensions: list[Dimension]) -> Table:
    translate = material.translate
    names = [i for i in _RATES if material.by_indicator.get((i, "", ""), {}).get("value") is not None or i in _BY_GROUP]
    names = [i for i in names if any((i, name, g) in material.by_indicator for d in dimensions for g in d.groups)]
    rows: list[tuple[Cell, ...]] = []
    for group in (group for dimension in dimensions for group in dimension.groups):
        found = [material.by_indicator.get((i, name, group)) for i in names]
        rows.append(
            (group_title(name, group, translate), *(NOTHING if row is None else indicator_text(row) for row in found))
        )
    columns = (Column(translate("Group")), *(Column(material.indicator_title(i), "number", i) for i in names))
    caption = translate("{caption}: rates").format(caption=translate(_CAPTIONS[name]))
    return Table(f"rates-{name}", caption, columns, tuple(rows))


_BY_GROUP = frozenset({"demonstration_representation"})  # has no figure for the city, where it is 1


def _spread(material: Material) -> Iterator[Chart]:
    """The demonstration rate of each feeder school, area by area: how far schools of one area lie apart."""
    translate, names = material.translate, material.names
    rates = {
        school: row
        for (i, _, school), row in material.by_indicator.items()
        if i == "feeder_demonstration_rate" and row["value"] is not None
    }
    rates = {
        school: row
        for school, row in rates.items()
        if not any(material.withholds(n) for n in (row["numerator"], row["denominator"] - row["numerator"]))
    }
    if not rates:
        return
    rows = [(names.area_of_feeder_school.get(s, translate("whole city")), "", r["value"]) for s, r in rates.items()]
    areas = sorted({area for area, _, _ in rows})
    title = material.indicator_title("feeder_demonstration_rate")
    caption = translate("{title}: each mark is a feeder school").format(title=title)
    words = "; ".join(
        f"{area}: {min(v for a, _, v in rows if a == area):.1%} – {max(v for a, _, v in rows if a == area):.1%}"
        for area in areas
    )
    spec = dots(rows, group_order=areas, parts=[""], title=title, number=".0%", shape="tick")
    yield Chart("feeder-chart", caption, words, spec)


def _feeder_schools(material: Material, found: FeederOutcomes) -> Table:
    translate, names = material.translate, material.names
    used = np.flatnonzero(found.counts.any(axis=0))
    return counts_table(
        material,
        "by-feeder-school",
        translate("Who gets what, by feeder school"),
        translate("Feeder school"),
        tuple(titled(school, names.feeder_school[school]) for school in found.schools),
        tuple(material.destination_titles[j] for j in used.tolist()),
        found.counts[:, used],
        found.shown[:, used],
    )
