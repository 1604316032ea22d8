"""What an objective minimises, in a form that every solver can read (R10).

A *level* is one number to be made as small as possible once the levels before it are: a sum over admissions, plus
convex functions of counts. A *worst* level is a largest number to be made as small as possible. Objectives that are
maximised enter with the opposite sign; a profile is several levels, one for each choice number.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from allocator.market.market import IntArray
from allocator.optimise.assignment.problem import CountedSet


@dataclass(frozen=True)
class Piece:
    """An affine function of the counts of a term's sets."""

    slopes: tuple[int, ...]  # (set,)
    constant: int


@dataclass(frozen=True)
class Term:
    """A convex function of how many are admitted here in each of some sets: the largest of its pieces."""

    sets: tuple[CountedSet, ...]
    pieces: tuple[Piece, ...]

    def value(self, counts: tuple[int, ...]) -> int:
        """The term, for these counts of its sets."""
        return max(
            piece.constant + sum(s * n for s, n in zip(piece.slopes, counts, strict=True)) for piece in self.pieces
        )


@dataclass(frozen=True)
class Level:
    """A sum to be minimised."""

    objective: str
    option_cost: IntArray | None = None  # (option,) of each admission by its option
    cell_cost: IntArray | None = None  # (cell,) of each admission by its cell
    terms: tuple[Term, ...] = ()
    unit: Fraction = Fraction(1)  # the objective's value is this times the sum; negative where it is maximised


@dataclass(frozen=True)
class WorstLevel:
    """A largest number to be minimised: over the admitted options, or over terms; 0 where there is none."""

    objective: str
    option_cost: IntArray | None = None  # (option,)
    terms: tuple[Term, ...] = ()


AnyLevel = Level | WorstLevel
