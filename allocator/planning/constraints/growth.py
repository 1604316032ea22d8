"""Admissions and students rise together: neither falls from one year to the next."""

from __future__ import annotations

from allocator.planning.enrolment import all_admitted, all_students
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    """The first year is compared with the one before the plan. Adult learners are given, and do not count here."""
    if not model.plan.settings.limits.growth:
        return
    for year in model.plan.years:
        more_admitted = all_admitted(model, year) - all_admitted(model, year - 1)
        model.require(rule("growth_of_admissions", year=year), more_admitted >= 0)
        more_students = all_students(model, year) - all_students(model, year - 1)
        model.require(rule("growth_of_students", year=year), more_students >= 0)
