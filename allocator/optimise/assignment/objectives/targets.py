"""``targets``: least sum of the distances of caps' admissions from their targets (R10)."""

from __future__ import annotations

from allocator.optimise.assignment.levels import Level, Piece, Term
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[Level, ...]:
    return (Level("targets", terms=distances(problem)),)


def distances(problem: Problem) -> tuple[Term, ...]:
    """|admissions − target| of every cap with a target."""
    return tuple(
        Term((bound.members,), (Piece((1,), -bound.target), Piece((-1,), bound.target)))
        for bound in problem.bounds
        if bound.target is not None
    )
