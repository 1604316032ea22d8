"""What is offered: programmes, their seats by pool, and the cells of seats per feeder school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.errors import Problem, message
from allocator.scenario.cohort import BoolArray, FeederSeatRows, IntArray, Numbers, Programmes, SeatRows
from allocator.scenario.headers import TRACKS
from allocator.scenario.keys import References, resolved, unique
from allocator.scenario.mistakes import ROW, Table
from allocator.scenario.numbers import decimals, whole_numbers
from allocator.scenario.settings import OPEN, Settings

_NO_SEATS = message('found "{found}", expected a whole number ≥ {least}. To close a pool, write 0 or remove the row.')


def programmes(table: Table) -> Programmes:
    """The programmes; whether their rankings exist is checked with the scenario."""
    unique(table, ["programme_id"])
    tracks = table["track"].fill_null("")
    table.wrong(
        "track",
        ~tracks.is_in(list(TRACKS)),
        message('found "{found}", expected `general` (普高) or `vocational` (中职)'),
    )
    num = len(table)
    none = Numbers(np.zeros(num, dtype=np.int64), np.ones(num, dtype=np.bool_), 0)
    return Programmes(
        tuple(table["programme_id"].fill_null("")),
        table.frame.drop(ROW),
        np.asarray(tracks.is_in([name for name, general in TRACKS.items() if general]).to_numpy(), dtype=np.bool_),
        tuple(table["ranking"].to_list()),
        decimals(table, "min_score") if "min_score" in table else none,
        whole_numbers(table, "min_open", least=1, may_be_empty=True),
    )


def check_rankings(settings: Settings, table: Table) -> None:
    """A programme's own ranking is one of the scenario's."""
    rankings = table["ranking"]
    unknown = rankings.is_not_null() & ~rankings.is_in(list(settings.rankings))
    known = ", ".join(settings.rankings)
    table.wrong("ranking", unknown, message('no ranking is called "{found}"; the scenario has {known}'), known=known)


def check_least_sizes(settings: Settings, table: Table, offer: Programmes, offered: BoolArray) -> None:
    """R10: a least size binds the stable batches together, or one optimal batch; nobody said what both would mean.

    Args:
        offered: (batch, programme) see ``offered``.
    """
    stable, optimal = (
        offered[[batch.mechanism == mechanism for batch in settings.batches]].any(axis=0)
        for mechanism in ("stable", "optimal")
    )
    table.wrong(
        "min_open",
        (offer.min_open > 0) & stable & optimal,
        message(
            "a least size of {found}, but the programme is offered both in stable and in optimal batches; "
            "empty the cell, or offer it in one kind of batch"
        ),
    )


@dataclass(frozen=True)
class SeatColumns:
    """The seats table as it stands: its rows are those of the file."""

    batch: IntArray  # (row,) -1 for none
    programme: IntArray  # (row,) -1 for none
    pool: pl.Series  # (row,) text
    seats: IntArray  # (row,)

    def rows(self) -> SeatRows:
        """The rows in canonical order."""
        order = np.lexsort((self.pool.rank("dense").fill_null(0).to_numpy(), self.programme, self.batch))
        return SeatRows(
            self.batch[order], self.programme[order], tuple(self.pool.fill_null("")[order]), self.seats[order]
        )


def seat_columns(table: Table, references: References) -> SeatColumns:
    """Keys, references and numbers of the seats table."""
    unique(table, ["batch", "programme_id", "pool"])
    return SeatColumns(
        resolved(table, "batch", references),
        resolved(table, "programme_id", references),
        table["pool"],
        whole_numbers(table, "seats", least=0, remedy=_NO_SEATS),
    )


def check_seats(settings: Settings, table: Table, columns: SeatColumns) -> None:
    """Every row of the seats table is of a pool that its batch fills."""
    known = [*settings.pools, OPEN]
    table.wrong(
        "pool",
        columns.pool.is_not_null() & ~columns.pool.is_in(known),
        message('no pool is called "{found}"; the scenario has {known}'),
        known=", ".join(known),
    )
    for position, rule in enumerate(settings.batches):
        here = columns.batch == position
        if rule.seats == "leftover":
            table.wrong(
                "batch",
                here,
                message('batch "{found}" is given what earlier batches leave; remove its rows from the seats table'),
            )
            continue
        unlisted = columns.pool.is_in(known) & ~columns.pool.is_in(list(rule.pools))
        table.wrong(
            "pool",
            here & (columns.seats > 0) & unlisted.fill_null(False).to_numpy(),
            message('batch "{batch}" does not list the pool "{found}", so these seats would be lost; list it'),
            batch=rule.name,
        )


def feeder_seat_rows(table: Table, references: References) -> FeederSeatRows:
    """Keys, references and numbers of the feeder_seats table, in canonical order."""
    unique(table, ["batch", "programme_id", "feeder_school_id"])
    batch = resolved(table, "batch", references)
    programme = resolved(table, "programme_id", references)
    feeder_school = resolved(table, "feeder_school_id", references)
    seats = whole_numbers(table, "seats", least=0, remedy=_NO_SEATS)
    order = np.lexsort((feeder_school, programme, batch))
    return FeederSeatRows(batch[order], programme[order], feeder_school[order], seats[order])


def check_feeder_seats(
    settings: Settings, table: Table, cells: FeederSeatRows, seats_table: Table, seats: SeatColumns
) -> None:
    """The cells belong to a batch with a pool per feeder school, and add up to its line in the seats table."""
    for position, rule in enumerate(settings.batches):
        pool = settings.feeder_pool(rule)
        if pool is None:
            table.wrong(
                "batch",
                table["batch"] == rule.name,
                message('batch "{found}" has no pool per feeder school; remove the row, or give it one'),
            )
            continue
        here = cells.batch == position
        if not here.any():
            continue  # no matrix is given for this batch: R9 apportions
        valid = here & (cells.programme >= 0)
        totals = np.zeros(int(max(cells.programme.max(initial=0), seats.programme.max(initial=0))) + 1, dtype=np.int64)
        np.add.at(totals, cells.programme[valid], cells.seats[valid])
        lines = (seats.batch == position) & (seats.programme >= 0) & (seats.pool == pool).fill_null(False).to_numpy()
        differs = lines & (totals[seats.programme] != seats.seats)
        for row in np.flatnonzero(differs).tolist():
            seats_table.problems.append(
                Problem(
                    seats_table.where("seats", int(seats_table.frame[ROW][row])),
                    message(
                        "found {found} seats, but the cells of {programme} in batch {batch} in {file} "
                        "add up to {total}; correct one of them"
                    ),
                    {
                        "found": int(seats.seats[row]),
                        "programme": seats_table["programme_id"][row],
                        "batch": rule.name,
                        "file": table.file,
                        "total": int(totals[seats.programme[row]]),
                    },
                )
            )


def offered(settings: Settings, seats: SeatColumns, cells: FeederSeatRows | None, num_programmes: int) -> BoolArray:
    """(batch, programme) whether it can be chosen: it has a row in the batch, or a leftover batch follows one."""
    result = np.zeros((len(settings.batches), num_programmes), dtype=np.bool_)
    for rows in (seats, cells):
        if rows is not None:
            valid = (rows.batch >= 0) & (rows.programme >= 0)
            result[rows.batch[valid], rows.programme[valid]] = True
    for position, rule in enumerate(settings.batches):
        if rule.seats == "leftover":
            result[position] = result[:position].any(axis=0)
    return result
