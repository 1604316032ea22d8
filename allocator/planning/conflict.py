"""Which rules conflict: a set of rules that cannot be kept together, of which none can be left out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ortools.sat.python import cp_model

from allocator.optimise.interruptible import searched
from allocator.planning.constraints import add_all
from allocator.planning.model import PlanModel
from allocator.planning.plan import Plan
from allocator.planning.rules import Rule
from allocator.planning.solution import Infeasible
from allocator.planning.solver import deterministic_solver, work_of


def find_conflict(plan: Plan) -> Infeasible:
    """The solver names some rules that conflict; then each is left out in turn, and stays out if a conflict remains.

    What is left is smallest in the sense that every one of its rules is needed for the conflict. Where the limit of
    work keeps that from being proven for some rule, the rule stays.
    """
    limit = float(plan.settings.solver.conflict_time)
    left = limit
    model = PlanModel(plan, assumed=True)
    add_all(model)
    literals = {literal.index: kept for kept, literal in model.rules.items() if literal is not None}
    model.cp.add_assumptions([literal for literal in model.rules.values() if literal is not None])
    solver = deterministic_solver(plan, left)
    status = searched(solver, model.cp)
    left -= work_of(solver)
    if status != cp_model.INFEASIBLE:
        conflict = list(model.rules)
    else:
        named = {literals[index] for index in solver.sufficient_assumptions_for_infeasibility()}
        conflict = [kept for kept in model.rules if kept in named]
    is_smallest = True
    for candidate in list(conflict):
        others = [kept for kept in conflict if kept != candidate]
        status, work = _solve_only(plan, others, left)
        left -= work
        if status == cp_model.INFEASIBLE:
            conflict = others
        elif status == cp_model.UNKNOWN:
            is_smallest = False
    return Infeasible(tuple(conflict), is_smallest, limit - left)


def _solve_only(plan: Plan, rules: Collection[Rule], work: float) -> tuple[Any, float]:
    """The solver's status, whether a plan keeps these rules alone, and its work."""
    if work <= 0:
        return cp_model.UNKNOWN, 0.0
    model = PlanModel(plan, only=frozenset(rules))
    add_all(model)
    solver = deterministic_solver(plan, work)
    return searched(solver, model.cp), work_of(solver)
