"""From a year on, no class of any grade is large, or super-large."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel
from allocator.planning.rows import School
from allocator.planning.rules import rule
from allocator.planning.variables import Size


def add(model: PlanModel) -> None:
    sizes = model.plan.settings.class_sizes
    gone: list[tuple[Size, int, int | None]] = [
        ("large", sizes.large, sizes.large_gone_by),
        ("super_large", sizes.super_large, sizes.super_large_gone_by),
    ]
    for size, least, year in gone:
        if year is None:
            continue
        there = total(_since(model, school, size, year) for school in model.plan.schools)
        model.require(rule("large_classes", size=least, year=year), there <= 0)


def _since(model: PlanModel, school: School, size: Size, year: int) -> Expression:
    """Classes of a kind that are there in a year or come after it: a class keeps its kind until it leaves."""
    first_entry = year - model.plan.num_grades(school.track) + 1
    present = sum(
        c.large if size == "large" else c.super_large
        for c in model.plan.classes
        if c.school_id == school.school_id and c.entered >= first_entry
    )
    announced = [
        model.variables.classes[school.school_id, entered, size]
        for entered in model.plan.years
        if entered >= first_entry
    ]
    return present + total(announced)
