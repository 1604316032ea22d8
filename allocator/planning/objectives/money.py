"""Least money for projects, all years together, in 10,000 yuan."""

from __future__ import annotations

from allocator.planning.constraints.money import whole_cost
from allocator.planning.enrolment import Expression
from allocator.planning.model import PlanModel


def expression(model: PlanModel) -> Expression:
    return whole_cost(model)
