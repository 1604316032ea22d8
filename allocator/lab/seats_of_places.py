"""How many seats an outcome has at the places that somebody asks for."""

from __future__ import annotations

import numpy as np
import polars as pl

from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import IntArray
from allocator.scenario.settings import REVERTED

PLACE = ("batch", "programme_id", "pool", "feeder_school_id")  # the feeder school is the applicant's


def programme_seats(places: pl.DataFrame, outcome: Outcome) -> IntArray:
    """(place,) the seats of the programme in the batch, all its pools together; 0 where it has none."""
    lines = outcome.lines.filter(pl.col("pool") != REVERTED)
    seats = _found(places, lines.group_by(PLACE[:2]).agg(pl.col("seats").sum())).fill_null(0)
    return np.asarray(seats.to_numpy(), dtype=np.int64)


def own_seats(places: pl.DataFrame, outcome: Outcome) -> IntArray:
    """(place,) the seats of the pool, of the applicant's own cell where it has cells; 0 where there are none."""
    lines = outcome.lines.select(*PLACE, "seats")
    pools = lines.filter(pl.col("feeder_school_id").is_null()).drop("feeder_school_id")
    cells = lines.filter(pl.col("feeder_school_id").is_not_null())
    seats = _found(places, pools).fill_null(_found(places, cells)).fill_null(0)
    return np.asarray(seats.to_numpy(), dtype=np.int64)


def _found(places: pl.DataFrame, seats: pl.DataFrame) -> pl.Series:
    key = [name for name in PLACE if name in seats.columns]
    return places.join(seats, on=key, how="left", maintain_order="left")["seats"]
