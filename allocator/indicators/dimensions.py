"""By what indicators are grouped: applicants, their feeder schools, programmes and schools, each with its groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.scenario.cohort import BoolArray, Cohort, IntArray
from allocator.scenario.groups import members
from allocator.scenario.indicator_settings import ATTRIBUTES, IndicatorSettings
from allocator.scenario.scenario import Scenario

TRACKS = ("general", "vocational")
# By what some indicator is grouped.
GROUPINGS = (
    *("area", "setting", "ownership", "attribute", "track", "batch", "pool", "feeder_school"),
    *("programme", "programme_area", "programme_ownership", "programme_setting"),
    *("track+area", "track+setting", "track+ownership", "track+attribute"),
)
_NO_AREA = message("the applicants table has no area")
_NO_FEEDER_COLUMN: Mapping[str, str] = {
    "area": message("the feeder_schools table has no column area"),
    "setting": message("the feeder_schools table has no column setting"),
    "ownership": message("the feeder_schools table has no column ownership"),
}
_NO_PROGRAMME_COLUMN: Mapping[str, str] = {
    "area": message("neither the programmes table nor the schools table has a column area"),
    "ownership": message("neither the programmes table nor the schools table has a column ownership"),
    "setting": message("neither the programmes table nor the schools table has a column setting"),
}
_NO_ATTRIBUTE: Mapping[str, str] = {
    "migrant_child": message("the applicants table has no column migrant_child, and no group stands for it"),
    "poverty_registered": message("the applicants table has no column poverty_registered, and no group stands for it"),
    "special_needs": message("the applicants table has no column special_needs, and no group stands for it"),
}


@dataclass(frozen=True)
class Dimension:
    """Groups of units that do not overlap; a unit may be in none."""

    name: str
    groups: tuple[str, ...]
    group_of: IntArray  # (unit,) position in groups, -1 for none
    absent: str | None = None  # why it is not known who is in them


def count(dimension: Dimension, amounts: IntArray | BoolArray) -> IntArray:
    """The sum of whole amounts in each group; (group,)."""
    result = np.zeros(len(dimension.groups), dtype=np.int64)
    if len(dimension.groups) == 1 and amounts.dtype == np.bool_:
        result[0] = np.count_nonzero(amounts & (dimension.group_of == 0))
    elif amounts.dtype == np.bool_:
        counted = np.bincount(dimension.group_of[amounts] + 1, minlength=len(dimension.groups) + 1)
        result[:] = counted[1:]
    elif len(dimension.groups) == 1:
        result[0] = amounts[dimension.group_of == 0].sum()
    else:
        inside = dimension.group_of >= 0
        np.add.at(result, dimension.group_of[inside], amounts[inside])
    return result


def everything(num_units: int) -> Dimension:
    """The whole city."""
    return Dimension("", ("",), np.zeros(num_units, dtype=np.int64))


def of_applicants(scenario: Scenario, settings: IndicatorSettings) -> tuple[Dimension, ...]:
    """Applicants as a whole, by area, by setting and ownership of their feeder school, and by attribute."""
    cohort = scenario.cohort
    people = cohort.applicants
    area = Dimension("area", cohort.area_names, people.area, None if cohort.area_names else _NO_AREA)
    at_school = [
        Dimension(d.name, d.groups, at(d.group_of, people.feeder_school), d.absent)
        for d in of_feeder_schools(scenario)
        if d.name in ("setting", "ownership")
    ]
    return (everything(len(people)), area, *at_school, *attributes(scenario, settings))


def attributes(scenario: Scenario, settings: IndicatorSettings) -> tuple[Dimension, ...]:
    """Migrant, registered-poor and special-needs applicants; these may overlap, so each is a dimension."""
    people = scenario.cohort.applicants
    found: list[Dimension] = []
    for name in ATTRIBUTES:
        if name in settings.attributes:
            inside = members(people, scenario.settings.groups[settings.attributes[name]])
        elif name in people.table.columns:
            inside = members(people, {name: True})
        else:
            nobody = np.full(len(people), -1, dtype=np.int64)
            found.append(Dimension("attribute", (name,), nobody, _NO_ATTRIBUTE[name]))
            continue
        found.append(Dimension("attribute", (name,), np.where(inside, 0, -1).astype(np.int64)))
    return tuple(found)


def of_feeder_schools(scenario: Scenario) -> tuple[Dimension, ...]:
    """Feeder schools as a whole, by area, setting and ownership, as their own table says."""
    cohort = scenario.cohort
    ids, table = cohort.feeder_school_ids, cohort.feeder_schools
    result = [everything(len(ids))]
    for column, reason in _NO_FEEDER_COLUMN.items():
        if table is None or column not in table.columns:
            result.append(Dimension(column, (), np.full(len(ids), -1, dtype=np.int64), reason))
        else:
            rows = positions(pl.Series(ids, dtype=pl.String), table["feeder_school_id"])
            result.append(_by_text(column, table[column].gather(pl.Series(rows).replace(-1, None))))
    return tuple(result)


def of_programmes(cohort: Cohort) -> tuple[Dimension, ...]:
    """Programmes as a whole, by track, and by their own or their school's area, ownership and setting."""
    result = [everything(len(cohort.programmes)), by_track(cohort)]
    for column, reason in _NO_PROGRAMME_COLUMN.items():
        texts = programme_texts(cohort, column)
        name = f"programme_{column}"
        if texts is None:
            result.append(Dimension(name, (), np.full(len(cohort.programmes), -1, dtype=np.int64), reason))
        else:
            result.append(_by_text(name, texts))
    return tuple(result)


def by_track(cohort: Cohort) -> Dimension:
    """Programmes by track."""
    return Dimension("track", TRACKS, np.where(cohort.programmes.is_general, 0, 1).astype(np.int64))


def by_programme(cohort: Cohort) -> Dimension:
    """Each programme by itself, in the order of identifiers."""
    return _by_text("programme", pl.Series(cohort.programmes.ids, dtype=pl.String))


def programme_texts(cohort: Cohort, column: str) -> pl.Series | None:
    """A column of the programmes, or where that is empty of their schools; None where neither table has it."""
    own, schools = cohort.programmes.table, cohort.schools
    texts = own[column] if column in own.columns else None
    if schools is None or column not in schools.columns or "school_id" not in own.columns:
        return texts
    rows = positions(own["school_id"], schools["school_id"])
    of_school = schools[column].gather(pl.Series(rows).replace(-1, None))
    return of_school if texts is None else texts.fill_null(of_school)


def positions(texts: pl.Series, known: pl.Series) -> IntArray:
    """The position of each text among known ones that are all different; -1 for none."""
    codes = texts.cast(pl.Enum(known), strict=False).to_physical().cast(pl.Int64).fill_null(-1)
    return np.asarray(codes.to_numpy(), dtype=np.int64)


def at(values: IntArray, where: IntArray) -> IntArray:
    """The values at positions; -1 where the position is -1."""
    result: IntArray = np.append(values, -1)[where]
    return result


def _by_text(name: str, texts: pl.Series) -> Dimension:
    groups = texts.drop_nulls().unique().sort()
    return Dimension(name, tuple(groups), positions(texts, groups))
