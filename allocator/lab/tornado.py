"""The tornado: how far each lever alone moves each indicator from the baseline, the strongest first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from allocator.lab.exact import rounded
from allocator.lab.figures_of_points import figure_of_points
from allocator.lab.sweep_settings import Figure
from allocator.lab.values import Value
from allocator.lab.variants import Variant

TORNADO_SCHEMA = pl.Schema(
    {
        "indicator": pl.String,
        "lever": pl.String,
        "baseline": pl.String,  # the indicator at the baseline; exact, rounded to six places, as all of these
        "lowest": pl.String,
        "lowest_at": pl.String,  # the lever's value there
        "highest": pl.String,
        "highest_at": pl.String,
        "swing": pl.String,  # highest − lowest
    }
)


def tornado(levers: Sequence[str], variants: Sequence[Variant], rows: pl.DataFrame) -> pl.DataFrame:
    """A row for each city-wide indicator and lever, by swing within an indicator; TORNADO_SCHEMA.

    A lever's points are those that set it and nothing else, with the baseline itself.
    """
    alone = _alone(levers, variants)
    names = rows.filter((pl.col("group_by") == "") & pl.col("value").is_not_null())["indicator"].unique(
        maintain_order=True
    )
    found: list[dict[str, str]] = []
    for name in names:
        points = figure_of_points(variants, rows, Figure(name))
        bars = [
            (lever, _bar(points[0], {value: points[p] for value, p in of.items() if p in points}))
            for lever, of in alone.items()
            if 0 in points
        ]
        bars.sort(key=lambda bar: -bar[1][0])
        for lever, (swing, figures) in bars:
            found.append({"indicator": name, "lever": lever, **figures, "swing": rounded(swing)})
    return pl.DataFrame(found, schema=TORNADO_SCHEMA)


def _alone(levers: Sequence[str], variants: Sequence[Variant]) -> dict[str, dict[str, int]]:
    """By lever and its value as text, the point that sets it and nothing else."""
    alone: dict[str, dict[str, int]] = {lever: {} for lever in levers}
    for variant in variants:
        if len(variant.levers) == 1:
            ((lever, value),) = variant.levers.items()
            if lever in alone:
                alone[lever][value_text(value)] = variant.point
    return alone


def _bar(baseline: Fraction, points: Mapping[str, Fraction]) -> tuple[Fraction, dict[str, str]]:
    values = {"": baseline, **points}
    low, high = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    return values[high] - values[low], {
        "baseline": rounded(baseline),
        "lowest": rounded(values[low]),
        "lowest_at": low,
        "highest": rounded(values[high]),
        "highest_at": high,
    }


def value_text(value: Value) -> str:
    """A lever's value in one cell of a table."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
