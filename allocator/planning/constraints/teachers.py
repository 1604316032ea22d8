"""Enough teachers: for every area's full-time students by the ratio in force, and for the city by its target."""

from __future__ import annotations

from fractions import Fraction

from allocator.planning.enrolment import Expression, in_force, students, total
from allocator.planning.exact_text import decimal
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule
from allocator.planning.settings import Track


def add(model: PlanModel) -> None:
    limits = model.plan.settings.limits
    for track, ratios in limits.students_per_teacher.items():
        by_year = {year: Fraction(ratio) for year, ratio in ratios.items()}
        for year in model.plan.years:
            ratio = in_force(by_year, year)
            if ratio is None:
                continue
            for area in model.plan.areas:
                too_many = ratio.denominator * students(model, area, track, year)
                kept = rule("teacher_ratio", area=area, track=track, year=year, ratio=decimal(ratio))
                most = ratio.numerator * model.plan.scale * teachers(model, area, track, year)
                model.require(kept, too_many - most <= 0)
    for track, least_by_year in limits.teachers.items():
        for year, least in least_by_year.items():
            there = total(teachers(model, area, track, year) for area in model.plan.areas)
            model.require(rule("teacher_target", track=track, year=year, least=least), there >= least)


def teachers(model: PlanModel, area: str, track: Track, year: int) -> Expression:
    """Teachers of an area's schools of a track: who is left of the present ones, and who was recruited."""
    return model.plan.teachers_without_recruits(area, track, year) + model.variables.recruited_by[area, track, year]
