"""The frontier: points that no other beats, being at least as good in every figure and better in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby

import polars as pl

from allocator.lab.exact import rounded
from allocator.lab.figures_of_points import Points


def frontier(figures: Mapping[str, Points], better: Mapping[str, str], points: Sequence[int]) -> pl.DataFrame:
    """One row per point: its figures, and which point of the frontier dominates it, if one does.

    Args:
        figures: by the figure's text, the value of each point.
        better: by the figure's text, ``higher`` or ``lower``.

    Points without one of the figures are not compared; their row has no value under ``dominated``.
    """
    signs = {name: 1 if better[name] == "higher" else -1 for name in figures}
    compared = [point for point in points if all(point in values for values in figures.values())]
    worth = {point: tuple(signs[name] * values[point] for name, values in figures.items()) for point in compared}
    dominated_by = _dominated_by(worth)
    return pl.DataFrame(
        {
            "point": list(points),
            **{
                name: [rounded(values[point]) if point in values else None for point in points]
                for name, values in figures.items()
            },
            "dominated": [point in dominated_by if point in worth else None for point in points],
            "dominated_by": [dominated_by.get(point) for point in points],
        },
        schema={
            "point": pl.Int64,
            **dict.fromkeys(figures, pl.String),
            "dominated": pl.Boolean,
            "dominated_by": pl.Int64,
        },
    )


def _dominated_by(worth: Mapping[int, tuple[Fraction, ...]]) -> dict[int, int]:
    """Each dominated point, with a point of the frontier that dominates it."""
    found: dict[int, int] = {}
    best: list[int] = []
    # A dominator comes before what it dominates in lexicographic order, and what dominates a dominator does so too.
    in_order = sorted(worth, key=lambda p: (*(-value for value in worth[p]), p))
    for _, equals in groupby(in_order, key=worth.__getitem__):  # equal points share their fate
        first, *others = equals
        dominator = next((other for other in best if _dominates(worth[other], worth[first])), None)
        if dominator is None:
            best.append(first)
        else:
            found.update(dict.fromkeys((first, *others), dominator))
    return found


def _dominates(one: tuple[Fraction, ...], other: tuple[Fraction, ...]) -> bool:
    return one != other and all(a >= b for a, b in zip(one, other, strict=True))
