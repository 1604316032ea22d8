"""Solving a plan: one objective after the other, each held at its value while the next is made least."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from ortools.sat.python import cp_model

from allocator.optimise.interruptible import searched
from allocator.planning.conflict import find_conflict
from allocator.planning.constraints import add_all
from allocator.planning.model import PlanModel
from allocator.planning.objectives import OBJECTIVES
from allocator.planning.plan import Plan
from allocator.planning.settings import Objective
from allocator.planning.sharing import shared_among_schools, sizes_of_classes
from allocator.planning.solution import Decisions, Infeasible, Solved, Step, Stopped
from allocator.planning.solver import deterministic_solver, work_of

Report = Callable[[str], None]
_FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
_NARROW_SHARE = 0.05  # of the limit of work, at most, for each search among the plans with the best one's classes


def solve(plan: Plan, report: Report = lambda phase: None) -> Solved | Infeasible | Stopped:
    """The plan that is best by its objectives in their order, as far as the limit of work lets it be proven.

    Args:
        report: called with the name of each objective as its turn comes, and with "conflict".
    """
    model = PlanModel(plan)
    add_all(model)
    ladder = [(name, OBJECTIVES[name](model)) for name in plan.settings.objectives]
    limit = left = float(plan.settings.solver.deterministic_time)
    steps: list[Step] = []
    best: cp_model.CpSolver | None = None
    for name, expression in ladder:
        if left <= 0:
            break
        report(name)
        gap = plan.settings.solver.gap.get(name, Decimal(0))
        model.cp.minimize(expression)
        work = 0.0
        if best is not None:
            narrow = deterministic_solver(plan, min(left, _NARROW_SHARE * limit), gap)
            if searched(narrow, _with_classes_of(model, best)) in _FOUND:
                best = narrow
            work = work_of(narrow)
            _begin_at(model, best)
        solver = deterministic_solver(plan, max(left - work, 0.0), gap)
        status = searched(solver, model.cp)
        work += work_of(solver)
        left -= work
        if status == cp_model.INFEASIBLE and best is None:
            report("conflict")
            return find_conflict(plan)
        if status not in _FOUND:
            break
        best = solver
        steps.append(_step(name, solver, Fraction(gap), work))
        model.define(f"{name} stays at most {steps[-1].held}", expression <= steps[-1].held)
    if best is None:
        return Stopped(limit - left)
    for name, expression in ladder[len(steps) :]:
        value = best.value(expression)
        steps.append(Step(name, value, value, None, 0.0))
    return Solved(_decisions(model, best), tuple(steps))


def _step(name: Objective, solver: cp_model.CpSolver, gap: Fraction, work: float) -> Step:
    """What was reached. What the gap leaves free is left to the objectives after it, which are easier for it."""
    # Every objective is a whole number, so a bound between two of them is the next one.
    bound = math.ceil(solver.best_objective_bound - 1e-6)
    value = round(solver.objective_value)
    free = math.floor(bound / (1 - gap)) if gap < 1 else value
    return Step(name, value, max(value, free), bound, work)


def _with_classes_of(model: PlanModel, best: cp_model.CpSolver) -> cp_model.CpModel:
    """The model with the projects and the schools' classes of a plan, where only students and teachers are open.

    It is solved in no time, and a search that begins at its solution is spared what the search is slowest at.
    """
    narrow = model.cp.clone()
    for variable in (*model.variables.start.values(), *model.variables.classes.values()):
        domain = narrow.proto.variables[variable.index].domain
        domain.clear()
        domain.extend([best.value(variable)] * 2)
    return narrow


def _begin_at(model: PlanModel, best: cp_model.CpSolver) -> None:
    """Begin the next search at the plan that was found."""
    model.cp.clear_hints()  # type: ignore[no-untyped-call]  # the library has no annotation here
    for index in range(len(model.cp.proto.variables)):
        variable = model.cp.get_int_var_from_proto_index(index)
        model.cp.add_hint(variable, best.value(variable))


def _decisions(model: PlanModel, solver: cp_model.CpSolver) -> Decisions:
    plan, variables = model.plan, model.variables
    classes = sizes_of_classes(
        plan,
        {key: solver.value(v) for key, v in variables.classes.items()},
        {key: solver.value(v) for key, v in variables.classes_of_size.items()},
    )
    students = {key: solver.value(v) for key, v in variables.students.items()}
    recruited_by = {key: solver.value(v) for key, v in variables.recruited_by.items()}
    return Decisions(
        classes=classes,
        students=shared_among_schools(plan, classes, students),
        begun={project: year for (project, year), v in variables.start.items() if solver.value(v)},
        residents={key: solver.value(v) for key, v in variables.residents.items()},
        recruits={
            (area, track, year): number - recruited_by.get((area, track, year - 1), 0)
            for (area, track, year), number in recruited_by.items()
        },
    )
