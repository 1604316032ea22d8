"""A school that is there announces at least its least number of classes every year."""

from __future__ import annotations

from allocator.planning.enrolment import total
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule
from allocator.planning.variables import SIZES


def add(model: PlanModel) -> None:
    for school in model.plan.schools:
        if not school.least_classes:
            continue
        for year in model.plan.years:
            announced = total(model.variables.classes[school.school_id, year, size] for size in SIZES)
            kept = rule("least_classes", school=school.school_id, year=year, least=school.least_classes)
            model.require(kept, announced >= school.least_classes)
