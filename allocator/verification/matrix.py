"""The matrix of feeder seats in force: the given one, or else the one that the outcome claims (P8 judges that)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario


@dataclass(frozen=True)
class Matrix:
    """Feeder seats of all batches, by position."""

    batch: IntArray  # (row,) position in Settings.batches
    programme: IntArray  # (row,)
    feeder_school: IntArray  # (row,)
    seats: IntArray  # (row,)
    is_given: BoolArray  # (batch,) the scenario gives the batch's matrix


def matrix_in_force(scenario: Scenario, outcome: Outcome) -> Matrix:
    """Rows of the given matrix, and for the other batches the rows of the outcome that stand for something."""
    given = scenario.cohort.feeder_seats
    is_given = np.zeros(len(scenario.settings.batches), dtype=np.bool_)
    parts: list[tuple[IntArray, IntArray, IntArray, IntArray]] = []
    if given is not None:
        is_given[given.batch] = True
        parts.append((given.batch, given.programme, given.feeder_school, given.seats))
    claimed = claimed_rows(scenario, outcome)
    has_cells = [scenario.settings.feeder_pool(batch) is not None for batch in scenario.settings.batches]
    usable = np.flatnonzero((claimed >= 0).all(axis=0))
    usable = usable[(np.array(has_cells, dtype=np.bool_) & ~is_given)[claimed[0, usable]]]
    batch, programme, school, seats = claimed[:, usable]
    order = np.lexsort((school, programme, batch))
    parts.append((batch[order], programme[order], school[order], seats[order]))
    batch, programme, school, seats = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Matrix(batch, programme, school, seats, is_given)


def claimed_rows(scenario: Scenario, outcome: Outcome) -> IntArray:
    """(4, row) batch, programme, feeder school, seats of the outcome's matrix; -1 for what stands for nothing."""
    frame = outcome.feeder_seats
    cohort = scenario.cohort
    return np.stack(
        [
            positions(frame["batch"], tuple(batch.name for batch in scenario.settings.batches)),
            positions(frame["programme_id"], cohort.programmes.ids),
            positions(frame["feeder_school_id"], cohort.feeder_school_ids),
            frame["seats"].fill_null(-1).to_numpy().astype(np.int64),
        ]
    )


def positions(names: pl.Series, known: tuple[str, ...]) -> IntArray:
    """The position of each name among the known ones; -1 for null and for what is not known."""
    if not known:
        return np.full(len(names), -1, dtype=np.int64)
    found = names.cast(pl.Enum(known), strict=False).to_physical()
    return np.asarray(found.cast(pl.Int64).fill_null(-1).to_numpy(), dtype=np.int64)
