"""The decisions of a plan as variables of the model; their names are those that a reader of the model sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ortools.sat.python import cp_model

from allocator.planning.plan import Plan
from allocator.planning.rows import School
from allocator.planning.settings import TRACKS, Track

Size = Literal["standard", "large", "super_large"]
SIZES: tuple[Size, ...] = ("standard", "large", "super_large")


@dataclass(frozen=True)
class Variables:
    """Whole numbers; a year is the one in which something begins or is announced.

    Rooms bind a school's classes, and nothing else of a school does. So what size classes are, and how many students
    they have, is decided by area; how these are shared among the area's schools is settled afterwards (`sharing`).
    """

    classes: Mapping[tuple[str, int], cp_model.IntVar]  # (school, year) classes announced
    classes_of_size: Mapping[tuple[str, Track, int, Size], cp_model.IntVar]  # (area, track, year, size) announced
    students: Mapping[
        tuple[str, Track, int, Size], cp_model.IntVar
    ]  # (area, track, year, size) admitted to such classes
    start: Mapping[tuple[str, int], cp_model.IntVar]  # (project, year) 1 if it begins
    residents: Mapping[tuple[str, Track, int], cp_model.IntVar]  # (area, track, year) of the area, admitted anywhere
    # (area, track, year) teachers recruited up to then, in all. Running totals, for every rule of teachers has one of
    # them where it would have a sum over years, and the solver sees through it.
    recruited_by: Mapping[tuple[str, Track, int], cp_model.IntVar]


def make_variables(cp: cp_model.CpModel, plan: Plan) -> Variables:
    """All decisions of a plan, each within bounds that no plan can leave."""
    schools = [(school, year) for school in plan.schools for year in plan.years]
    places = [(area, track, year) for area in plan.areas for track in TRACKS for year in plan.years]
    return Variables(
        classes={
            (s.school_id, year): cp.new_int_var(0, most_rooms(plan, s), f"classes[{s.school_id},{year}]")
            for s, year in schools
        },
        classes_of_size={
            (area, track, year, size): cp.new_int_var(
                0, _most_classes(plan, area, track), f"classes_of_size[{area},{track},{year},{size}]"
            )
            for area, track, year in places
            for size in SIZES
        },
        students={
            (area, track, year, size): cp.new_int_var(
                0, _most_students(plan, area, track), f"students[{area},{track},{year},{size}]"
            )
            for area, track, year in places
            for size in SIZES
        },
        start={
            (p.project_id, year): cp.new_bool_var(f"start[{p.project_id},{year}]")
            for p in plan.projects
            for year in plan.starts(p)
        },
        residents={
            (area, track, year): cp.new_int_var(0, plan.applying(area, year), f"residents[{area},{track},{year}]")
            for area, track, year in places
            if plan.settings.tracks[track].admits == "whole_city"
        },
        recruited_by={
            (area, track, year): cp.new_int_var(
                0, _most_students(plan, area, track), f"recruited_by[{area},{track},{year}]"
            )
            for area, track, year in places
        },
    )


def most_rooms(plan: Plan, school: School) -> int:
    """The rooms of a school if all its projects were built."""
    return school.rooms + sum(p.rooms for p in plan.projects_of[school.school_id])


def _most_students(plan: Plan, area: str, track: Track) -> int:
    return _most_classes(plan, area, track) * plan.settings.class_sizes.most


def _most_classes(plan: Plan, area: str, track: Track) -> int:
    return sum(most_rooms(plan, school) for school in plan.schools_of(area, track))
