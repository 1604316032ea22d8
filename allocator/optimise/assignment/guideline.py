"""The guideline in an optimal batch: what it counts, and what it forbids where it is a constraint (R8, R10)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from allocator.optimise.assignment.levels import Piece
from allocator.optimise.assignment.problem import CountedSet, Problem


@dataclass(frozen=True)
class Counted:
    """One scope: the sets whose admissions here are counted, and what earlier batches add."""

    name: str  # "" is the whole city
    sets: tuple[CountedSet, ...]  # the general track; and, where the basis is the admitted, all programmes
    earlier_general: int
    earlier_basis: int


def counted(problem: Problem) -> tuple[Counted, ...]:
    """The guideline's scopes."""
    rule = problem.guideline
    assert rule is not None
    everything = np.ones(problem.num_programmes, dtype=np.bool_)
    scopes = []
    for s, name in enumerate(rule.scope_names):
        people = rule.scope == s if name else None
        sets = [CountedSet(problem.is_general, people)]
        if rule.basis_grows:
            sets.append(CountedSet(everything, people))
        scopes.append(Counted(name, tuple(sets), int(rule.earlier_general[s]), int(rule.earlier_basis[s])))
    return tuple(scopes)


def excess(problem: Problem, scope: Counted) -> Piece:
    """An affine function that is at most 0 exactly where the scope's G ≤ (share + tolerance)·B."""
    rule = problem.guideline
    assert rule is not None
    limit = Fraction(rule.share + rule.tolerance)
    slopes = (limit.denominator, -limit.numerator)[: len(scope.sets)]
    return Piece(slopes, limit.denominator * scope.earlier_general - limit.numerator * scope.earlier_basis)
