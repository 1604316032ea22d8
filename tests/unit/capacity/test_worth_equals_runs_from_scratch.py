"""The worth of seats by following vacancies is that of running everything again with the seats."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import allocator
from allocator.capacity import base as bases
from allocator.capacity.base import Base, Figures, difference, is_followed, run_again
from allocator.capacity.chains import EFFECTS, SeatMarket, Standing, _follow, new_standing, worth_of
from allocator.capacity.seat_market import cell_offsets, seat_market
from benchmarks.seat_worth import base_of, market_of
from tests.oracle.generate import random_scenario
from tests.unit.mechanisms.test_deferred_acceptance import Shape, instance

AMOUNTS = (1, 2, 6)
NUM_SCENARIOS, NUM_LONG_SCENARIOS = 120, 3_000
NUM_MARKETS, NUM_LONG_MARKETS = 1_500, 50_000
SHAPES = (
    Shape(num_applicants=8, num_programmes=4, num_schools=2, num_pools=2, most_seats=2, num_keys=3),
    Shape(num_applicants=25, num_programmes=6, num_schools=3, num_pools=3, most_seats=3, num_keys=3),
    Shape(num_applicants=40, num_programmes=8, num_schools=0, num_pools=1, most_seats=4, num_keys=3),
)


def targets(base: Base) -> list[tuple[int, int]]:
    """(batch, cell) of every cell with seats of its own."""
    return [
        (batch.position, cell)
        for batch in base.market.batches
        if not batch.leftover
        for cell in range(batch.num_cells)
        if cell not in batch.reverted_cell
    ]


def compare(base: Base, chosen: list[tuple[int, int]], case: str) -> Counter[str]:
    """Assert that every target's worth is that of a run from scratch; and count what made it interesting."""
    seen: Counter[str] = Counter()
    flat = seat_market(base.market, base.solution, base.blocked)
    standing = new_standing(flat)
    first_cell = cell_offsets(base.market)
    cells = np.array([first_cell[batch] + cell for batch, cell in chosen], dtype=np.int64)
    worth = worth_of(flat, standing, cells, np.tile(np.array(AMOUNTS, dtype=np.int64), (len(cells), 1)))
    assert np.array_equal(standing.position, flat.position), "everything was taken back"
    assert np.array_equal(standing.cell, flat.cell)
    assert np.array_equal(standing.next_want, flat.want_start[:-1])
    for i, target in enumerate(chosen):
        for j, amount in enumerate(AMOUNTS):
            expected = difference(base.market, base.solution, run_again(base, {target: amount}))
            assert Figures(*worth[i, j].tolist()) == expected, f"{case}, {amount} more in {target}"
            seen["compared"] += 1
            seen["somebody improves"] += expected.improved > 0
            seen["somebody is placed"] += expected.placed > 0
            seen["one in general less"] += expected.general < 0
            seen["better without being placed"] += expected.improved > expected.placed
        seen["cycles had to be turned"] += improved_by_chains(flat, standing, int(cells[i])) < worth[i, 0, -1]
    return seen


def improved_by_chains(flat: SeatMarket, standing: Standing, cell: int) -> int:
    """How many one vacancy alone improves, no cycles turned; the standing is left spoilt and is made anew."""
    alone = new_standing(flat)
    _follow(flat, alone, cell)
    return int(alone.counts[EFFECTS[-1]])


def check_scenarios(first_seed: int, count: int) -> None:
    """Scenarios over the whole rule space, in which equals are separated by lottery."""
    seen: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + count):
        with tempfile.TemporaryDirectory() as folder:
            random_scenario(random.Random(seed), Path(folder))
            scenario = allocator.load(folder)
            scenario = scenario.replace({f"rankings.{name}.ties": "lottery" for name in scenario.settings.rankings})
            base = bases.base_of(scenario)
        assert is_followed(base)
        assert difference(base.market, base.solution, run_again(base, {})).improved == 0
        every = targets(base)
        seen += compare(base, random.Random(seed).sample(every, min(5, len(every))), f"seed {seed}")
        seen["several batches"] += len(base.market.batches) > 1
        seen["control line"] += bool(base.blocked.any())
        falls = seat_market(base.market, base.solution, base.blocked).falls_to
        edges = cell_offsets(base.market)
        batch_of = np.searchsorted(edges, np.arange(len(falls)), side="right") - 1
        seen["seats fall to a later batch"] += bool((batch_of[falls[falls >= 0]] > batch_of[falls >= 0]).any())
    assert seen["somebody improves"] >= seen["compared"] / 4, seen
    for name in ("several batches", "control line", "seats fall to a later batch"):
        assert seen[name] >= count / 20, seen


def check_markets(first_seed: int, count: int) -> None:
    """Single batches with a ranking of each programme's own, pools, cells and reverted seats: many cycles."""
    seen: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + count):
        generator = np.random.default_rng(seed)
        shape = SHAPES[seed % len(SHAPES)]
        arrays = instance(generator, shape)
        if arrays.admit_all.any():
            continue
        base = base_of(market_of(arrays, shape.num_schools))
        every = targets(base)
        if every:
            seen += compare(base, random.Random(seed).sample(every, min(6, len(every))), f"seed {seed}")
    assert seen["somebody improves"] >= seen["compared"] / 4, seen
    assert seen["cycles had to be turned"] >= count / 100, seen
    assert seen["one in general less"] >= count / 100, seen
    assert seen["better without being placed"] >= count / 10, seen


def test_worth_equals_runs_from_scratch_in_scenarios_of_all_rules() -> None:
    check_scenarios(0, NUM_SCENARIOS)


def test_worth_equals_runs_from_scratch_where_cycles_must_be_turned() -> None:
    check_markets(0, NUM_MARKETS)


@pytest.mark.long
def test_worth_equals_runs_from_scratch_in_many_scenarios() -> None:
    check_scenarios(1_000_000, NUM_LONG_SCENARIOS)


@pytest.mark.long
def test_worth_equals_runs_from_scratch_in_many_markets() -> None:
    check_markets(1_000_000, NUM_LONG_MARKETS)
