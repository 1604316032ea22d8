"""``guideline``: least |G − share·B| beyond the tolerance, summed over the scopes (R8, R10)."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from allocator.optimise.assignment.guideline import counted
from allocator.optimise.assignment.levels import Level, Piece, Term
from allocator.optimise.assignment.problem import Problem


def levels(problem: Problem) -> tuple[Level, ...]:
    """max(0, ±(G − share·B) − tolerance·B), in multiples of the common denominator of share and tolerance."""
    rule = problem.guideline
    assert rule is not None  # a ladder with this objective without a guideline is a mistake of the input
    denominator = lcm(rule.share.denominator, rule.tolerance.denominator)
    terms = []
    for scope in counted(problem):
        pieces = [Piece((0,) * len(scope.sets), 0)]
        for sign in (1, -1):
            # sign·(G − share·B) − tolerance·B with G = g₀ + g and B = b₀ + b
            of_general, of_basis = sign, -sign * rule.share - rule.tolerance
            slopes = (of_general, of_basis)[: len(scope.sets)]
            constant = of_general * scope.earlier_general + of_basis * scope.earlier_basis
            pieces.append(Piece(tuple(int(s * denominator) for s in slopes), int(constant * denominator)))
        terms.append(Term(scope.sets, tuple(pieces)))
    return (Level("guideline", terms=tuple(terms), unit=Fraction(1, denominator)),)
