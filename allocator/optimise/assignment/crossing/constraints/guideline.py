"""The guideline as a constraint: in every scope, the general track gets share and tolerance at most (R8, R10)."""

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
