"""Which programmes open (R10, `min_open`) equals trying every set of candidates, on generated scenarios."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

import allocator
from tests.oracle.closures import Opening, add_least_sizes, least_sizes, solve_with_closures
from tests.oracle.generate import random_scenario

NUM_CASES = 300
NUM_LONG_CASES = 5_000


def compare(seed: int, folder: Path) -> dict[str, bool]:
    """Run both on the scenario of a seed, assert that they agree, and say what made the case interesting."""
    rng = random.Random(seed)
    random_scenario(rng, folder)
    add_least_sizes(rng, folder)
    expected = solve_with_closures(folder)
    outcome = allocator.run(allocator.load(folder))  # which also verifies
    assert isinstance(outcome, allocator.Outcome)
    placed = outcome.assignments.drop_nulls("programme_id")
    got = {row[0]: (row[1], row[2], row[3], row[4]) for row in placed.iter_rows()}
    assert got == expected.result.assignments, f"seed {seed}"
    lines = {scope: Fraction(line) for scope, line in outcome.summary["control_lines"].items()}
    assert lines == expected.result.control_lines, f"seed {seed}"
    least = least_sizes(folder)
    rows = [
        (p, least[p], expected.if_all_open[p], p in expected.closed, p in expected.by_simple_rule)
        for p in sorted(expected.candidates | expected.by_simple_rule)
    ]
    assert outcome.closures.rows() == rows, f"seed {seed}"
    if least:
        told = outcome.summary["closures"]
        assert told["simple_rule"]["placed"] == expected.placed_by_simple_rule, f"seed {seed}"
        assert (told["proven"], told["placed"], told["bound"]) == (True, len(got), len(got)), f"seed {seed}"
    return interest(expected, least)


def interest(opening: Opening, least: dict[str, int]) -> dict[str, bool]:
    return {
        "several closed": len(opening.closed) > 1,
        "a candidate rescued": bool(opening.closed) and bool(opening.candidates - opening.closed),
        "other than the simple rule": opening.closed != opening.by_simple_rule,
        "more placed than by the simple rule": len(opening.result.assignments) > opening.placed_by_simple_rule,
        "under a control line": bool(opening.closed) and bool(opening.result.control_lines),
    }


def check_many(first_seed: int, count: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + count):
        with tempfile.TemporaryDirectory() as folder:
            flags = compare(seed, Path(folder))
        seen.update(name for name, holds in flags.items() if holds)
    for name in flags:
        assert seen[name] >= count / 30, f"the generator hardly ever shows: {name} ({seen})"


def test_closures_equal_the_oracle_on_fixed_seeds() -> None:
    check_many(0, NUM_CASES)


@pytest.mark.long
def test_closures_equal_the_oracle_on_many_seeds() -> None:
    check_many(1_000_000, NUM_LONG_CASES)
