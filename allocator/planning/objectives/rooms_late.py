"""Rooms as early as may be: Σ over what is built of rooms · years from the plan's first year until they are ready."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel


def expression(model: PlanModel) -> Expression:
    first = model.plan.years.start
    return total(
        project.rooms * (begun + project.building_years - first) * model.variables.start[project.project_id, begun]
        for project in model.plan.projects
        for begun in model.plan.starts(project)
    )
