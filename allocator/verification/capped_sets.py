"""The sets of programmes that caps count (R10), and how two sets can lie to one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import Cap, OneOf
from allocator.verification.membership import TRUE_WORDS

OUTSIDE = -1  # the parent of a set that no other set contains


@dataclass(frozen=True)
class CappedSet:
    """A cap, and the programmes that it counts."""

    rule: Cap
    programmes: BoolArray  # (programme,)


def capped_sets(scenario: Scenario) -> tuple[CappedSet, ...]:
    """Every cap with its programmes: all its tests hold; a missing value fails every test."""
    found = []
    for rule in scenario.settings.caps:
        inside = pl.Series([True]).new_from_index(0, len(scenario.cohort.programmes))
        for column, test in rule.where.items():
            cells = attribute(scenario, column)
            if isinstance(test, bool):
                is_true = cells.str.to_lowercase().is_in(TRUE_WORDS)
                holds = is_true if test else ~is_true
            elif isinstance(test, OneOf):
                holds = cells.is_in(list(test.one_of))
            else:
                holds = cells == test
            inside &= (holds & cells.is_not_null()).fill_null(False)
        found.append(CappedSet(rule, np.asarray(inside.to_numpy(), dtype=np.bool_)))
    return tuple(found)


def attribute(scenario: Scenario, column: str) -> pl.Series:
    """(programme,) a column of the programmes; what it lacks, or where it is empty, its school's."""
    programmes, schools = scenario.cohort.programmes, scenario.cohort.schools
    if column == "track":
        return pl.Series(np.where(programmes.is_general, "general", "vocational"), dtype=pl.String)
    own = pl.Series([None], dtype=pl.String).new_from_index(0, len(programmes))
    if column in programmes.table.columns:
        own = programmes.table[column]
    if schools is None or column not in schools.columns or "school_id" not in programmes.table.columns:
        return own
    of_school = schools.select("school_id", pl.col(column).alias("inherited"))
    inherited = programmes.table.select("school_id").join(of_school, on="school_id", how="left", maintain_order="left")
    return own.zip_with(own.is_not_null(), inherited["inherited"])


def parents(sets: Sequence[BoolArray]) -> list[int] | None:
    """The smallest set around each of different sets, OUTSIDE if there is none; None if two of them cross."""
    by_size = sorted(range(len(sets)), key=lambda s: int(sets[s].sum()))
    parent = [OUTSIDE] * len(sets)
    for place, inner in enumerate(by_size):
        for outer in by_size[place + 1 :]:
            common = bool((sets[inner] & sets[outer]).any())
            contained = not (sets[inner] & ~sets[outer]).any()
            if common and not contained:
                return None
            if contained and common and parent[inner] == OUTSIDE:
                parent[inner] = outer
    return parent


def homes(sets: Sequence[BoolArray], num_programmes: int) -> IntArray:
    """(programme,) the smallest set that holds it, OUTSIDE if none does."""
    home = np.full(num_programmes, OUTSIDE, dtype=np.int64)
    for s in sorted(range(len(sets)), key=lambda s: -int(sets[s].sum())):
        home[sets[s]] = s
    return home
