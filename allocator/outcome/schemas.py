"""The columns of the published tables (formats.md, section 3), and a round of the search for a control line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
CLOSURES_SCHEMA = pl.Schema(  # programmes that would have opened under their least size (min_open)
    {
        "programme_id": pl.String,
        "min_open": pl.Int64,
        "admitted_if_open": pl.Int64,  # admissions of the stable batches if all programmes open
        "closed": pl.Boolean,
        "closed_by_simple_rule": pl.Boolean,  # closing the emptiest and running again, until none is under its size
    }
)
VACANCIES_SCHEMA = pl.Schema(  # programmes with seats left at the end of the run (征集志愿)
    {
        "programme_id": pl.String,
        "seats": pl.Int64,  # left over: all seats of the table less all admissions
        "would_take": pl.Int64,  # unplaced applicants who are eligible for `open` there by R1, lists apart
    }
)
PRICES_SCHEMA = pl.Schema(  # R10: dual prices that prove a bound where caps cross; weak duality, exact integers
    {
        "batch": pl.String,
        "objective": pl.String,  # whose bound they prove
        "kind": pl.String,  # cell, at_most, at_least, value (of an earlier objective), term (a counted set)
        "name": pl.String,  # of the cap or the objective; null for cells
        "programme_id": pl.String,  # of the cell
        "pool": pl.String,
        "feeder_school_id": pl.String,
        "price": pl.Int64,  # times the claim's scale
    }
)


@dataclass(frozen=True)
class OptimalBatch:
    """What an optimal batch claims: its objectives' values, what is unproven, and how it was solved (R10, R11)."""

    batch: str
    structure: str  # network, crossing bounds, or classes (min_open)
    values: Mapping[str, int | str | list[int]]  # by objective but `score`: whole, "n/d", or a profile
    bounds: Mapping[str, int | str] = field(default_factory=dict)  # of what is not proven: the best possible
    price_scale: int = 1  # prices are in 1/price_scale of the objective's unit
    counts: tuple[Mapping[str, object], ...] = ()  # {"programmes": [ids], "count": n}: within these `score` holds

    @property
    def is_proven(self) -> bool:
        return not self.bounds

    def as_json(self) -> dict[str, object]:
        """For the summary; reading it back gives an equal claim."""
        return {**vars(self), "values": dict(self.values), "bounds": dict(self.bounds), "counts": list(self.counts)}


@dataclass(frozen=True)
class ControlLineStep:
    """One round of R8's search: the run with ``lines`` gave these counts, scope by scope."""

    lines: Mapping[str, str]  # scope to the score in force in this run, an exact decimal; "" is the whole city
    general: Mapping[str, int]  # scope to G
    basis: Mapping[str, int]  # scope to B
    closed: Sequence[str] = ()  # programme_id of those that were closed in this run (min_open), sorted

    def as_json(self) -> dict[str, object]:
        """The round as the summary states it; without `closed` where nothing was."""
        closed = {"closed": list(self.closed)} if self.closed else {}
        return {"lines": dict(self.lines), "general": dict(self.general), "basis": dict(self.basis), **closed}
