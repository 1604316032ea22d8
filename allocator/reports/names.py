"""What programmes, schools, pools and indicators are called where people read about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from allocator.errors import Translate
from allocator.indicators import INDICATORS
from allocator.scenario.cohort import Cohort
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, REVERTED, Settings


@dataclass(frozen=True)
class Names:
    """Names by identifier; where a table gives none, the identifier stands for itself."""

    programme: Mapping[str, str]
    school_of: Mapping[str, str]  # programme_id to school_id; to itself where the table names no school
    school: Mapping[str, str]
    feeder_school: Mapping[str, str]
    area_of_feeder_school: Mapping[str, str]  # only where the table says so


def names_of(scenario: Scenario) -> Names:
    """The names that the tables of a scenario give."""
    cohort = scenario.cohort
    schools = _column(cohort.schools, "school_id", "name")
    own = cohort.programmes.table
    school_of = {**{p: p for p in cohort.programmes.ids}, **_column(own, "programme_id", "school_id")}
    given = _column(own, "programme_id", "name")
    programme = {p: given.get(p) or schools.get(school_of[p]) or p for p in cohort.programmes.ids}
    # A school without a row of its own is called as its programme is: in most cities the two are one.
    school = {s: schools.get(s) or (programme[p] if s == p else s) for p, s in school_of.items()}
    feeders = _column(cohort.feeder_schools, "feeder_school_id", "name")
    return Names(
        programme,
        school_of,
        school,
        {f: feeders.get(f, f) for f in cohort.feeder_school_ids},
        _column(cohort.feeder_schools, "feeder_school_id", "area"),
    )


def applicant_names(cohort: Cohort) -> pl.Series | None:
    """(applicant,) names, where the applicants table has them."""
    table = cohort.applicants.table
    return table["name"] if "name" in table.columns else None


def _column(table: pl.DataFrame | None, key: str, column: str) -> dict[str, str]:
    if table is None or key not in table.columns or column not in table.columns:
        return {}
    return {k: v for k, v in zip(table[key], table[column], strict=True) if k is not None and v is not None}


def indicator_title(name: str, language: str) -> str:
    """What an indicator is called."""
    return INDICATORS[name].chinese_name if language == "zh" else name.replace("_", " ").capitalize()


def titled(identifier: str, name: str) -> str:
    """An identifier with its name, where it has one."""
    return identifier if name == identifier else f"{identifier} {name}"


def pool_title(settings: Settings, pool: str, translate: Translate) -> str:
    """What a pool is called: 统招, 转统招, and the others with the name that the scenario gives them."""
    if pool == OPEN:
        return translate("open seats")
    if pool == REVERTED:
        return translate("reverted seats")
    if settings.pool(pool).per is not None:
        return translate("per feeder school ({pool})").format(pool=pool)
    return translate("reserved ({pool})").format(pool=pool)


def admission_type(settings: Settings, batch: str, pool: str, translate: Translate) -> str:
    """How somebody was admitted (录取类型): through a pool, or to seats that earlier batches left (补录)."""
    rule = next(rule for rule in settings.batches if rule.name == batch)
    if rule.mechanism == "reassign":
        return translate("reassigned")
    if rule.seats == "leftover":
        return translate("supplementary")
    return pool_title(settings, pool, translate)
