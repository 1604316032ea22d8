"""A project is built at most once, no earlier than it can be, and a required one is built."""

from __future__ import annotations

from allocator.planning.enrolment import total
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    """Years before the earliest one, and those too late to be ready within the plan, are no decisions at all."""
    for project in model.plan.projects:
        begun = [model.variables.start[project.project_id, year] for year in model.plan.starts(project)]
        if begun:
            model.given(rule("projects", project=project.project_id), total(begun) <= 1)
        if project.required:
            model.require(rule("required_projects", project=project.project_id), total(begun) >= 1)
