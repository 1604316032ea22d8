"""R10: what each objective measures in every assignment, and which assignments it prefers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm

import numpy as np

from allocator.optimise.assignment.problem import Problem
from tests.oracle.assignments import BoolArray, IntArray, Table, Way, general_and_basis

Value = int | Fraction | tuple[int, ...]

MOST = {"placed", "feeder", "same_area", "profile_greedy"}  # the larger, the better


def best(measured: IntArray, objective: str) -> BoolArray:
    """(assignment,) which of them an objective prefers; (assignment, number) the first number counts most."""
    preferred = -measured if objective in MOST else measured
    if objective == "profile_generous":
        preferred = preferred[:, ::-1]
    rows = np.ones(len(preferred), dtype=np.bool_)
    for column in preferred.T:
        rows &= column == column[rows].min()
    return rows


def value(table: Table, objective: str) -> Value:
    """An objective's value, which all of these assignments have."""
    (measured,) = {tuple(row) for row in MEASURES[objective](table).tolist()}
    if objective.startswith("profile"):
        return measured
    return Fraction(measured[0], unit(table.problem)) if objective == "guideline" else int(measured[0])


def unit(problem: Problem) -> int:
    """In 1/unit, whatever the guideline compares is whole."""
    assert problem.guideline is not None
    return lcm(problem.guideline.share.denominator, problem.guideline.tolerance.denominator)


# What each objective measures: (assignment, number); all have one number, and a profile one for each choice number.


def placed(table: Table) -> IntArray:
    return total(table, lambda a, way: way.option >= 0)


def guideline(table: Table) -> IntArray:
    rule, factor = table.problem.guideline, unit(table.problem)
    assert rule is not None
    total = np.zeros(len(table.taken), dtype=np.int64)
    for scope in range(len(rule.scope_names)):
        general, basis = general_and_basis(table, rule, scope)
        beyond = abs(general * factor - int(rule.share * factor) * basis) - int(rule.tolerance * factor) * basis
        total += np.maximum(beyond, 0)
    return total[:, None]


def feeder(table: Table) -> IntArray:
    per_school = table.problem.cells.per_school
    return total(table, lambda a, way: way.option >= 0 and bool(per_school[way.pool]))


def same_area(table: Table) -> IntArray:
    in_own_area = table.problem.options.in_own_area
    return total(table, lambda a, way: way.option >= 0 and bool(in_own_area[way.option]))


def total(table: Table, counts: Callable[[int, Way], int]) -> IntArray:
    """(assignment, 1) the sum over the applicants."""
    sums: IntArray = table.of_ways(counts).sum(axis=1, keepdims=True)
    return sums


def numbers(table: Table) -> IntArray:
    """(assignment, applicant) the choice number, 0 of the unplaced."""
    return table.of_ways(lambda a, way: max(way.number, 0))


def choice(table: Table) -> IntArray:
    return total(table, lambda a, way: max(way.number, 0))


def choice_squared(table: Table) -> IntArray:
    return total(table, lambda a, way: max(way.number, 0) ** 2)


def worst_choice(table: Table) -> IntArray:
    worst: IntArray = numbers(table).max(axis=1, initial=0, keepdims=True)
    return worst


def profile(table: Table) -> IntArray:
    largest = int(table.problem.options.number.max(initial=0))
    counts = [(numbers(table) == k).sum(axis=1) for k in range(1, largest + 1)]
    return np.stack(counts, axis=1) if counts else np.zeros((len(table.taken), 0), dtype=np.int64)


def distances(table: Table) -> IntArray:
    """(assignment, bound with a target)"""
    columns = [abs(table.admissions(b.members) - b.target) for b in table.problem.bounds if b.target is not None]
    return np.stack(columns, axis=1) if columns else np.zeros((len(table.taken), 1), dtype=np.int64)


def targets(table: Table) -> IntArray:
    sums: IntArray = distances(table).sum(axis=1, keepdims=True)
    return sums


def worst_target(table: Table) -> IntArray:
    worst: IntArray = distances(table).max(axis=1, keepdims=True)
    return worst


MEASURES: Mapping[str, Callable[[Table], IntArray]] = {
    "placed": placed,
    "guideline": guideline,
    "feeder": feeder,
    "same_area": same_area,
    "choice": choice,
    "choice_squared": choice_squared,
    "worst_choice": worst_choice,
    "profile_greedy": profile,
    "profile_generous": profile,
    "targets": targets,
    "worst_target": worst_target,
}
