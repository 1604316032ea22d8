"""The sets of programmes that caps bound, and where programmes lie: columns of programmes, or else of their schools."""

from __future__ import annotations

import numpy as np
import polars as pl

from allocator.scenario.caps import TRACK
from allocator.scenario.cohort import BoolArray, Cohort, IntArray
from allocator.scenario.groups import text_passes
from allocator.scenario.settings import Cap

TRACK_NAMES = ("vocational", "general")


def capped(cohort: Cohort, cap: Cap) -> BoolArray:
    """(programme,) whether all tests of a cap hold; a missing value fails every test."""
    inside = np.ones(len(cohort.programmes), dtype=np.bool_)
    for column, test in cap.where.items():
        inside &= text_passes(attribute(cohort, column), test)
    return inside


def attribute(cohort: Cohort, column: str) -> pl.Series:
    """(programme,) a column of the programmes, or where it or its cell is missing, of the schools; text.

    The track is `general` or `vocational` in every language of the table.
    """
    programmes = cohort.programmes
    if column == TRACK:
        return pl.Series([TRACK_NAMES[int(general)] for general in programmes.is_general], dtype=pl.String)
    none = pl.Series([None] * len(programmes), dtype=pl.String)
    own = programmes.table[column] if column in programmes.table.columns else none
    schools = cohort.schools
    if schools is None or column not in schools.columns or "school_id" not in programmes.table.columns:
        return own
    known = dict(zip(schools["school_id"], schools[column], strict=True))
    of_school = pl.Series([known.get(school) for school in programmes.table["school_id"]], dtype=pl.String)
    return own.zip_with(own.is_not_null(), of_school)


def programme_areas(cohort: Cohort) -> IntArray:
    """(programme,) the area it lies in, as those of the applicants are numbered; -1 if it is none of theirs."""
    position = {name: at for at, name in enumerate(cohort.area_names)}
    return np.array([position.get(name, -1) for name in attribute(cohort, "area")], dtype=np.int64)
