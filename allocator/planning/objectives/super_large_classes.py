"""Fewest super-large classes announced, all years together."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel


def expression(model: PlanModel) -> Expression:
    return total(number for (_, _, _, size), number in model.variables.classes_of_size.items() if size == "super_large")
