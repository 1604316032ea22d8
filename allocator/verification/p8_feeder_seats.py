"""P8: the matrix of feeder seats satisfies R9, or is the given one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.settings import Apportion
from allocator.verification.certificate import Breach, Witness, breach
from allocator.verification.matrix import claimed_rows
from allocator.verification.tables import ScenarioTables

_GIVEN = message("The matrix of batch {batch} is not the given one in {count} cells (P8).")
_NOTHING = message("{count} rows of the matrix are of no programme, feeder school or batch that has feeder seats (P8).")
_TWICE = message("{count} cells of the matrix stand in more than one row (P8).")
_TOTAL = message("The feeder seats of {count} programmes do not add up to their seats in batch {batch} (P8).")
_CELL = message("{count} cells of batch {batch} are not their exact share, rounded down or up (P8).")
_SCHOOL = message("The totals of {count} feeder schools in batch {batch} are not their exact totals, rounded (P8).")
_REMAINDER = message(
    "{count} programmes of batch {batch} did not give the seats left to the largest remainders (P8, R9)."
)


def p8_feeder_seats(tables: ScenarioTables, outcome: Outcome) -> Iterator[Breach]:
    """P8: programme totals exact, cells at their exact share rounded, and for ``controlled`` the school totals too."""
    settings = tables.scenario.settings
    rows = claimed_rows(tables.scenario, outcome)
    means = np.asarray((rows >= 0).all(axis=0), dtype=np.bool_)
    for position, batch in enumerate(settings.batches):
        here = rows[0] == position
        feeder = settings.feeder_pool(batch)
        if feeder is None:
            means &= ~here
            continue
        has_pool = tables.batches[position].cell_first[:, batch.pools.index(feeder)] >= 0
        means &= ~here | has_pool[rows[1]]
        claimed = rows[1:, here & means]
        if tables.matrix.is_given[position]:
            yield from _as_given(tables, position, claimed)
        else:
            yield from _apportioned(tables, position, feeder, claimed)
    if not means.all():
        odd = outcome.feeder_seats.filter(pl.Series(~means))
        yield breach("P8", _NOTHING, odd.height, _names_as_written(odd))
    num_programmes, num_schools = len(tables.scenario.cohort.programmes), len(tables.scenario.cohort.feeder_school_ids)
    cell = np.sort(((rows[0] * num_programmes + rows[1]) * num_schools + rows[2])[means])
    if (cell[1:] == cell[:-1]).any():
        keys = outcome.feeder_seats.select("batch", "programme_id", "feeder_school_id")
        again = keys.filter(keys.is_duplicated()).unique(maintain_order=True)
        yield breach("P8", _TWICE, again.height, _names_as_written(again))


def _as_given(tables: ScenarioTables, position: int, claimed: IntArray) -> Iterator[Breach]:
    matrix = tables.matrix
    here = matrix.batch == position
    given = np.stack([matrix.programme[here], matrix.feeder_school[here], matrix.seats[here]])
    claimed = claimed[:, np.lexsort((claimed[2], claimed[1], claimed[0]))]
    if np.array_equal(given, claimed):
        return
    odd = {tuple(row) for row in given.T.tolist()} ^ {tuple(row) for row in claimed.T.tolist()}
    cells = sorted({(programme, school) for programme, school, _ in odd})
    name = tables.batches[position].rule.name
    yield breach("P8", _GIVEN, max(1, len(cells)), _names(tables, position, cells), batch=name)


def _apportioned(tables: ScenarioTables, position: int, feeder: str, claimed: IntArray) -> Iterator[Breach]:
    cohort, name = tables.scenario.cohort, tables.batches[position].rule.name
    rule = tables.scenario.settings.pool(feeder).apportion or Apportion.model_validate({})
    programme, total = _seats_to_share(tables, position, feeder)
    index = np.full(len(cohort.programmes), -1, dtype=np.int64)
    index[programme] = np.arange(len(programme))
    seats = np.zeros((len(programme), len(cohort.feeder_school_ids)), dtype=np.int64)
    seats[index[claimed[0]], claimed[1]] = claimed[2]

    wrong = np.flatnonzero(seats.sum(axis=1) != total)
    if len(wrong):
        who = ({"batch": name, "programme_id": cohort.programmes.ids[p]} for p in programme[wrong].tolist())
        yield breach("P8", _TOTAL, len(wrong), who, batch=name)
    # The exact share is numerator / weight: m + (Q − m·k)·w / W for a feeder school that has a weight, else 0.
    numerator, weight = _exact_shares(total, _weights(tables, feeder, rule), rule.minimum)
    down = numerator // weight
    rest = numerator - down * weight
    off = (seats != down) & ((seats != down + 1) | (rest == 0))
    if off.any():
        cells = [(int(programme[i]), int(s)) for i, s in zip(*np.nonzero(off), strict=True)]
        yield breach("P8", _CELL, len(cells), _names(tables, position, cells), batch=name)
    if rule.method == "controlled":
        exact, of_school = numerator.sum(axis=0), seats.sum(axis=0)
        odd = np.flatnonzero((of_school < exact // weight) | (of_school > -(-exact // weight)))
        if len(odd):
            schools = ({"batch": name, "feeder_school_id": cohort.feeder_school_ids[s]} for s in odd.tolist())
            yield breach("P8", _SCHOOL, len(odd), schools, batch=name)
    else:
        unfair = np.flatnonzero(~off.any(axis=1) & ~_largest_first(rest, seats > down))
        if len(unfair):
            who = ({"batch": name, "programme_id": cohort.programmes.ids[p]} for p in programme[unfair].tolist())
            yield breach("P8", _REMAINDER, len(unfair), who, batch=name)


def _seats_to_share(tables: ScenarioTables, position: int, feeder: str) -> tuple[IntArray, IntArray]:
    """The programmes with the pool, and the seats of each to be shared."""
    rows = tables.scenario.cohort.seats
    is_feeder = np.array([pool == feeder for pool in rows.pool], dtype=np.bool_)
    here = np.flatnonzero((rows.batch == position) & is_feeder)
    return rows.programme[here], rows.seats[here]


def _weights(tables: ScenarioTables, feeder: str, rule: Apportion) -> IntArray:
    """(feeder school,) what the shares are in proportion to."""
    cohort, group = tables.scenario.cohort, tables.scenario.settings.pool(feeder).group
    if rule.weight != "eligible":
        return cohort.feeder_weights[rule.weight]
    counted = cohort.applicants.feeder_school >= 0
    if group is not None:
        counted = counted & tables.members[group]
    return np.bincount(cohort.applicants.feeder_school[counted], minlength=len(cohort.feeder_school_ids))


def _exact_shares(total: IntArray, weight: IntArray, minimum: int) -> tuple[IntArray, int]:
    """(programme, feeder school) numerators of the exact shares, and their one denominator."""
    whole = sum(weight.tolist()) or 1
    if whole * (int(total.max(initial=0)) + 1) * max(1, len(total)) >= 2**62:  # Python's integers where 64 bits end
        total, weight = total.astype(object), weight.astype(object)
    sharing = weight > 0
    spread = np.where(total > 0, total - minimum * int(sharing.sum()), 0)
    first = np.where((total > 0)[:, None] & sharing[None, :], minimum * whole, 0)
    return first + spread[:, None] * weight[None, :], whole


def _largest_first(rest: IntArray, is_up: BoolArray) -> BoolArray:
    """(programme,) the cells rounded up are those of the largest remainders, equals by feeder school identifier."""
    order = np.argsort(-rest, axis=1, kind="stable")
    in_order = np.take_along_axis(is_up, order, axis=1)
    return np.asarray((in_order[:, :-1] >= in_order[:, 1:]).all(axis=1), dtype=np.bool_)


def _names(tables: ScenarioTables, position: int, cells: Iterable[tuple[int, int]]) -> Iterator[Witness]:
    cohort, name = tables.scenario.cohort, tables.batches[position].rule.name
    for programme, school in cells:
        yield {
            "batch": name,
            "programme_id": cohort.programmes.ids[programme],
            "feeder_school_id": cohort.feeder_school_ids[school],
        }


def _names_as_written(rows: pl.DataFrame) -> Iterator[Witness]:
    keys = ["batch", "programme_id", "feeder_school_id"]
    for row in rows.select(keys).head(100).iter_rows(named=True):
        yield {name: value for name, value in row.items() if value is not None}
