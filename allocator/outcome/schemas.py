"""The columns of the published tables (formats.md, section 3), and a round of the search for a control line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

ASSIGNMENTS_SCHEMA = pl.Schema(
    {"applicant_id": pl.String, "programme_id": pl.String, "batch": pl.String, "pool": pl.String, "choice": pl.Int64}
)
LINES_SCHEMA = pl.Schema(
    {
        "batch": pl.String,
        "programme_id": pl.String,
        "pool": pl.String,
        "feeder_school_id": pl.String,  # null where the pool has no cells
        "seats": pl.Int64,  # carried seats included; of `reverted`, the seats that reverted
        "admitted": pl.Int64,
        "line": pl.String,  # lowest admitted score, an exact decimal; null where nobody was admitted
        "line_choice": pl.Int64,  # choice number of the last admission (R3)
        "line_tie": pl.String,  # lottery number (64 hexadecimal digits) or last tie-breaker of the last admission
    }
)
FEEDER_SEATS_SCHEMA = pl.Schema(
    {"batch": pl.String, "programme_id": pl.String, "feeder_school_id": pl.String, "seats": pl.Int64}
)
FLOORS_SCHEMA = pl.Schema(
    {
        "batch": pl.String,
        "programme_id": pl.String,
        "pool": pl.String,
        "floor": pl.String,
        "provisional_line": pl.String,
    }
)


@dataclass(frozen=True)
class ControlLineStep:
    """One round of R8's search: the run with ``lines`` gave these counts, scope by scope."""

    lines: Mapping[str, str]  # scope to the score in force in this run, an exact decimal; "" is the whole city
    general: Mapping[str, int]  # scope to G
    basis: Mapping[str, int]  # scope to B
