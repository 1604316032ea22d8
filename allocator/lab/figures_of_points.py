"""Figures of the points of a sweep: the mean over what is repeated, exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from allocator.lab.exact import exact
from allocator.lab.sweep_settings import Figure
from allocator.lab.variants import Variant

Points = Mapping[int, Fraction]  # point to the mean of a figure, for points all of whose repeats have one


def figure_of_points(variants: Sequence[Variant], rows: pl.DataFrame, figure: Figure) -> Points:
    """The mean of a figure over the repeats of each point."""
    here = rows.filter(
        (pl.col("indicator") == figure.indicator)
        & (pl.col("group_by") == figure.group_by)
        & (pl.col("group") == figure.group)
    )
    of_variant = {
        row["variant"]: exact(row["numerator"], row["denominator"], row["value"]) for row in here.iter_rows(named=True)
    }
    repeats: dict[int, list[Fraction | None]] = {}
    for variant in variants:
        repeats.setdefault(variant.point, []).append(of_variant.get(variant.index))
    means: dict[int, Fraction] = {}
    for point, values in repeats.items():
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            means[point] = sum(known, Fraction(0)) / len(known)
    return means
