"""R10, one optimal batch: all assignments in one table, a row each; every rule strikes out rows, until one is left.

Of the package it knows the form of a problem alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import numpy as np

from allocator.optimise.assignment.problem import UNBOUNDED, CountedSet, Problem
from tests.oracle.assignments import BoolArray, Table, Way, general_and_basis, only, within_the_seats
from tests.oracle.objectives import MEASURES, Value, best, value

Counts = Iterable[tuple[CountedSet, int]]  # admissions of some sets


def solve(problem: Problem) -> tuple[dict[str, Value], Table] | None:
    """The value of every objective of the ladder, and all assignments that have them; None if infeasible."""
    table = within_the_rules(problem)
    if len(table.taken) == 0:
        return None
    values: dict[str, Value] = {}
    for objective in problem.ladder:
        if objective != "score":
            measured = MEASURES[objective](table)
            table = table.where(best(measured, objective))
            values[objective] = value(table, objective)
    return values, table


def settle(table: Table, counts: Counts = (), statuses: Sequence[str] | None = None) -> tuple[Way, ...]:
    """``score``: of these assignments, the one that is left after its three passes.

    Args:
        counts: where bounds cross, what the passes must not change.
        statuses: of each applicant, likewise, where a guideline by area counts.
    """
    for counted, number in counts:
        table = table.where(table.admissions(counted) == number)
    for applicant, status in enumerate(statuses or ()):
        kinds = [status_of(table.problem, way) for way in table.ways[applicant]]
        table = table.where(np.array([kind == status for kind in kinds])[table.taken[:, applicant]])
    last = 2**40
    programme_order, in_order = table.problem.programme_order, table.problem.order
    passes: list[Callable[[int, Way], int]] = [
        lambda a, way: way.number if way.option >= 0 else last,
        lambda a, way: int(programme_order[way.programme]) if way.option >= 0 else last,
        lambda a, way: way.pool,
    ]
    for key in passes:
        for applicant in in_order:
            got = table.of_ways(key)[:, applicant]
            table = table.where(got == got.min())
    assert len(table.taken) == 1
    return tuple(ways[i] for ways, i in zip(table.ways, table.taken[0], strict=True))


def status_of(problem: Problem, way: Way) -> str:
    """What the guideline tells apart."""
    if way.option < 0:
        return "unplaced"
    return "general" if problem.is_general[way.programme] else "vocational"


def guideline_counts(problem: Problem) -> bool:
    """The guideline is an objective or a constraint here, not a report alone."""
    return problem.guideline is not None and (problem.guideline.is_constraint or "guideline" in problem.ladder)


def counts_by_area(problem: Problem) -> bool:
    """So the optimum also says who is admitted to which track."""
    return guideline_counts(problem) and problem.guideline is not None and any(problem.guideline.scope_names)


def conflicts(problem: Problem) -> set[frozenset[str]]:
    """The smallest sets of rules that no assignment satisfies together: all of those with the fewest rules."""
    table = opening(within_the_seats(problem))
    held = rules(table)
    for size in range(1, len(held) + 1):
        found = {
            frozenset(names)
            for names in combinations(held, size)
            if not np.logical_and.reduce([held[name] for name in names]).any()
        }
        if found:
            return found
    return set()


def within_the_rules(problem: Problem) -> Table:
    """All assignments that R10 allows."""
    table = opening(within_the_seats(problem))
    satisfied = np.ones(len(table.taken), dtype=np.bool_)
    for holds in rules(table).values():
        satisfied &= holds
    return table.where(satisfied)


def opening(table: Table) -> Table:
    """The assignments in which every programme with a least size admits nobody here or at least that many."""
    for programme, least in enumerate(table.problem.min_open):
        admitted = table.admissions(only(table.problem, programme))
        table = table.where((admitted == 0) | (admitted >= least))
    return table


def rules(table: Table) -> dict[str, BoolArray]:
    """The rules that can be in conflict, in the scenario's words: (assignment,) whether each is satisfied."""
    problem = table.problem
    satisfied: dict[str, BoolArray] = {}
    for bound in problem.bounds:
        admitted = table.admissions(bound.members)
        if bound.at_least > 0:
            satisfied[f"{bound.name} at least {bound.at_least + bound.earlier}"] = admitted >= bound.at_least
        if bound.at_most < UNBOUNDED:
            satisfied[f"{bound.name} at most {bound.at_most + bound.earlier}"] = admitted <= bound.at_most
    rule = problem.guideline
    if rule is not None and rule.is_constraint:
        limit = rule.share + rule.tolerance
        for scope, name in enumerate(rule.scope_names):
            general, basis = general_and_basis(table, rule, scope)
            phrase = f"guideline at most {decimal(limit)}" + (f" in {name}" if name else "")
            satisfied[phrase] = general * limit.denominator <= limit.numerator * basis
    return satisfied


def decimal(number: Fraction) -> str:
    """A number that has a finite decimal expansion, in full and without zeros at its end."""
    return f"{(Decimal(number.numerator) / number.denominator).normalize():f}"
