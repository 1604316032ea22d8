"""Fewest students above the standard size: Σ max(0, students − size · classes), each kind of class by itself."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel
from allocator.planning.settings import MOST


def expression(model: PlanModel) -> Expression:
    """By area: standard classes are filled up to the standard size before any of them goes above it."""
    above = []
    for (area, track, year, size), students in model.variables.students.items():
        over = model.cp.new_int_var(0, MOST, f"above_standard[{area},{track},{year},{size}]")
        seats = model.plan.settings.tracks[track].class_size * model.variables.classes_of_size[area, track, year, size]
        model.define(f"{size} classes of {area}, {track}, {year} above standard", over + seats - students >= 0)
        above.append(over)
    return total(above)
