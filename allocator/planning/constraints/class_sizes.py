"""The students of each kind of class fit into the classes announced: none under its least size, none over its most."""

from __future__ import annotations

from allocator.planning.enrolment import total
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule
from allocator.planning.settings import ClassSizes
from allocator.planning.variables import SIZES, Size


def add(model: PlanModel) -> None:
    """A class is standard under the size of a large one, large under that of a super-large one.

    It is enough by area: students within these bounds of all classes together can be shared among them within the
    bounds of each.
    """
    variables = model.variables
    for area, track, year in dict.fromkeys(key[:3] for key in variables.students):
        announced = total(variables.classes[s.school_id, year] for s in model.plan.schools_of(area, track))
        by_size = total(variables.classes_of_size[area, track, year, size] for size in SIZES)
        model.define(f"{track} classes of {area} in {year} by size", announced - by_size == 0)
    fits = sizes_of(model.plan.settings.class_sizes)
    for (area, track, year, size), students in variables.students.items():
        classes = variables.classes_of_size[area, track, year, size]
        kept = rule("class_sizes", area=area, track=track, year=year)
        model.given(kept, students - fits[size][0] * classes >= 0)
        model.given(kept, students - fits[size][1] * classes <= 0)


def sizes_of(sizes: ClassSizes) -> dict[Size, tuple[int, int]]:
    """Fewest and most students of a class of each kind."""
    return {
        "standard": (sizes.least, sizes.large - 1),
        "large": (sizes.large, sizes.super_large - 1),
        "super_large": (sizes.super_large, sizes.most),
    }
