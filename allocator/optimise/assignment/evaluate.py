"""What an assignment is worth: every objective's value, counted from the assignment itself (R10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from allocator.optimise.assignment.levels import AnyLevel, Level, Term
from allocator.optimise.assignment.problem import Assignment, CountedSet, Problem


def values(
    problem: Problem, assignment: Assignment, levels: Sequence[AnyLevel]
) -> Mapping[str, int | Fraction | tuple[int, ...]]:
    """By objective; whole numbers where they are, and a profile from choice number 1 upwards."""
    found: dict[str, list[Fraction]] = {}
    for level in levels:
        found.setdefault(level.objective, []).append(value(problem, assignment, level))
    result: dict[str, int | Fraction | tuple[int, ...]] = {}
    for name, numbers in found.items():
        if name == "profile_generous":
            numbers.reverse()
        if name.startswith("profile"):
            result[name] = tuple(int(n) for n in numbers)
        else:
            result[name] = int(numbers[0]) if numbers[0].denominator == 1 else numbers[0]
    for name in problem.ladder:
        if name.startswith("profile"):
            result.setdefault(name, ())
    return {name: result[name] for name in problem.ladder if name in result}


def value(problem: Problem, assignment: Assignment, level: AnyLevel) -> Fraction:
    """One level's number, in the objective's own unit."""
    placed = assignment.option[assignment.option >= 0]
    numbers = [term_value(problem, assignment, term) for term in level.terms]
    if isinstance(level, Level):
        if level.option_cost is not None:
            numbers.append(int(level.option_cost[placed].sum()))
        if level.cell_cost is not None:
            numbers.append(int(level.cell_cost[assignment.cell[assignment.cell >= 0]].sum()))
        return sum(numbers) * level.unit
    if level.option_cost is not None and len(placed):
        numbers.append(int(level.option_cost[placed].max()))
    return Fraction(max(numbers, default=0))


def term_value(problem: Problem, assignment: Assignment, term: Term) -> int:
    """A term's number for this assignment."""
    return term.value(tuple(count(problem, assignment, members) for members in term.sets))


def count(problem: Problem, assignment: Assignment, members: CountedSet) -> int:
    """How many of the admissions a set counts."""
    applicants = np.flatnonzero(assignment.option >= 0)
    inside = members.programmes[problem.options.programme[assignment.option[applicants]]]
    if members.applicants is not None:
        inside = inside & members.applicants[applicants]
    return int(inside.sum())
