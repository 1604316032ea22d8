"""An area's classes by size, and its students, shared among its schools, as evenly as whole numbers allow."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.planning.plan import Plan
from allocator.planning.settings import Track
from allocator.planning.variables import SIZES, Size

ByArea = Mapping[tuple[str, Track, int, Size], int]  # (area, track, year, size)
BySchool = dict[tuple[str, int, Size], int]  # (school, year, size)


def sizes_of_classes(plan: Plan, classes: Mapping[tuple[str, int], int], by_area: ByArea) -> BySchool:
    """Classes by school, year and size: schools first in the table have the largest ones."""
    left = dict(classes)
    result: BySchool = {}
    for size in reversed(SIZES):
        for (area, track, year, of_size), number in by_area.items():
            if of_size != size:
                continue
            rest = number
            for school in plan.schools_of(area, track):
                key = (school.school_id, year)
                taken = min(rest, left[key])
                result[*key, size] = taken
                left[key] -= taken
                rest -= taken
    return result


def shared_among_schools(plan: Plan, classes: BySchool, students: ByArea) -> BySchool:
    """Students by school, year and size of class; the classes of the schools first in the table take one more.

    Classes of one kind differ by one student at most. So each is within its kind's bounds if all together are, and
    none is above the standard size while another is below it.
    """
    result: BySchool = {}
    for (area, track, year, size), number in students.items():
        ids = [school.school_id for school in plan.schools_of(area, track)]
        num_classes = sum(classes[school, year, size] for school in ids)
        each, rest = divmod(number, num_classes) if num_classes else (0, 0)
        for school in ids:
            larger = min(rest, classes[school, year, size])
            result[school, year, size] = each * classes[school, year, size] + larger
            rest -= larger
    return result
