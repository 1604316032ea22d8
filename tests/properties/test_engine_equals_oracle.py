"""The engine equals the oracle on generated scenarios over the whole rule space (R1 to R9)."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import allocator
from tests.oracle.generate import interest, random_scenario
from tests.oracle.rules import solve

NUM_CASES = 500
NUM_LONG_CASES = 10_000


def compare(seed: int, folder: Path) -> dict[str, bool]:
    """Run both on the scenario of a seed, assert that they agree, and say what made the case interesting."""
    random_scenario(random.Random(seed), folder)
    expected = solve(folder)
    outcome = allocator.run(allocator.load(folder))  # which also verifies
    placed = outcome.assignments.drop_nulls("programme_id")
    got = {row[0]: (row[1], row[2], row[3], row[4]) for row in placed.iter_rows()}
    assert got == expected.assignments, f"seed {seed}"
    lines = {scope: Fraction(line) for scope, line in outcome.summary["control_lines"].items()}
    assert lines == expected.control_lines, f"seed {seed}"
    published = {
        (row["batch"], row["programme_id"], row["pool"], row["feeder_school_id"] or ""): (
            row["seats"],
            row["admitted"],
            None if row["line"] is None else Fraction(row["line"]),
        )
        for row in outcome.lines.iter_rows(named=True)
    }
    assert published == expected.lines, f"seed {seed}"
    floors = {
        (row["batch"], row["programme_id"], row["pool"]): Fraction(row["floor"])
        for row in outcome.floors.iter_rows(named=True)
    }
    assert floors == expected.floors, f"seed {seed}"
    return interest(expected, folder)


def check_many(first_seed: int, count: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + count):
        with tempfile.TemporaryDirectory() as folder:
            flags = compare(seed, Path(folder))
        seen.update(name for name, holds in flags.items() if holds)
        seen["reserved seats used and somebody refused"] += flags["reserved"] and flags["refused"]
    assert seen["reserved seats used and somebody refused"] >= count / 2, seen
    for name in flags:
        assert seen[name] >= count / 100, f"the generator hardly ever shows: {name} ({seen})"


def test_engine_equals_oracle_on_fixed_seeds() -> None:
    check_many(0, NUM_CASES)


@pytest.mark.long
def test_engine_equals_oracle_on_many_seeds() -> None:
    check_many(1_000_000, NUM_LONG_CASES)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(min_value=0, max_value=2**32))
def test_engine_equals_oracle_on_any_seed(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        compare(seed, Path(folder))
