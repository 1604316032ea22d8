"""An area's students shared among its schools' classes, as evenly as whole numbers allow."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.planning.plan import Plan
from allocator.planning.settings import Track
from allocator.planning.variables import Size


def shared_among_schools(
    plan: Plan, classes: Mapping[tuple[str, int, Size], int], students: Mapping[tuple[str, Track, int, Size], int]
) -> dict[tuple[str, int, Size], int]:
    """Students by school, year and size of class; the classes of the schools first in the table take one more.

    Classes of one kind differ by one student at most. So each is within its kind's bounds if all together are, and
    none is above the standard size while another is below it.
    """
    result: dict[tuple[str, int, Size], int] = {}
    for (area, track, year, size), number in students.items():
        ids = [school.school_id for school in plan.schools_of(area, track)]
        num_classes = sum(classes[school, year, size] for school in ids)
        each, rest = divmod(number, num_classes) if num_classes else (0, 0)
        for school in ids:
            larger = min(rest, classes[school, year, size])
            result[school, year, size] = each * classes[school, year, size] + larger
            rest -= larger
    return result
