"""Seats that nobody took (空余学位)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.indicators.dimensions import by_programme, positions
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, quotient, quotients, totals
from allocator.scenario.cohort import IntArray
from allocator.scenario.settings import REVERTED

FAMILY = Family(
    "seats",
    "计划完成",
    message("How much of what schools announced is used."),
    "practice.md, Indicators: unfilled",
)
UNFILLED = Indicator(
    "unfilled_seats",
    FAMILY.name,
    message("seats"),
    message(
        "Sum over programmes of max(0, seats of the seats table in all batches − admissions). By batch: seats in force "
        "in the batch that were empty at its end, of which later batches may offer some again."
    ),
    "practice.md, Indicators: unfilled = Σ max(0, seats − admitted)",
    "未完成计划数",
    "worse",
)
UNFILLED_SHARE = Indicator(
    "unfilled_share",
    FAMILY.name,
    message("share"),
    message("unfilled_seats / seats of the seats table; by batch, / seats in force in the batch."),
    "practice.md, Indicators: unfilled = Σ max(0, seats − admitted)",
    "计划未完成率",
    "worse",
)
INDICATORS = (UNFILLED, UNFILLED_SHARE)


def rows(facts: Facts) -> Iterator[Row]:
    seats = table_seats(facts)
    unfilled = np.maximum(seats - facts.of_programmes, 0)
    batches = [(batch, *_of_batch(facts.outcome.lines, batch)) for batch in facts.batches.groups]
    yield from totals(UNFILLED, (*facts.by_programme, by_programme(facts.scenario.cohort)), unfilled)
    for batch, left, _ in batches:
        yield quotient(UNFILLED, "batch", batch, left, 1)
    yield from quotients(UNFILLED_SHARE, facts.by_programme, unfilled, seats)
    for batch, left, in_force in batches:
        yield quotient(UNFILLED_SHARE, "batch", batch, left, in_force)


def table_seats(facts: Facts) -> IntArray:
    """(programme,) seats of all batches as announced: those of the seats table, feeder seats as in the matrix used."""
    cohort, settings, matrix = facts.scenario.cohort, facts.scenario.settings, facts.outcome.feeder_seats
    per_school = np.array([settings.pool(name).per is not None for name in cohort.seats.pool], dtype=np.bool_)
    seats = np.zeros(len(cohort.programmes), dtype=np.int64)
    np.add.at(seats, cohort.seats.programme[~per_school], cohort.seats.seats[~per_school])
    where = positions(matrix["programme_id"], pl.Series(cohort.programmes.ids, dtype=pl.String))
    np.add.at(seats, where, matrix["seats"].to_numpy())
    return seats


def _of_batch(lines: pl.DataFrame, batch: str) -> tuple[int, int]:
    """Seats empty at the end of a batch, and seats in force; a reverted seat that was taken is not empty (R5)."""
    here = lines.filter(pl.col("batch") == batch)
    own = here.filter(pl.col("pool") != REVERTED)
    back = here.filter(pl.col("pool") == REVERTED)
    taken = int(back.select(pl.min_horizontal("admitted", "seats").sum()).item())
    empty = int((own["seats"] - own["admitted"]).clip(0).sum())
    return empty - taken, int(own["seats"].sum())
