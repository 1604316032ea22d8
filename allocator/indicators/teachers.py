"""Students per teacher (生师比), where the tables say how many teachers and students schools have."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.indicators.dimensions import TRACKS, Dimension, count, everything, positions
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotient, quotients
from allocator.scenario.cohort import IntArray

FAMILY = Family(
    "teachers",
    "师资",
    message(
        "Students and teachers of schools: `teachers` and `students` (of the other years) are columns of the schools "
        "table; those admitted now are added. Schools without both are left out. By track: schools whose programmes "
        "are all of the track. Where the table has no such columns, both are as the scenario gives them for a track."
    ),
    "practice.md, Indicators: teacher gap",
)
RATIO = Indicator(
    "students_per_teacher",
    FAMILY.name,
    message("students per teacher"),
    message("Students of the other years and those admitted now / teachers."),
    "practice.md, Indicators: teacher gap; glossary: student-teacher ratio",
    "生师比",
    "worse",
)
GAP = Indicator(
    "teacher_gap",
    FAMILY.name,
    message("teachers"),
    message(
        "⌈students / norm⌉ − teachers, over the schools of a track together, with the scenario's norm for the track; "
        "below 0 where there are more than the norm asks for."
    ),
    "practice.md, Indicators: teacher gap = ⌈students / norm⌉ − teachers",
    "教师缺口",
    "worse",
)
INDICATORS = (RATIO, GAP)
_NO_TEACHERS = message(
    "neither the schools table (teachers, students) nor the scenario (indicators.teachers, enrolment) says it"
)
_NO_NORM = message("the scenario gives no norm of students per teacher (indicators.teacher_norm)")


def rows(facts: Facts) -> Iterator[Row]:
    found = _students_and_teachers(facts) or _of_tracks(facts)
    if found is None:
        yield from (missing(indicator, _NO_TEACHERS) for indicator in INDICATORS)
        return
    students, teachers, track = found
    yield from quotients(RATIO, (everything(len(students)), track), students, teachers)
    norms = (facts.settings.teacher_norm.general, facts.settings.teacher_norm.vocational)
    if norms == (None, None):
        yield missing(GAP, _NO_NORM)
        return
    for name, norm, num, have in zip(TRACKS, norms, count(track, students), count(track, teachers), strict=True):
        if norm is None:
            yield missing(GAP, _NO_NORM, "track", name)
        else:
            yield quotient(GAP, "track", name, ceil(int(num) / Fraction(norm)) - int(have), 1)


def _students_and_teachers(facts: Facts) -> tuple[IntArray, IntArray, Dimension] | None:
    """Students, teachers and track of the schools that have both numbers; (school,) each."""
    cohort = facts.scenario.cohort
    schools, programmes = cohort.schools, cohort.programmes
    if schools is None or not {"teachers", "students"} <= set(schools.columns):
        return None
    if "school_id" not in programmes.table.columns:
        return None
    numbers = [schools[column].cast(pl.Int64, strict=False) for column in ("students", "teachers")]
    known = np.asarray((numbers[0].is_not_null() & numbers[1].is_not_null()).to_numpy(), dtype=np.bool_)
    school = positions(programmes.table["school_id"], schools["school_id"])
    admitted, num_of = np.zeros(len(known), dtype=np.int64), np.zeros((len(known), len(TRACKS)), dtype=np.int64)
    at_school = school >= 0
    np.add.at(admitted, school[at_school], facts.of_programmes[at_school])
    np.add.at(num_of, (school[at_school], np.where(programmes.is_general[at_school], 0, 1)), 1)
    only = np.where(num_of.astype(bool).sum(axis=1) == 1, num_of.argmax(axis=1), -1)
    students = numbers[0].fill_null(0).to_numpy() + admitted
    return students[known], numbers[1].fill_null(0).to_numpy()[known], Dimension("track", TRACKS, only[known])


def _of_tracks(facts: Facts) -> tuple[IntArray, IntArray, Dimension] | None:
    """Students, teachers and track of the tracks for which the scenario gives both, as if each were one school."""
    enrolment, teachers = facts.settings.enrolment, facts.settings.teachers
    if enrolment is None:
        return None
    other_years = (enrolment.other_years.general, enrolment.vocational)
    known = [
        (i, students + int(facts.in_track(track).sum()), have)
        for i, (track, students, have) in enumerate(
            zip(TRACKS, other_years, (teachers.general, teachers.vocational), strict=True)
        )
        if have is not None
    ]
    if not known:
        return None
    track, students, have = np.array(known, dtype=np.int64).T
    return students, have, Dimension("track", TRACKS, track)
