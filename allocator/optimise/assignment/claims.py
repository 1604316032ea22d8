"""What is published about optimal batches: values, bounds, counts and prices, in identifiers (R10, P9)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl

from allocator.market.market import BatchMarket, Market
from allocator.mechanisms.batches import Solution
from allocator.optimise.assignment.problem import Price, Solved
from allocator.outcome.schemas import PRICES_SCHEMA, OptimalBatch
from allocator.scenario.scenario import Scenario


def claims(scenario: Scenario, market: Market, solution: Solution) -> tuple[tuple[OptimalBatch, ...], pl.DataFrame]:
    """The claims about every batch that objectives decided, in order; and the prices that prove bounds."""
    found: list[OptimalBatch] = []
    prices = [PRICES_SCHEMA.to_frame()]
    for solved in solution.batches:
        if isinstance(solved.claim, Solved):
            name = scenario.settings.batches[solved.batch.position].name
            found.append(_claim(scenario, name, solved.claim))
            prices.append(_prices(scenario, market, solved.batch, name, solved.claim.prices))
    return tuple(found), pl.concat(prices)


def _claim(scenario: Scenario, name: str, solved: Solved) -> OptimalBatch:
    ids = scenario.cohort.programmes.ids
    return OptimalBatch(
        batch=name,
        structure=solved.structure,
        values={objective: _written(value) for objective, value in solved.values.items()},
        bounds={objective: _number(bound) for objective, bound in solved.bounds.items()},
        price_scale=solved.price_scale,
        counts=tuple(
            {"programmes": sorted(ids[p] for p in np.flatnonzero(counted.programmes)), "count": count}
            for counted, count in solved.counts
        ),
    )


def _written(value: int | Fraction | tuple[int, ...]) -> int | str | list[int]:
    return list(value) if isinstance(value, tuple) else _number(value)


def _number(value: int | Fraction) -> int | str:
    return int(value) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def _prices(
    scenario: Scenario, market: Market, batch: BatchMarket, name: str, prices: tuple[Price, ...]
) -> pl.DataFrame:
    rows = []
    for price in prices:
        place = (None, None, None) if price.cell is None else _place(scenario, market, batch, price.cell)
        rows.append((name, price.objective, price.kind, price.name, *place, price.price))
    return pl.DataFrame(rows, schema=PRICES_SCHEMA, orient="row")


def _place(scenario: Scenario, market: Market, batch: BatchMarket, cell: int) -> tuple[str, str, str | None]:
    """Programme, pool and feeder school of a cell."""
    first = np.where(batch.cell_first > cell, -1, batch.cell_first)
    programme, pool = np.unravel_index(int(first.argmax()), first.shape)  # cells are numbered programme by programme
    school = None
    if batch.pool_per_school[pool]:
        school = scenario.cohort.feeder_school_ids[cell - int(first[programme, pool])]
    return scenario.cohort.programmes.ids[int(programme)], batch.pools[int(pool)], school
