"""A school that is there announces at least its least number of classes every year."""

from __future__ import annotations

from allocator.planning.model import PlanModel
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    for school in model.plan.schools:
        if not school.least_classes:
            continue
        for year in model.plan.years:
            kept = rule("least_classes", school=school.school_id, year=year, least=school.least_classes)
            model.require(kept, model.variables.classes[school.school_id, year] >= school.least_classes)
