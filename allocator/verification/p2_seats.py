"""P2: no more admissions than seats."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.errors import message
from allocator.scenario.cohort import IntArray
from allocator.verification.certificate import Breach, breach
from allocator.verification.standing import Standing
from allocator.verification.tables import ScenarioTables
from allocator.verification.witnesses import of_cells

_ABOVE = message("{count} pools or cells hold more than their seats, and no tie of R4 explains it (P2).")


def p2_seats(tables: ScenarioTables, standings: list[Standing]) -> Iterator[Breach]:
    """P2: nothing holds more than its q seats, but by equals admitted together: fewer than q stand above them."""
    for standing in standings:
        batch = standing.tables
        over = np.flatnonzero(standing.admitted > standing.seats)
        if not len(over):
            continue
        together = batch.admit_all[batch.cell_programme[over]] & (batch.rule.mechanism == "stable")  # R4, not R10
        wrong = over[~together | (_strictly_above_the_last(standing)[over] >= standing.seats[over])]
        if len(wrong):
            yield breach("P2", _ABOVE, len(wrong), of_cells(tables, batch, wrong))


def _strictly_above_the_last(standing: Standing) -> IntArray:
    """(cell,) how many of those admitted have a strictly higher priority than the last of them."""
    sat = standing.admissions
    here = np.flatnonzero((sat.cell >= 0) & (sat.row >= 0))
    cell = sat.cell[here]
    above = standing.tables.priority.key[sat.row[here]] < standing.worst[cell]
    return np.bincount(cell[above], minlength=standing.tables.num_cells)
