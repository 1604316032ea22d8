"""Fewest teachers recruited, both tracks and all years together."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel


def expression(model: PlanModel) -> Expression:
    last = model.plan.years[-1]
    return total(number for (_, _, year), number in model.variables.recruited_by.items() if year == last)
