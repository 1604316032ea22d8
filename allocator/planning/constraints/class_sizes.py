"""The students of each kind of class fit into the classes announced: none under its least size, none over its most."""

from __future__ import annotations

from allocator.planning.enrolment import announced
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule
from allocator.planning.settings import ClassSizes
from allocator.planning.variables import Size


def add(model: PlanModel) -> None:
    """A class is standard under the size of a large one, large under that of a super-large one.

    It is enough by area: students within these bounds of all classes together can be shared among them within the
    bounds of each.
    """
    fits = sizes_of(model.plan.settings.class_sizes)
    for (area, track, year, size), students in model.variables.students.items():
        classes = announced(model, area, track, year, size)
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
