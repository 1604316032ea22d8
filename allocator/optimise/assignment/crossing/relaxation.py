"""The linear relaxation of a model, and what its prices prove in whole numbers (weak duality)."""

from __future__ import annotations

from dataclasses import dataclass

from ortools.linear_solver.python import model_builder

from allocator.optimise.assignment.crossing.linear_model import INFINITE, Expression, LinearModel

PRICE_SCALE = 27720  # divisible by 1 to 12: prices are nearly always such fractions


@dataclass(frozen=True)
class Relaxed:
    """An optimum of the relaxation: floats, which decide nothing by themselves."""

    solution: list[float]  # (variable,)
    price: list[int]  # (row,) in 1/PRICE_SCALE; at least 0 for a lower bound in force, at most 0 for an upper one


def relax(model: LinearModel, target: Expression) -> Relaxed | None:
    """Solve the relaxation; None if there is no solution, or none was found."""
    builder = model_builder.Model()  # type: ignore[no-untyped-call]  # it has no type hints here
    variables = [
        builder.new_num_var(float(low), float(high), "") for low, high in zip(model.low, model.high, strict=True)
    ]
    rows = []
    for row in model.rows:
        total = model_builder.LinearExpr.weighted_sum([variables[v] for v in row.variables], list(row.coefficients))
        low = float("-inf") if row.low == -INFINITE else float(row.low)
        high = float("inf") if row.high == INFINITE else float(row.high)
        rows.append(builder.add_linear_constraint(total, low, high))
    builder.minimize(
        model_builder.LinearExpr.weighted_sum([variables[v] for v in target.variables], list(target.coefficients))
    )
    solver = model_builder.Solver("glop")
    if solver.solve(builder) != model_builder.SolveStatus.OPTIMAL:
        return None
    return Relaxed([solver.value(v) for v in variables], [round(solver.dual_value(r) * PRICE_SCALE) for r in rows])


def proven_bound(model: LinearModel, target: Expression, price: list[int]) -> int:
    """The largest whole number that the prices show no solution to be below.

    For any prices, the target is at least the least of (target − prices·rows) over all values of the variables plus
    what the rows' bounds are worth at the prices. Exact, whatever the prices are.
    """
    reduced = [0] * len(model.names)
    for v, c in zip(target.variables, target.coefficients, strict=True):
        reduced[v] += PRICE_SCALE * c
    total = 0
    exclusive: dict[str, tuple[int, ...]] = {}  # everybody's options, of which one at most is taken
    for row, y in zip(model.rows, price, strict=True):
        if row.kind == "applicant":
            exclusive[row.name] = row.variables
            continue
        bound = row.low if y > 0 else row.high
        if y == 0 or abs(bound) == INFINITE:
            continue
        total += y * bound
        for v, c in zip(row.variables, row.coefficients, strict=True):
            reduced[v] -= y * c
    is_option: set[int] = set()
    for variables in exclusive.values():
        total += min(0, *(reduced[v] for v in variables if model.high[v]), 0)
        is_option.update(variables)
    for v, r in enumerate(reduced):
        if v not in is_option:
            total += r * (model.low[v] if r > 0 else model.high[v])
    return -(-total // PRICE_SCALE) + target.constant
