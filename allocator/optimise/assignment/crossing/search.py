"""A linear model minimised by CP-SAT: exact in whole numbers, one worker, limited by work done and not by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from allocator.optimise.assignment.crossing.linear_model import INFINITE, Expression, LinearModel
from allocator.optimise.assignment.crossing.optimum import Limits
from allocator.optimise.interruptible import searched


@dataclass(frozen=True)
class Found:
    """The best solution that was found, and what is known about all of them."""

    solution: list[int] | None  # (variable,) None if none was found
    value: int  # of the solution
    bound: int  # no solution is smaller
    is_impossible: bool  # there is no solution


def minimise(
    model: LinearModel,
    target: Expression,
    limits: Limits,
    *,
    hint: Sequence[int] | None = None,
    at_least: int | None = None,
) -> Found:
    """The least of a sum over variables.

    Args:
        hint: values of the first variables, from an earlier search.
        at_least: no solution is smaller: found elsewhere.
    """
    cp = cp_model.CpModel()
    variables = [cp.new_int_var(low, high, "") for low, high in zip(model.low, model.high, strict=True)]
    for row in model.rows:
        total = cp_model.LinearExpr.weighted_sum([variables[v] for v in row.variables], list(row.coefficients))
        low = cp_model.INT_MIN if row.low == -INFINITE else row.low
        high = cp_model.INT_MAX if row.high == INFINITE else row.high
        cp.add_linear_constraint(total, low, high)
    aim = cp_model.LinearExpr.weighted_sum([variables[v] for v in target.variables], list(target.coefficients))
    if at_least is not None:
        cp.add(aim >= at_least - target.constant)
    if target.variables:
        cp.minimize(aim)
    for v, value in enumerate(hint or ()):
        cp.add_hint(variables[v], value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    # Seen in 9.15: after looking for symmetries, presolve can end the whole process ("Check failed: VarToConstraints").
    solver.parameters.symmetry_level = 0
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_deterministic_time = limits.deterministic_time
    status = searched(solver, cp)
    if status == cp_model.INFEASIBLE:
        return Found(None, 0, 0, True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, 0, 0, False)
    solution = [solver.value(v) for v in variables]
    value = target.value(solution)
    # The solver's bound is a whole number in a float.
    bound = value if status == cp_model.OPTIMAL else round(solver.best_objective_bound) + target.constant
    return Found(solution, value, min(bound, value), False)
