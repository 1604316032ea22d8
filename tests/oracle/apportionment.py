"""R9 as it is written: largest remainders, and controlled rounding by trying every matrix."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction


def exact(seats: list[int], weights: list[int], minimum: int) -> list[list[Fraction]]:
    """The exact shares, after the minimum of every feeder school that has a weight."""
    schools, total = sum(w > 0 for w in weights), sum(weights)
    return [
        [minimum + Fraction((q - minimum * schools) * w, total) if q and w else Fraction(0) for w in weights] for q in seats
    ]


def largest_remainder(seats: list[int], weights: list[int], minimum: int = 0) -> list[list[int]]:
    matrix: list[list[int]] = []
    for q, shares in zip(seats, exact(seats, weights, minimum), strict=True):
        row = [math.floor(share) for share in shares]
        by_remainder = sorted(range(len(row)), key=lambda j: (row[j] - shares[j], j))
        for j in by_remainder[: q - sum(row)]:
            row[j] += 1
        matrix.append(row)
    return matrix


def controlled(seats: list[int], weights: list[int], minimum: int = 0) -> list[list[int]]:
    """Among all roundings with exact programme totals and rounded school totals: the least distance, then the least
    sum of the positions of the schools that are rounded up, then the earliest cells."""
    shares = exact(seats, weights, minimum)
    best: tuple[Fraction, int, list[list[int]]] | None = None
    for rows in itertools.product(*(list(_row_roundings(q, row)) for q, row in zip(seats, shares, strict=True))):
        totals = [(sum(row[j] for row in shares), sum(row[j] for row in rows)) for j in range(len(weights))]
        if any(not math.floor(t) <= got <= math.ceil(t) for t, got in totals):
            continue
        distance = sum((abs(a - b) for r, e in zip(rows, shares, strict=True) for a, b in zip(r, e, strict=True)), Fraction(0))
        up = [[int(a > b) for a, b in zip(r, e, strict=True)] for r, e in zip(rows, shares, strict=True)]
        positions = sum(j for row in up for j, x in enumerate(row) if x)
        candidate = (distance, positions, [[-x for x in row] for row in up])
        if best is None or candidate < best[:3]:
            best = candidate
            chosen = [list(row) for row in rows]
    assert best is not None, "controlled rounding always exists"
    return chosen


def _row_roundings(q: int, shares: list[Fraction]) -> list[list[int]]:
    options = [sorted({math.floor(s), math.ceil(s)}) for s in shares]
    return [list(row) for row in itertools.product(*options) if sum(row) == q]
