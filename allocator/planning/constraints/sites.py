"""A school's site holds only so many classrooms, whatever is built on it."""

from __future__ import annotations

from allocator.planning.constraints.rooms import ready_rooms
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    for school in model.plan.schools:
        if school.site_rooms is None or not model.plan.projects_of[school.school_id]:
            continue
        for year in model.plan.years:
            kept = rule("sites", school=school.school_id, year=year, rooms=school.site_rooms)
            model.require(kept, ready_rooms(model, school, year) <= school.site_rooms)
