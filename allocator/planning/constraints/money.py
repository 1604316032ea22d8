"""What the projects cost, in whole 10,000 yuan: at most so much in a year, and in all years together."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel
from allocator.planning.rows import Project
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    money = model.plan.settings.limits.money
    for year, most in money.by_year.items():
        model.require(rule("money_by_year", year=year, most=most), _spent(model, year) <= most)
    if money.total is not None:
        model.require(rule("money_total", most=money.total), whole_cost(model) <= money.total)


def whole_cost(model: PlanModel) -> Expression:
    """The cost of everything that is built; a project that begins in the plan also ends in it."""
    return total(
        project.cost * model.variables.start[project.project_id, year]
        for project in model.plan.projects
        for year in model.plan.starts(project)
    )


def instalment(project: Project, part: int) -> int:
    """The cost of one building year: equal parts, the first ones larger by what does not divide."""
    each, rest = divmod(project.cost, project.building_years)
    return each + (1 if part < rest else 0)


def _spent(model: PlanModel, year: int) -> Expression:
    return total(
        instalment(project, year - begun) * model.variables.start[project.project_id, begun]
        for project in model.plan.projects
        for begun in model.plan.starts(project)
        if begun <= year < begun + project.building_years
    )
