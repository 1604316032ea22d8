"""From a year on, no class of any grade is large, or super-large."""

from __future__ import annotations

from allocator.planning.enrolment import total
from allocator.planning.model import PlanModel
from allocator.planning.rows import School
from allocator.planning.rules import rule
from allocator.planning.settings import Track
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
        present = sum(_present(model, school, size, year) for school in model.plan.schools)
        announced = total(
            number
            for (_, track, entered, of_size), number in model.variables.classes_of_size.items()
            if of_size == size and entered >= _first_entry(model, track, year)
        )
        model.require(rule("large_classes", size=least, year=year), present + announced <= 0)


def _first_entry(model: PlanModel, track: Track, year: int) -> int:
    """Classes that entered in this year or later are there in a year or come after it: a class keeps its size."""
    return year - model.plan.num_grades(track) + 1


def _present(model: PlanModel, school: School, size: Size, year: int) -> int:
    return sum(
        c.large if size == "large" else c.super_large
        for c in model.plan.classes
        if c.school_id == school.school_id and c.entered >= _first_entry(model, school.track, year)
    )
