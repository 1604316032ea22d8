"""P6: the seats of every programme balance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import IntArray
from allocator.scenario.settings import OPEN, REVERTED
from allocator.verification.certificate import Breach, breach
from allocator.verification.claims import Claims
from allocator.verification.matrix import positions
from allocator.verification.tables import BatchTables, ScenarioTables

_UNBALANCED = message(
    "The seats of {count} programmes do not balance: admissions, ties, unfilled, reverting, lapsed and carried seats "
    "do not make up the seats of the table and of leftover batches (P6)."
)


def p6_balance(tables: ScenarioTables, claims: Claims, outcome: Outcome) -> Iterator[Breach]:
    """P6: admissions − excess by ties + unfilled or lapsed or carried out − carried in = seats of the table + leftover.

    Seats and admissions of pools are those of the published lines, the admissions of a programme those of the
    assignments, and the seats of the table the scenario's: books that three hands kept.
    """
    lines, cohort = outcome.lines, tables.scenario.cohort
    num_programmes = len(cohort.programmes)
    programme = positions(lines["programme_id"], cohort.programmes.ids)
    batch_of = positions(lines["batch"], tuple(batch.rule.name for batch in tables.batches))
    seats = lines["seats"].fill_null(0).to_numpy().astype(np.int64)
    admitted = lines["admitted"].fill_null(0).to_numpy().astype(np.int64)
    balance = np.bincount(claims.programme[claims.programme >= 0], minlength=num_programmes)
    for batch in tables.batches:
        here = np.flatnonzero((batch_of == batch.position) & (programme >= 0))
        pool = positions(lines["pool"].gather(here), batch.pool_names)
        balance += _of_batch(batch, programme[here], pool, seats[here], admitted[here])
    wrong = np.flatnonzero(balance)
    if len(wrong):
        yield breach(
            "P6", _UNBALANCED, len(wrong), ({"programme_id": cohort.programmes.ids[p]} for p in wrong.tolist())
        )


def _of_batch(batch: BatchTables, programme: IntArray, pool: IntArray, seats: IntArray, admitted: IntArray) -> IntArray:
    """(programme,) what the batch adds to both sides, the right one subtracted."""
    num_programmes = len(batch.cell_first)
    is_open = np.array([name == OPEN for name in batch.pool_names], dtype=np.bool_)[pool]
    is_reverted = np.array([name == REVERTED for name in batch.pool_names], dtype=np.bool_)[pool]
    excess, unfilled = np.maximum(admitted - seats, 0), np.maximum(seats - admitted, 0)
    # Unfilled seats that revert in this batch are the seats of the row `reverted`, which accounts for them.
    reverts_here = batch.reverts[pool] & (batch.cell_first[programme, -1] >= 0)
    # An open pool's seats above the table's were carried in; in a leftover batch all of them are offered again.
    table = np.zeros(num_programmes, dtype=np.int64)
    np.add.at(table, batch.cell_programme, batch.cell_seats)
    table_open = np.zeros(num_programmes, dtype=np.int64)
    open_cells = np.flatnonzero(batch.cell_pool == batch.open_pool)
    table_open[batch.cell_programme[open_cells]] = batch.cell_seats[open_cells]
    balance = -table
    np.subtract.at(balance, programme, excess)
    np.add.at(balance, programme, np.where(reverts_here & ~is_reverted, 0, unfilled))
    np.subtract.at(balance, programme, np.where(is_open, seats - table_open[programme], 0))
    return balance
