"""Pools whose size is a share of their programmes' seats, such as a quota share (指标到校比例) of 60%.

In a batch, a programme's seats in its shared pools and in `open` are added up and dealt out again: each shared pool
gets its share of them, `open` the rest. The shares of one programme are rounded together, half up, so that nothing is
lost. A given matrix of feeder seats keeps its proportions: a programme's cells are dealt out again by largest
remainders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import floor

import numpy as np

from allocator.errors import Problem, Where, message
from allocator.scenario.cohort import FeederSeatRows, IntArray, SeatRows
from allocator.scenario.mistakes import Table
from allocator.scenario.offer import SeatColumns
from allocator.scenario.settings import OPEN, Batch, Settings
from allocator.scenario.whole_shares import whole_shares
from allocator.scenario.written import Document

Rows = Mapping[str, int]  # pool to the row of a programme's seats in a batch


def wrong_shares(document: Document, settings: Settings) -> Iterable[Problem]:
    """A share is of seats that are there: every batch with the pool has `open` too, and all shares are at most 1."""
    if settings.pool(OPEN).share is not None:
        yield Problem(
            document.where(("pools", OPEN, "share")),
            message("the pool `open` gets what the other pools leave; give them the share"),
        )
        return
    for i, batch in enumerate(settings.batches):
        shares = _shares(settings, batch)
        if shares and OPEN not in batch.pools:
            yield Problem(
                document.where(("batches", i, "pools")),
                message("{pools} has a share of the seats that it and `open` have in a batch; list `open` here too"),
                {"pools": ", ".join(shares)},
            )
        if sum(shares.values()) > 1:
            yield Problem(
                document.where(("batches", i, "pools")),
                message("the shares of {pools} add up to more than 1"),
                {"pools": ", ".join(shares)},
            )


def check_pool_shares(settings: Settings, table: Table, columns: SeatColumns) -> None:
    """Every row of a pool with a share has a row of `open` beside it, since seats go from one to the other."""
    is_open = (columns.pool == OPEN).fill_null(False).to_numpy()
    for position, batch in enumerate(settings.batches):
        shared = columns.pool.is_in(list(_shares(settings, batch))).fill_null(False).to_numpy()
        here = columns.batch == position
        table.wrong(
            "pool",
            here & shared & ~np.isin(columns.programme, columns.programme[here & is_open]),
            message(
                'the pool "{found}" has a share of the programme\'s seats, but there is no row of `open` to share '
                "with; add one, with 0 seats if it has none"
            ),
        )


def with_pool_shares(
    settings: Settings, rows: SeatRows, cells: FeederSeatRows | None, programme_ids: tuple[str, ...]
) -> tuple[SeatRows, FeederSeatRows | None, list[Problem]]:
    """The seats, and the given matrix, with every share in force; and which cells give nothing to go by."""
    seats = rows.seats.copy()
    matrix = None if cells is None else cells.seats.copy()
    problems: list[Problem] = []
    for position, batch in enumerate(settings.batches):
        shares, feeder_pool = _shares(settings, batch), settings.feeder_pool(batch)
        if not shares:
            continue
        for programme, own in _rows_by_programme(rows, position):
            _deal_out(seats, own, shares)
            if cells is None or matrix is None or feeder_pool not in shares or feeder_pool not in own:
                continue
            total = int(seats[own[feeder_pool]])
            if not _deal_out_cells(matrix, cells, position, programme, total):
                where = Where(key=f"pools.{feeder_pool}.share")
                text = message(
                    "programme {programme} gets {seats} feeder seats in batch {batch}, but all its cells in the "
                    "feeder_seats table are 0; fill them, or leave the batch out of that table"
                )
                values = {"programme": programme_ids[programme], "seats": total, "batch": batch.name}
                problems.append(Problem(where, text, values))
    dealt = None if cells is None or matrix is None else replace(cells, seats=matrix)
    return replace(rows, seats=seats), dealt, problems


def _shares(settings: Settings, batch: Batch) -> dict[str, Fraction]:
    """The shares in force in a batch, by pool."""
    if batch.seats == "leftover":
        return {}
    shares = {name: settings.pool(name).share for name in batch.pools}
    return {name: Fraction(share) for name, share in shares.items() if share is not None}


def _rows_by_programme(rows: SeatRows, position: int) -> Iterator[tuple[int, Rows]]:
    """Each programme of a batch with its rows by pool; rows are sorted by batch, then programme."""
    found: dict[int, dict[str, int]] = {}
    for row in range(*np.searchsorted(rows.batch, [position, position + 1])):
        found.setdefault(int(rows.programme[row]), {})[rows.pool[row]] = row
    yield from found.items()


def _deal_out(seats: IntArray, own: Rows, shares: Mapping[str, Fraction]) -> None:
    """One programme's shared pools and `open` anew."""
    shared = {name: share for name, share in shares.items() if name in own}
    if not shared:
        return
    total = sum(int(seats[own[name]]) for name in (*shared, OPEN))
    dealt, so_far = 0, Fraction(0)
    for name, share in shared.items():
        so_far += share
        up_to = floor(so_far * total + Fraction(1, 2))
        seats[own[name]] = up_to - dealt
        dealt = up_to
    seats[own[OPEN]] = total - dealt


def _deal_out_cells(matrix: IntArray, cells: FeederSeatRows, position: int, programme: int, total: int) -> bool:
    """One programme's cells anew; False if they give nothing to go by. A batch without cells is apportioned (R9)."""
    of_batch = slice(*np.searchsorted(cells.batch, [position, position + 1]))
    if of_batch.start == of_batch.stop:
        return True
    own = of_batch.start + np.flatnonzero(cells.programme[of_batch] == programme)
    if total and not matrix[own].any():
        return False
    matrix[own] = whole_shares(total, matrix[own].tolist())
    return True
