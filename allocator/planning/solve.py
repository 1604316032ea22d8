"""Solving a plan: one objective after the other, each held at its value while the next is made least."""

from __future__ import annotations

import math
from decimal import Decimal

from ortools.sat.python import cp_model

from allocator.planning.conflict import find_conflict
from allocator.planning.constraints import add_all
from allocator.planning.model import PlanModel
from allocator.planning.objectives import OBJECTIVES
from allocator.planning.plan import Plan
from allocator.planning.settings import Objective
from allocator.planning.sharing import shared_among_schools
from allocator.planning.solution import Decisions, Infeasible, Solved, Step, Stopped
from allocator.planning.solver import deterministic_solver, work_of


def solve(plan: Plan) -> Solved | Infeasible | Stopped:
    """The plan that is best by its objectives in their order, as far as the limit of work lets it be proven."""
    model = PlanModel(plan)
    add_all(model)
    ladder = [(name, OBJECTIVES[name](model)) for name in plan.settings.objectives]
    left = float(plan.settings.solver.deterministic_time)
    steps: list[Step] = []
    best: cp_model.CpSolver | None = None
    for name, expression in ladder:
        if left <= 0:
            break
        model.cp.minimize(expression)
        solver = deterministic_solver(plan, left, plan.settings.solver.gap.get(name, Decimal(0)))
        status = solver.solve(model.cp)
        left -= work_of(solver)
        if status == cp_model.INFEASIBLE and best is None:
            return find_conflict(plan)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        best = solver
        steps.append(_step(name, solver))
        _hold(model, name, steps[-1].value, solver, expression)
    if best is None:
        return Stopped(float(plan.settings.solver.deterministic_time) - left)
    for name, expression in ladder[len(steps) :]:
        steps.append(Step(name, best.value(expression), None, 0.0))
    return Solved(_decisions(model, best), tuple(steps))


def _step(name: Objective, solver: cp_model.CpSolver) -> Step:
    # Every objective is a whole number, so a bound between two of them is the next one.
    bound = math.ceil(solver.best_objective_bound - 1e-6)
    return Step(name, round(solver.objective_value), bound, work_of(solver))


def _hold(
    model: PlanModel, name: Objective, value: int, solver: cp_model.CpSolver, expression: cp_model.LinearExpr | int
) -> None:
    """Keep an objective at its value, and begin the next search at the plan that was found."""
    model.define(f"{name} stays at most {value}", expression <= value)
    model.cp.clear_hints()  # type: ignore[no-untyped-call]  # the library has no annotation here
    for index in range(len(model.cp.proto.variables)):
        variable = model.cp.get_int_var_from_proto_index(index)
        model.cp.add_hint(variable, solver.value(variable))


def _decisions(model: PlanModel, solver: cp_model.CpSolver) -> Decisions:
    variables = model.variables
    classes = {key: solver.value(v) for key, v in variables.classes.items()}
    students = {key: solver.value(v) for key, v in variables.students.items()}
    return Decisions(
        classes=classes,
        students=shared_among_schools(model.plan, classes, students),
        begun={project: year for (project, year), v in variables.start.items() if solver.value(v)},
        residents={key: solver.value(v) for key, v in variables.residents.items()},
        recruits={key: solver.value(v) for key, v in variables.recruits.items()},
    )
