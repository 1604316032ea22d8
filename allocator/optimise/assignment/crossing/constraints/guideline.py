"""The guideline as a constraint: the general track gets its share and the tolerance at most, in every scope (R8, R10)."""

from __future__ import annotations

from allocator.optimise.assignment.crossing.admissions import Counting
from allocator.optimise.assignment.guideline import counted, excess


def constrain(admissions: Counting) -> None:
    problem = admissions.problem
    if problem.guideline is None or not problem.guideline.is_constraint:
        return
    for scope in counted(problem):
        piece = excess(problem, scope)
        terms = [(admissions.count(s), slope) for s, slope in zip(scope.sets, piece.slopes, strict=True)]
        admissions.model.row("guideline", scope.name, terms, high=-piece.constant)
