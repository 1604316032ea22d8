"""Teachers recruited no earlier than needed: Σ over recruits of the years that are left in the plan."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel


def expression(model: PlanModel) -> Expression:
    """Whoever is recruited before the last year is counted once for every year in between."""
    last = model.plan.years[-1]
    return total(number for (_, _, year), number in model.variables.recruited_by.items() if year < last)
