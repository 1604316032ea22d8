"""The lines that decided a move: of the pool or cell that a mover would have liked better, before and after."""

from __future__ import annotations

import polars as pl

from allocator.indicators import line_movements
from allocator.lab.side_by_side import Side

_KEY = ("batch", "programme_id", "pool", "feeder_school_id")


def with_lines(moves: pl.DataFrame, before: Side, after: Side) -> pl.DataFrame:
    """The moves with ``line_before`` and ``line_after`` of the better of the two places; null where there is none."""
    lines = line_movements(before.outcome, after.outcome).rename({"before": "line_before", "after": "line_after"})
    per_school = lines.filter(pl.col("feeder_school_id").is_not_null())["pool"].unique()
    better, worse = pl.col("change") == "better", pl.col("change") == "worse"
    place = {
        name: pl.when(better).then(f"to_{name}").when(worse).then(f"from_{name}")
        for name in ("batch", "programme_id", "pool")
    }
    wanted = moves.select(**place).with_columns(
        moves["feeder_school_id"].zip_with(
            moves.select(place["pool"].alias("pool"))["pool"].is_in(per_school.implode()).fill_null(False),
            pl.Series([None] * moves.height, dtype=pl.String),
        )
    )
    found = wanted.join(lines, on=_KEY, how="left", nulls_equal=True, maintain_order="left")
    return moves.with_columns(found["line_before"], found["line_after"])
