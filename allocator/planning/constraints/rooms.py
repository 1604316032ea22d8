"""Every class of every grade has a room of its own: those that are there and those that are ready."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel
from allocator.planning.plan import Plan
from allocator.planning.rows import School
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    for school in model.plan.schools:
        for year in model.plan.years:
            needed, there = _classes(model, school, year), ready_rooms(model, school, year)
            model.given(rule("rooms", school=school.school_id, year=year), needed - there <= 0)


def ready_rooms(model: PlanModel, school: School, year: int) -> Expression:
    """Present rooms and those of projects begun at least their building years ago."""
    built = [
        project.rooms * model.variables.start[project.project_id, begun]
        for project in model.plan.projects_of[school.school_id]
        for begun in model.plan.starts(project)
        if begun + project.building_years <= year
    ]
    return school.rooms + total(built)


def _classes(model: PlanModel, school: School, year: int) -> Expression:
    entries = range(year - model.plan.num_grades(school.track) + 1, year + 1)
    present = sum(_present_classes(model.plan, school, entered) for entered in entries)
    announced = [
        model.variables.classes[school.school_id, entered] for entered in entries if entered in model.plan.years
    ]
    return present + total(announced)


def _present_classes(plan: Plan, school: School, entered: int) -> int:
    return sum(c.classes for c in plan.classes if c.school_id == school.school_id and c.entered == entered)
