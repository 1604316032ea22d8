"""What the outcome claims about who was admitted where, read back into positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import IntArray
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, REVERTED
from allocator.verification.certificate import Breach, breach
from allocator.verification.matrix import positions
from allocator.verification.standing import Admissions, Setting
from allocator.verification.tables import BatchTables

_NO_ROW = message("{count} applicants of the scenario have no row in the assignments (P1).")
_TWICE = message(
    "{count} applicants have more than one row in the assignments; everyone is admitted at most once (P1)."
)
_NOBODY = message("{count} rows of the assignments are of nobody in the applicants table.")
_ORDER = message("The rows of the assignments are not in the order of the applicants table.")
_HALF = message("{count} rows of the assignments are neither a whole admission nor empty, or name what does not exist.")


@dataclass(frozen=True)
class Claims:
    """The claimed admission of every applicant, by position; -1 for the unplaced."""

    programme: IntArray  # (applicant,)
    batch: IntArray  # (applicant,)
    pool: IntArray  # (applicant,) position in pool_names
    choice: IntArray  # (applicant,) choice number; -1 also for those of a reassignment, where nobody has a list
    pool_names: tuple[str, ...]
    breaches: tuple[Breach, ...]  # of P1: rows that say nothing


def read_claims(scenario: Scenario, outcome: Outcome) -> Claims:
    """The assignments by position. A row that makes no sense is a breach of P1, and admits nobody."""
    ids = scenario.cohort.applicants.ids
    frame = outcome.assignments
    breaches: list[Breach] = []
    if not frame["applicant_id"].equals(ids):
        frame, breaches = _in_order(frame, ids)
    pool_names = tuple(dict.fromkeys((OPEN, *scenario.settings.pools, REVERTED)))
    columns = [
        positions(frame["programme_id"], scenario.cohort.programmes.ids),
        positions(frame["batch"], tuple(batch.name for batch in scenario.settings.batches)),
        positions(frame["pool"], pool_names),
        np.asarray(frame["choice"].fill_null(-1).to_numpy(), dtype=np.int64),
    ]
    listless = np.array([batch.mechanism == "reassign" for batch in scenario.settings.batches] + [False])
    whole = (np.minimum.reduce(columns[:3]) >= 0) & ((columns[3] >= 0) | listless[columns[1]])
    blank = frame.select(pl.all_horizontal(pl.col("programme_id", "batch", "pool", "choice").is_null())).to_series()
    half = np.flatnonzero(~whole & ~blank.to_numpy())
    if len(half):
        breaches.append(breach("P1", _HALF, len(half), ({"applicant_id": ids[int(a)]} for a in half)))
    programme, batch, pool, choice = (np.where(whole, column, -1) for column in columns)
    return Claims(programme, batch, pool, choice, pool_names, tuple(breaches))


def _in_order(frame: pl.DataFrame, ids: pl.Series) -> tuple[pl.DataFrame, list[Breach]]:
    """One row for each applicant, and what was wrong with the rows."""
    breaches: list[Breach] = []
    named = frame["applicant_id"]
    known = named.is_in(ids.implode())
    again = known & ~named.is_first_distinct()
    absent = ids.filter(~ids.is_in(named.implode()))
    for template, who in ((_NOBODY, named.filter(~known)), (_TWICE, named.filter(again)), (_NO_ROW, absent)):
        if len(who):
            breaches.append(breach("P1", template, len(who), ({"applicant_id": str(i)} for i in who)))
    kept = frame.filter(known & ~again)
    if kept.height == frame.height == len(ids):
        breaches.append(breach("P1", _ORDER, 1))
    in_order = ids.rename("applicant_id").to_frame().join(kept, on="applicant_id", how="left", maintain_order="left")
    return in_order.select(frame.columns), breaches


def claimed_admissions(claims: Claims, setting: Setting, feeder_school: IntArray) -> Admissions:
    """The claimed admissions of one batch, where they stand for something."""
    batch = setting.tables
    here = np.flatnonzero(claims.batch == batch.position)
    programme = np.full(len(claims.batch), -1, dtype=np.int64)
    programme[here] = claims.programme[here]
    row = np.full(len(claims.batch), -1, dtype=np.int64)
    found = np.flatnonzero(programme[batch.applicant] == batch.programme)
    row[batch.applicant[found]] = found
    pool = _pool_positions(claims, batch)[claims.pool[here]]
    cell = np.full(len(claims.batch), -1, dtype=np.int64)
    cell[here] = cells_of(batch, claims.programme[here], pool, feeder_school[here])
    slot = np.full(len(claims.batch), -1, dtype=np.int64)
    sits = (row[here] >= 0) & (cell[here] >= 0)
    slot[here[sits]] = batch.slots.find(row[here[sits]] * batch.width + pool[sits])
    return Admissions(cell=cell, row=row, slot=slot, programme=programme)


def _pool_positions(claims: Claims, batch: BatchTables) -> IntArray:
    """(name,) the batch's position of each pool name, -1 if the batch does not list it."""
    listed = batch.pool_names
    return np.array([listed.index(name) if name in listed else -1 for name in claims.pool_names], dtype=np.int64)


def cells_of(batch: BatchTables, programme: IntArray, pool: IntArray, feeder_school: IntArray) -> IntArray:
    """The cells of programmes, pools and feeder schools; -1 where there is none."""
    first = np.where(pool >= 0, batch.cell_first[programme, pool], -1)
    per_school = batch.per_school[pool] & (pool >= 0)
    exists = (first >= 0) & (~per_school | (feeder_school >= 0))
    return np.where(exists, first + np.where(per_school, feeder_school, 0), -1)
