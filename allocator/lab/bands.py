"""Bands: how an indicator scatters over the repeats of a point, such as synthetic cohorts of several seeds."""

from __future__ import annotations

import polars as pl

_KEY = ("point", "indicator", "group_by", "group")


def bands(variants: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """For each point and row of the indicators: how many repeats have a value, and how the values lie.

    Quantiles are values that occur (nearest rank), for display.
    """
    of_point = rows.filter(pl.col("value").is_not_null()).join(variants.select("variant", "point"), on="variant")
    value = pl.col("value")
    return (
        of_point.group_by(_KEY, maintain_order=True)
        .agg(
            repeats=pl.len().cast(pl.Int64),
            # The last digits of a sum depend on the order, which is kept, and on the machine.
            mean=value.mean().round(12),
            least=value.min(),
            low=value.quantile(0.05, "nearest"),
            median=value.quantile(0.5, "nearest"),
            high=value.quantile(0.95, "nearest"),
            most=value.max(),
        )
        .rename({"low": "5%", "high": "95%"})
    )
