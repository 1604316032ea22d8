"""The published vacancies (征集志愿): which programmes have seats left at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.verification.certificate import Breach, breach
from allocator.verification.standing import Standing
from allocator.verification.tables import ScenarioTables

_VACANCIES = message("The published vacancies differ from the seats that are left in {count} programmes.")


def p9_vacancies(tables: ScenarioTables, standings: list[Standing], outcome: Outcome) -> Iterator[Breach]:
    """The programmes with seats left at the end of the run: all seats of the table less all admissions.

    A programme with a least size that admitted nobody did not open, and has none.
    """
    if not outcome.vacancies.height:
        return
    ids = tables.scenario.cohort.programmes.ids
    left, admitted = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
    for standing in standings:
        batch, programme = standing.tables, standing.admissions.programme
        np.add.at(left, batch.cell_programme, batch.cell_seats)
        admitted += np.bincount(programme[programme >= 0], minlength=len(ids))
    opened = (tables.scenario.cohort.programmes.min_open == 0) | (admitted > 0)
    seats = np.where(opened, left - admitted, 0)
    expected = pl.DataFrame({"programme_id": pl.Series(ids, dtype=pl.String), "seats": seats})
    expected = expected.filter(pl.col("seats") > 0).sort("programme_id")
    claimed = outcome.vacancies.select("programme_id", "seats")
    if not claimed.equals(expected):
        odd = pl.concat(
            [
                expected.join(claimed, on=expected.columns, how="anti", nulls_equal=True),
                claimed.join(expected, on=expected.columns, how="anti", nulls_equal=True),
            ]
        ).unique("programme_id", maintain_order=True)
        named = odd.select(pl.col("programme_id").fill_null(""))
        yield breach("P9", _VACANCIES, max(1, odd.height), named.iter_rows(named=True))
