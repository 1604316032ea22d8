"""The objective families of a plan, one file each; a plan names those it wants, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allocator.planning.enrolment import Expression
from allocator.planning.model import PlanModel
from allocator.planning.objectives import (
    above_standard,
    classes,
    flow_share,
    large_classes,
    money,
    recruits,
    recruits_early,
    rooms_late,
    stock_share,
    super_large_classes,
    unmet_enrolment,
)
from allocator.planning.settings import Objective

# Each is made least. It may add variables of its own, which it then bounds from below only.
OBJECTIVES: Mapping[Objective, Callable[[PlanModel], Expression]] = {
    "unmet_enrolment": unmet_enrolment.expression,
    "stock_share": stock_share.expression,
    "flow_share": flow_share.expression,
    "super_large_classes": super_large_classes.expression,
    "large_classes": large_classes.expression,
    "above_standard": above_standard.expression,
    "money": money.expression,
    "recruits": recruits.expression,
    "rooms_late": rooms_late.expression,
    "recruits_early": recruits_early.expression,
    "classes": classes.expression,
}
