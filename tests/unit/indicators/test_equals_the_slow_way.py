"""The indicators of random small scenarios equal those that plain Python counts over rows of text."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import allocator
from allocator.indicators import indicators
from tests.oracle.generate import random_scenario
from tests.oracle.random_optimal_scenarios import random_optimal_scenario
from tests.unit.indicators.random_city import random_city
from tests.unit.indicators.slow import Key, Slow, Value

NUM_CASES = 40
NUM_LONG_CASES = 2_000


def exact(row: dict[str, int | float | None]) -> Value:
    if row["denominator"] == 0 or (row["denominator"] is None and row["value"] is None):
        return None
    if row["denominator"] is None:
        return row["value"]
    assert isinstance(row["numerator"], int)
    assert isinstance(row["denominator"], int)
    return Fraction(row["numerator"], row["denominator"])


def compare(seeds: range, folder: Path, write: Callable[[random.Random, Path], None]) -> Counter[str]:
    """Compare all, and count the cases in which each indicator is neither absent nor 0."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        place = folder / str(seed)
        random_city(random.Random(seed), place, write)
        scenario = allocator.load(place)
        outcome = allocator.run(scenario)
        if isinstance(outcome, allocator.Infeasible):
            continue
        assert isinstance(outcome, allocator.Outcome)
        table = indicators(scenario, outcome)
        found: dict[Key, Value] = {
            (row["indicator"], row["group_by"], row["group"]): exact(row) for row in table.iter_rows(named=True)
        }
        slow = Slow(place, outcome)
        has_quota = any(slow.scenario.pools[pool].per_school for batch in slow.scenario.batches for pool in batch.pools)
        is_ranked = any(slow.is_demonstration(programme) for programme in slow.scenario.programmes.values())
        interesting = set()
        for key, expected in slow.values().items():
            if "demonstration" in key[0] or key[0] == "feeder_schools_with_none":
                expected = expected if is_ranked else None
            if key not in found:
                assert not has_quota if key[0].startswith("quota") else not is_ranked, (seed, key)
                continue
            if isinstance(expected, float):
                assert found[key] == pytest.approx(expected, rel=1e-9, abs=1e-9), (seed, key)
            else:
                assert found[key] == expected, (seed, key)
            if expected:
                interesting.add(key[0])
        seen.update(interesting)
        must_be_zero(slow, table)
    return seen


def must_be_zero(slow: Slow, table: pl.DataFrame) -> None:
    """P3: in stable batches with score_first nobody has justified envy; where there is envy, somebody could gain."""
    for batch in slow.scenario.batches:
        envy, gain = (
            table.filter(indicator=name, group_by="batch", group=batch.name)["numerator"].item()
            for name in ("justified_envy", "could_gain")
        )
        assert (gain is None) == (batch.mechanism == "optimal")
        if batch.mechanism == "stable":
            assert envy == 0 if batch.order == "score_first" else envy <= gain


def test_indicators_equal_the_slow_way_on_fixed_seeds(tmp_path: Path) -> None:
    seen = compare(range(NUM_CASES), tmp_path, random_scenario)
    rare = ("justified_envy", "could_gain", "envy_across_batches", "quota_below_open_line", "settings_information")
    often = ("dissimilarity", "information", "feeder_demonstration_gini", "demonstration_representation")
    for names, share in ((rare, 12), (often, 4)):
        for name in names:
            assert seen[name] >= NUM_CASES / share, seen


@pytest.mark.long
def test_indicators_equal_the_slow_way_on_many_seeds(tmp_path: Path) -> None:
    compare(range(1_000_000, 1_000_000 + NUM_LONG_CASES), tmp_path, random_scenario)


def test_indicators_of_optimal_batches_and_reassignments_equal_the_slow_way(tmp_path: Path) -> None:
    seen = compare(range(NUM_CASES), tmp_path, random_optimal_scenario)
    for name in ("justified_envy", "envy_across_batches", "mean_choice"):
        assert seen[name] >= NUM_CASES / 30, seen
