"""A model of the solver as text: variables with their bounds, constraints by name, the objective."""

from __future__ import annotations

from typing import Any

from ortools.sat.python import cp_model

INFINITE = 2**62


def model_text(model: cp_model.CpModel, first_constraint: int = 0) -> str:
    """What a model says, one line for each constraint; variables only where they are used.

    Args:
        first_constraint: the constraints before it are left out, so that a family stands alone.
    """
    proto: Any = model.proto
    constraints = [proto.constraints[i] for i in range(first_constraint, len(proto.constraints))]
    used = {index for constraint in constraints for index in constraint.linear.vars}
    used |= set(proto.objective.vars)
    lines = [_variable(proto.variables[index]) for index in sorted(used)]
    lines += [f"{c.name}:\n    {_sum(proto, c.linear)} {_bounds(list(c.linear.domain))}" for c in constraints]
    if len(proto.objective.vars):
        lines.append(f"least:\n    {_sum(proto, proto.objective)}")
    return "\n".join(lines) + "\n"


def _variable(variable: Any) -> str:
    low, high = list(variable.domain)
    return f"{variable.name} in {low}..{high}"


def _sum(proto: Any, expression: Any) -> str:
    terms = sorted(
        (proto.variables[index].name, factor) for index, factor in zip(expression.vars, expression.coeffs, strict=True)
    )
    parts = [f"{'-' if factor < 0 else '+'} {_factor(abs(factor))}{name}" for name, factor in terms]
    return " ".join(parts).removeprefix("+ ") or "0"


def _factor(number: int) -> str:
    return "" if number == 1 else f"{number} "


def _bounds(domain: list[int]) -> str:
    low, high = domain
    if low == high:
        return f"= {low}"
    if high >= INFINITE:
        return f">= {low}"
    return f"<= {high}" if low <= -INFINITE else f"in {low}..{high}"
