"""A batch as one linear model, one level after the other with the levels before it kept: exact for small batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.conflicts import conflict
from allocator.optimise.assignment.crossing.admissions import Admissions, admissions
from allocator.optimise.assignment.crossing.atoms import counts, guideline_counts
from allocator.optimise.assignment.crossing.constraints import CONSTRAINTS
from allocator.optimise.assignment.crossing.linear_model import Expression
from allocator.optimise.assignment.crossing.objective import keep, objective
from allocator.optimise.assignment.crossing.optimum import UNPLACED, Limits, Optimum, Stopped, status_of
from allocator.optimise.assignment.crossing.prices import priced_rows, published, unit_of_guideline
from allocator.optimise.assignment.crossing.relaxation import PRICE_SCALE, proven_bound, relax
from allocator.optimise.assignment.crossing.search import minimise
from allocator.optimise.assignment.crossing.values import unproven, values_by_objective
from allocator.optimise.assignment.objectives import ladder
from allocator.optimise.assignment.problem import Infeasible, Problem


@dataclass(frozen=True)
class Solution:
    """One level, solved."""

    values: list[int]  # (variable,)
    value: int
    bound: int
    price: list[int]  # (row,) of the relaxation, empty where it was not needed


def solve_one_model(problem: Problem, limits: Limits) -> Optimum | Infeasible | Stopped:
    """The optimum of a batch of any structure."""
    model = constrained(problem)
    levels = ladder(problem)
    first = minimise(model.model, Expression((), ()), limits)
    if first.is_impossible:
        return Infeasible(conflict(problem, lambda part: is_feasible(part, limits)))
    if first.solution is None:
        return Stopped()
    solution = first.solution
    totals, bounds, prices = [], [], []
    for place, level in enumerate(levels):
        target = objective(model, level, place)
        solved = _solve(model, target, solution, limits)
        if solved is None:
            return Stopped(level.objective)
        solution = solved.values
        totals.append(solved.value)
        bounds.append(solved.bound)
        prices.extend(published(problem, levels, place, priced_rows(model.model.rows, solved.price), PRICE_SCALE))
        keep(model, level, place, target, solved.value)
    chosen = np.flatnonzero((model.option_variable >= 0) & (np.array([0, *solution])[model.option_variable + 1] == 1))
    return Optimum(
        values=values_by_objective(problem, levels, totals),
        bounds=unproven(levels, totals, bounds),
        counts=counts(problem, problem.options.programme[chosen].astype(np.int64)),
        statuses=statuses(problem, chosen),
        prices=tuple(prices),
        price_scale=PRICE_SCALE * unit_of_guideline(problem),
    )


def constrained(problem: Problem) -> Admissions:
    """The model of a problem with all of its constraints, and no objective yet."""
    model = admissions(problem)
    for constrain in CONSTRAINTS.values():
        constrain(model)
    return model


def is_feasible(problem: Problem, limits: Limits) -> bool:
    """Whether any assignment keeps the problem's rules, as far as the search tells."""
    if any(bound.at_most < max(0, bound.at_least) for bound in problem.bounds):
        return False
    return not minimise(constrained(problem).model, Expression((), ()), limits).is_impossible


def _solve(model: Admissions, target: Expression, hint: Sequence[int] | None, limits: Limits) -> Solution | None:
    relaxed = relax(model.model, target)
    bound = proven_bound(model.model, target, relaxed.price) if relaxed else None
    if relaxed is not None:
        rounded = [round(v) for v in relaxed.solution]
        # A corner of the relaxation is often whole already; exact arithmetic says whether it is.
        if model.model.is_kept_by(rounded) and target.value(rounded) == bound:
            return Solution(rounded, target.value(rounded), target.value(rounded), relaxed.price)
    found = minimise(model.model, target, limits, hint=hint, at_least=bound)
    if found.solution is None:
        return None
    return Solution(
        found.solution,
        found.value,
        found.bound if bound is None else max(bound, found.bound),
        relaxed.price if relaxed else [],
    )


def statuses(problem: Problem, chosen: IntArray) -> IntArray | None:
    """(applicant,) general, vocational or unplaced, where the guideline counts by area."""
    if problem.guideline is None or not guideline_counts(problem) or problem.guideline.scope_names == ("",):
        return None
    status = np.full(problem.num_applicants, UNPLACED, dtype=np.int64)
    for o in chosen:
        status[problem.options.applicant[o]] = status_of(problem.is_general[problem.options.programme[o]])
    return status
