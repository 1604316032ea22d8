"""R9: feeder seats shared among feeder schools, in fractions and by trying all roundings that can matter."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

Matrix = list[list[int]]  # programme by feeder school, both in the order of identifiers
Value = tuple[Fraction, int, tuple[bool, ...]]  # distance, positions rounded up, cells not rounded up: less is better


def exact_shares(seats: int, weights: Sequence[int], minimum: int = 0) -> list[Fraction]:
    """R9's exact share of each feeder school in a programme's seats: the minimum first, the rest in proportion."""
    if seats == 0:
        return [Fraction(0)] * len(weights)
    rest = seats - minimum * sum(w > 0 for w in weights)
    return [minimum + Fraction(rest * w, sum(weights)) if w > 0 else Fraction(0) for w in weights]


def largest_remainder(seats: int, weights: Sequence[int], minimum: int = 0) -> list[int]:
    """R9, one programme: equal remainders go to the feeder school with the smaller identifier."""
    shares = exact_shares(seats, weights, minimum)
    cells = [floor(share) for share in shares]
    by_remainder = sorted(range(len(cells)), key=lambda j: (cells[j] - shares[j], j))
    for j in by_remainder[: seats - sum(cells)]:
        cells[j] += 1
    return cells


def controlled(seats: Sequence[int], weights: Sequence[int], minimum: int = 0) -> Matrix:
    """R9, all programmes of a batch together.

    Among equals: the least sum of the positions of the rounded-up feeder schools, then the earliest cells rounded up.
    """
    shares = [exact_shares(q, weights, minimum) for q in seats]
    # What later programmes may do depends on the feeder schools' totals so far alone: of all roundings of the
    # programmes so far with the same totals, only the best can be part of the best.
    best: dict[tuple[int, ...], tuple[Value, Matrix]] = {(0,) * len(weights): ((Fraction(0), 0, ()), [])}
    for q, share in zip(seats, shares, strict=True):
        longer: dict[tuple[int, ...], tuple[Value, Matrix]] = {}
        for totals, ((distance, positions, not_up), matrix) in best.items():
            for up in roundings(q, share):
                cells = [floor(x) + (j in up) for j, x in enumerate(share)]
                value = (
                    distance + sum(abs(c - x) for c, x in zip(cells, share, strict=True)),
                    positions + sum(up),
                    not_up + tuple(j not in up for j in range(len(share))),
                )
                key = tuple(t + c for t, c in zip(totals, cells, strict=True))
                if key not in longer or value < longer[key][0]:
                    longer[key] = (value, [*matrix, cells])
        best = longer
    exact = [sum(share[j] for share in shares) for j in range(len(weights))]
    allowed = [
        entry
        for totals, entry in best.items()
        if all(floor(e) <= t <= ceil(e) for t, e in zip(totals, exact, strict=True))
    ]
    return min(allowed, key=lambda entry: entry[0])[1]


def roundings(seats: int, share: Sequence[Fraction]) -> list[tuple[int, ...]]:
    """The ways to choose which cells of a programme are rounded up, so that its total is exact."""
    free = [j for j, x in enumerate(share) if x != floor(x)]
    return list(combinations(free, seats - sum(floor(x) for x in share)))
