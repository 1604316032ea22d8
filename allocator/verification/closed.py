"""Programmes that are closed by what is published (R10, `min_open`): they have no seats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import polars as pl

from allocator.scenario.cohort import BoolArray
from allocator.scenario.scenario import Scenario
from allocator.verification.matrix import positions
from allocator.verification.tables import ScenarioTables


def closed_programmes(scenario: Scenario, programme_ids: Iterable[str]) -> BoolArray:
    """(programme,) those with these identifiers; identifiers of no programme close nothing."""
    ids = scenario.cohort.programmes.ids
    at = positions(pl.Series(list(programme_ids), dtype=pl.String), ids)
    closed = np.zeros(len(ids), dtype=np.bool_)
    closed[at[at >= 0]] = True
    return closed


def with_closed(tables: ScenarioTables, closed: BoolArray) -> ScenarioTables:
    """The tables where closed programmes have no seats, in any batch; (programme,)."""
    if not closed.any():
        return tables
    shut = (replace(b, cell_seats=np.where(closed[b.cell_programme], 0, b.cell_seats)) for b in tables.batches)
    return replace(tables, batches=tuple(shut))
