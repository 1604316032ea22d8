"""Admissions and students as expressions of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from ortools.sat.python import cp_model

from allocator.planning.model import PlanModel
from allocator.planning.plan import Plan
from allocator.planning.settings import TRACKS, Track
from allocator.planning.variables import SIZES

Expression = cp_model.LinearExpr | int


def total(terms: Iterable[Expression]) -> Expression:
    """The sum of expressions; 0 of none."""
    return cp_model.LinearExpr.sum(list(terms))


def admitted(model: PlanModel, area: str, track: Track, year: int) -> Expression:
    """Students that an area's schools of a track admit in a year; before the plan, as the classes table has them."""
    plan = model.plan
    if year < plan.years.start:
        return plan.present_students(area, track, year)
    return total(model.variables.students[area, track, year, size] for size in SIZES)


def students(model: PlanModel, area: str, track: Track, year: int) -> Expression:
    """Full-time students of an area's schools of a track in a year, all grades, times the plan's `scale`.

    Attrition is an expectation: of each grade a share goes on, exactly, so that nothing is lost by rounding.
    """
    plan = model.plan
    entries = range(year - plan.num_grades(track) + 1, year + 1)
    present = sum(plan.left_of_present(area, track, e, year) for e in entries if e < plan.years.start) * plan.scale
    later = [
        int(plan.staying(track, year - e) * plan.scale) * admitted(model, area, track, e)
        for e in entries
        if e >= plan.years.start
    ]
    return int(present) + total(later)


def admitted_in_city(model: PlanModel, track: Track, year: int) -> Expression:
    return total(admitted(model, area, track, year) for area in model.plan.areas)


def students_in_city(model: PlanModel, track: Track, year: int) -> Expression:
    """Full-time students of a track, times the plan's `scale`."""
    return total(students(model, area, track, year) for area in model.plan.areas)


def all_admitted(model: PlanModel, year: int) -> Expression:
    return total(admitted_in_city(model, track, year) for track in TRACKS)


def all_students(model: PlanModel, year: int) -> Expression:
    """Full-time students of both tracks, times the plan's `scale`."""
    return total(students_in_city(model, track, year) for track in TRACKS)


def counted_adults(plan: Plan, year: int) -> int:
    """Adult learners of a year if the targets count them, else 0; not scaled."""
    return plan.adults(year) if plan.settings.targets.adults == "counted" else 0


def in_force(by_year: Mapping[int, Fraction], year: int) -> Fraction | None:
    """The value that was set last, up to a year."""
    since = [begin for begin in by_year if begin <= year]
    return by_year[max(since)] if since else None
