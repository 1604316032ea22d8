"""What one more seat, one class and ten classes would do, for every programme and pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.capacity.base import Base, Figures, base_of, difference, figures, is_followed, run_again
from allocator.capacity.chains import new_standing, worth_of
from allocator.capacity.class_sizes import class_sizes
from allocator.capacity.seat_market import cell_offsets, seat_market
from allocator.market.market import IntArray
from allocator.outcome.decimals import share
from allocator.scenario.scenario import Scenario

AMOUNTS = ("seat", "class", "ten_classes")
WORTH_SCHEMA = pl.Schema(
    {
        "batch": pl.String,
        "programme_id": pl.String,
        "pool": pl.String,
        "feeder_school_id": pl.String,  # null but for cells
        "seats": pl.Int64,  # in the table; without carried seats
        "amount": pl.String,  # one of AMOUNTS
        "more_seats": pl.Int64,
        "placed": pl.Int64,  # more applicants placed, and so on
        "first_choices": pl.Int64,
        "improved": pl.Int64,  # applicants with a better choice, or in an earlier batch, or now placed at all
        "choice_sum": pl.Int64,  # change of the sum of choice numbers of all who are placed
        "mean_choice": pl.String,  # of all who have one, as it then is: decimal
        "mean_choice_fraction": pl.String,
        "general": pl.Int64,  # more placed in the general track
        "general_share": pl.String,  # of all placed, as it then is: decimal
        "general_share_fraction": pl.String,
    }
)


@dataclass(frozen=True)
class Target:
    """A place where seats can be added."""

    batch: int
    programme: int
    pool: str
    feeder_school: int  # -1 but for cells
    cell: int  # of the batch


@dataclass(frozen=True)
class Worth:
    """The worth of seats, and what it is measured against."""

    base: Figures
    table: pl.DataFrame  # WORTH_SCHEMA, in the order of batches, programmes, pools, feeder schools, amounts
    followed: bool  # by following vacancies; else every line is a run from scratch
    num_assumed_sizes: int  # programmes whose class has the default size


def worth(scenario: Scenario, *, cells: bool = False) -> Worth:
    """The worth of seats in every pool with one capacity; control lines and floors stay as they came out.

    Args:
        cells: also in the cells of pools per feeder school.

    Raises:
        InputError: if the scenario cannot be run, or a class size is wrong.
    """
    sizes = class_sizes(scenario)
    base = base_of(scenario)
    targets = [t for t in targets_of(scenario, base) if cells or t.feeder_school < 0]
    size = sizes.size[[t.programme for t in targets]]
    amounts = np.stack([np.ones_like(size), size, 10 * size], axis=1)
    followed = is_followed(base)
    effects = _followed(base, targets, amounts) if followed else _run_again(base, targets, amounts)
    found = figures(base.market, base.solution)
    rows = [
        _row(scenario, base, found, target, AMOUNTS[j], int(amounts[i, j]), effects[i][j])
        for i, target in enumerate(targets)
        for j in range(len(AMOUNTS))
    ]
    return Worth(found, pl.DataFrame(rows, WORTH_SCHEMA, orient="row"), followed, sizes.num_assumed)


def targets_of(scenario: Scenario, base: Base) -> Iterator[Target]:
    """Every pool and cell of an open programme, in the order of batches, programmes, pools and feeder schools."""
    for batch in base.market.batches:
        if batch.leftover:
            continue
        matrix = base.feeder_seats
        for programme in np.flatnonzero(~base.closed).tolist():
            for j, pool in enumerate(batch.pools):
                first = int(batch.cell_first[programme, j])
                if first < 0:
                    continue
                if not batch.pool_per_school[j]:
                    yield Target(batch.position, programme, pool, -1, first)
                    continue
                here = (matrix.batch == batch.position) & (matrix.programme == programme)
                for school in matrix.feeder_school[here].tolist():
                    yield Target(batch.position, programme, pool, school, first + school)


def _followed(base: Base, targets: list[Target], amounts: IntArray) -> list[list[Figures]]:
    flat = seat_market(base.market, base.solution, base.blocked)
    first_cell = cell_offsets(base.market)
    cells = np.array([first_cell[t.batch] + t.cell for t in targets], dtype=np.int64)
    effects = worth_of(flat, new_standing(flat), cells, amounts)
    return [[Figures(*effect) for effect in amount] for amount in effects.tolist()]


def _run_again(base: Base, targets: list[Target], amounts: IntArray) -> list[list[Figures]]:
    def effect(target: Target, num_seats: int) -> Figures:
        after = run_again(base, {(target.batch, target.cell): num_seats})
        return difference(base.market, base.solution, after)

    return [[effect(target, n) for n in row] for target, row in zip(targets, amounts.tolist(), strict=True)]


def _row(
    scenario: Scenario, base: Base, found: Figures, target: Target, amount: str, num_seats: int, effect: Figures
) -> tuple[str | int | None, ...]:
    cohort = scenario.cohort
    placed = found.placed + effect.placed
    listed = placed - found.unlisted - effect.unlisted
    mean = share(found.choice_sum + effect.choice_sum, listed)
    general = share(found.general + effect.general, placed)
    return (
        scenario.settings.batches[target.batch].name,
        cohort.programmes.ids[target.programme],
        target.pool,
        cohort.feeder_school_ids[target.feeder_school] if target.feeder_school >= 0 else None,
        int(base.market.batches[target.batch].cell_seats[target.cell]),
        amount,
        num_seats,
        effect.placed,
        effect.first_choices,
        effect.improved,
        effect.choice_sum,
        mean["decimal"],
        mean["fraction"],
        effect.general,
        general["decimal"],
        general["fraction"],
    )
