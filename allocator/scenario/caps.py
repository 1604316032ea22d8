"""The sets of programmes that caps bound, and where programmes lie: columns of programmes, or else of their schools."""

from __future__ import annotations

import numpy as np
import polars as pl

from allocator.errors import Problem, Where, message
from allocator.scenario.cohort import BoolArray, Cohort, IntArray
from allocator.scenario.groups import text_passes
from allocator.scenario.headers import column_name
from allocator.scenario.mistakes import Table
from allocator.scenario.settings import Cap, Settings
from allocator.scenario.written import PlaceOf

TRACK = "track"
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


def check_caps(
    settings: Settings, programmes: Table, schools: Table | None, problems: list[Problem], place_of: PlaceOf
) -> None:
    """Caps test columns of the programmes, or where they name their schools, of these."""
    in_reach = [programmes] if schools is None or "school_id" not in programmes else [programmes, schools]
    for i, cap in enumerate(settings.caps):
        for column in cap.where:
            if column != TRACK and not any(column in table for table in in_reach):
                problems.append(_missing(in_reach, column, place_of(("caps", i, "where", column))))


def _missing(in_reach: list[Table], column: str, place: Where) -> Problem:
    for table in in_reach:
        read_as = column_name(table.name, column, {})
        if read_as in table:
            template = message('the header "{column}" of {file} is read as "{known}"; write that')
            return Problem(place, template, {"column": column, "file": table.file, "known": read_as})
    if len(in_reach) == 2:
        template = message('neither {programmes} nor {schools} has a column "{found}"; correct the name')
        values = {"found": column, "programmes": in_reach[0].file, "schools": in_reach[1].file}
        return Problem(place, template, values)
    template = message(
        '{programmes} has no column "{found}"; correct the name, or give a schools table and `school_id`'
    )
    return Problem(place, template, {"found": column, "programmes": in_reach[0].file})


def programme_areas(cohort: Cohort) -> IntArray:
    """(programme,) the area it lies in, as those of the applicants are numbered; -1 if it is none of theirs."""
    position = {name: at for at, name in enumerate(cohort.area_names)}
    return np.array([position.get(name, -1) for name in attribute(cohort, "area")], dtype=np.int64)
