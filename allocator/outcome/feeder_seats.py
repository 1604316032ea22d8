"""The matrix of feeder seats, in identifiers."""

from __future__ import annotations

import numpy as np
import polars as pl

from allocator.outcome.schemas import FEEDER_SEATS_SCHEMA
from allocator.scenario.cohort import FeederSeatRows, IntArray
from allocator.scenario.scenario import Scenario


def feeder_seat_frame(scenario: Scenario, rows: FeederSeatRows) -> pl.DataFrame:
    """A matrix of feeder seats in identifiers, by batch, programme and feeder school."""
    programme_ids = np.array(scenario.cohort.programmes.ids, dtype=object)
    order = np.lexsort((rows.feeder_school, by_identifier(scenario)[rows.programme], rows.batch))
    return pl.DataFrame(
        {
            "batch": [scenario.settings.batches[b].name for b in rows.batch[order]],
            "programme_id": programme_ids[rows.programme[order]].tolist(),
            "feeder_school_id": [scenario.cohort.feeder_school_ids[s] for s in rows.feeder_school[order]],
            "seats": rows.seats[order],
        },
        schema=FEEDER_SEATS_SCHEMA,
    )


def by_identifier(scenario: Scenario) -> IntArray:
    """(programme,) place of each programme in the order of identifiers."""
    ids = scenario.cohort.programmes.ids
    place = np.empty(len(ids), dtype=np.int64)
    place[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return place
