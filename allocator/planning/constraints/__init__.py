"""The constraint families of a plan, one file each, in the order in which they enter the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allocator.planning.constraints import (
    class_sizes,
    general_share,
    graduates,
    growth,
    large_classes,
    least_classes,
    money,
    projects,
    recruits,
    rooms,
    served,
    sites,
    teachers,
)
from allocator.planning.model import PlanModel

CONSTRAINTS: Mapping[str, Callable[[PlanModel], None]] = {
    "projects": projects.add,
    "sites": sites.add,
    "rooms": rooms.add,
    "class_sizes": class_sizes.add,
    "large_classes": large_classes.add,
    "least_classes": least_classes.add,
    "graduates": graduates.add,
    "served": served.add,
    "growth": growth.add,
    "general_share": general_share.add,
    "recruits": recruits.add,
    "teachers": teachers.add,
    "money": money.add,
}


def add_all(model: PlanModel) -> None:
    for add in CONSTRAINTS.values():
        add(model)
