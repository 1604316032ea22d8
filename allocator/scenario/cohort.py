"""The validated tables: identifiers resolved to positions, numbers exact, rows in a canonical order.

Everything here is what the office wrote and nothing that a rule computes, except the ``derived`` columns, which the
scenario defines. References are positions in the tables, so later stages need no look-ups by text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Numbers:
    """A column of exact decimals: value = unscaled / 10**scale."""

    unscaled: IntArray  # (row,) 0 where missing
    missing: BoolArray  # (row,)
    scale: int

    def at_scale(self, scale: int) -> IntArray:
        """The unscaled values at a scale not below the column's own; (row,)."""
        values: IntArray = self.unscaled * 10 ** (scale - self.scale)
        return values

    def decimal(self, row: int) -> Decimal | None:
        """The value in one row, exact; None where missing."""
        if self.missing[row]:
            return None
        return Decimal(int(self.unscaled[row])).scaleb(-self.scale)


@dataclass(frozen=True)
class Applicants:
    """The applicants, in the order of their table."""

    ids: pl.Series  # (applicant,) text
    table: pl.DataFrame  # every column as text, null where the cell is empty; derived columns not included
    numbers: Mapping[str, Numbers]  # the numeric columns that the scenario names, derived ones included
    feeder_school: IntArray  # (applicant,) position in Cohort.feeder_school_ids, -1 if none
    area: IntArray  # (applicant,) position in Cohort.area_names, -1 if none

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Programmes:
    """The programmes, in the order of their table."""

    ids: tuple[str, ...]
    table: pl.DataFrame  # every column as text
    is_general: BoolArray  # (programme,) the general track (普高), else vocational (中职)
    ranking: tuple[str | None, ...]  # (programme,) its own ranking, None for the batch's
    min_score: Numbers  # (programme,)
    min_open: IntArray  # (programme,) fewest admissions with which it opens, 0 if it always does (R10)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class SeatRows:
    """The seats table, sorted by batch, programme and pool name; no pair of rows has the same key."""

    batch: IntArray  # (row,) position in Settings.batches
    programme: IntArray  # (row,)
    pool: tuple[str, ...]  # (row,)
    seats: IntArray  # (row,)


@dataclass(frozen=True)
class FeederSeatRows:
    """A given matrix of feeder seats, sorted by batch, programme and feeder school."""

    batch: IntArray  # (row,)
    programme: IntArray  # (row,)
    feeder_school: IntArray  # (row,) position in Cohort.feeder_school_ids
    seats: IntArray  # (row,)


@dataclass(frozen=True)
class ChoiceRows:
    """The choice lists, sorted by batch, applicant and choice number."""

    batch: IntArray  # (choice,) position in Settings.batches
    applicant: IntArray  # (choice,)
    number: IntArray  # (choice,) as written on the form; may have gaps
    programme: IntArray  # (choice,)


@dataclass(frozen=True)
class PriorityRows:
    """The priorities table, sorted by programme and applicant."""

    programme: IntArray  # (row,)
    applicant: IntArray  # (row,)
    priority: Numbers  # (row,) larger is better, never missing


@dataclass(frozen=True)
class Cohort:
    """All tables of a scenario, validated."""

    applicants: Applicants
    programmes: Programmes
    seats: SeatRows
    choices: ChoiceRows
    feeder_seats: FeederSeatRows | None
    priorities: PriorityRows | None
    feeder_school_ids: tuple[str, ...]  # of applicants and of the feeder_schools table, sorted
    area_names: tuple[str, ...]  # of the applicants, sorted
    feeder_schools: pl.DataFrame | None  # attributes, every column as text
    schools: pl.DataFrame | None
    feeder_weights: Mapping[str, IntArray] = field(default_factory=dict)  # column of feeder_schools: (feeder school,)

    @cached_property
    def filed(self) -> BoolArray:
        """(applicant,) has a choice list in some batch."""
        result = np.zeros(len(self.applicants), dtype=np.bool_)
        result[self.choices.applicant] = True
        return result
