"""Optimal batches and reassignments anywhere in a run equal the oracle (R10, R11, with R1 to R9 around them)."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import allocator
from tests.oracle.objectives import Value
from tests.oracle.optimal_scenario import Within
from tests.oracle.random_optimal_scenarios import random_optimal_scenario
from tests.oracle.reading import Scenario, read
from tests.oracle.rules import OracleResult, solve

NUM_CASES = 200
NUM_LONG_CASES = 5_000


def compare(seed: int, folder: Path) -> dict[str, bool]:
    """Run both on the scenario of a seed, assert that they agree, and say what made the case interesting."""
    random_optimal_scenario(random.Random(seed), folder)
    outcome = allocator.run(allocator.load(folder))  # which also verifies
    if isinstance(outcome, allocator.Infeasible):
        expected = solve(folder)
        assert expected.infeasible is not None, f"seed {seed}"
        batch, conflicts = expected.infeasible
        assert outcome.batch == batch, f"seed {seed}"
        assert frozenset(outcome.conflict) in conflicts, f"seed {seed}: {outcome.conflict}, one of {conflicts}"
        return {"infeasible": True}
    assert isinstance(outcome, allocator.Outcome), f"seed {seed}: {outcome}"
    expected = solve(folder, published=published(read(folder), outcome))
    assert expected.infeasible is None, f"seed {seed}"
    values = {
        claim.batch: {name: as_value(name, value) for name, value in claim.values.items()} for claim in outcome.optimal
    }
    assert values == expected.values, f"seed {seed}"
    placed = outcome.assignments.drop_nulls("programme_id")
    got = {row[0]: (row[1], row[2], row[3], row[4]) for row in placed.iter_rows()}
    assert got == expected.assignments, f"seed {seed}"
    lines = {scope: Fraction(line) for scope, line in outcome.summary["control_lines"].items()}
    assert lines == expected.control_lines, f"seed {seed}"
    seats = {
        (row["batch"], row["programme_id"], row["pool"], row["feeder_school_id"] or ""): (
            row["seats"],
            row["admitted"],
            None if row["line"] is None else Fraction(row["line"]),
        )
        for row in outcome.lines.iter_rows(named=True)
    }
    assert seats == expected.lines, f"seed {seed}"
    return interest(expected, outcome)


def published(scenario: Scenario, outcome: allocator.Outcome) -> dict[str, Within]:
    """What ``score`` is settled within, of optimal batches that are not a network."""
    counts: Mapping[str, Sequence[Any]] = {claim.batch: claim.counts for claim in outcome.optimal}
    return {
        claim.batch: Within(
            [(entry["programmes"], entry["count"]) for entry in counts[claim.batch]],
            {
                applicant: scenario.programmes[programme].track
                for applicant, programme, batch, _, _ in outcome.assignments.iter_rows()
                if batch == claim.batch
            },
        )
        for claim in outcome.optimal
        if claim.structure != "network"
    }


def as_value(objective: str, published: int | str | list[int]) -> Value:
    if isinstance(published, list):
        return tuple(published)
    return Fraction(published) if objective == "guideline" else int(published)


def interest(result: OracleResult, outcome: allocator.Outcome) -> dict[str, bool]:
    """What a run with optimal batches shows."""
    batches = outcome.manifest["scenario"]["batches"]
    mechanism = {batch["name"]: batch.get("mechanism", "stable") for batch in batches}
    leftover = {batch["name"] for batch in batches if batch.get("seats") == "leftover"}
    kinds = [mechanism[batch] for _, batch, _, _ in result.assignments.values()]
    used = {(mechanism[batch], pool) for _, batch, pool, _ in result.assignments.values()}
    carried_to = {mechanism[batch] for (batch, _), num_seats in result.carried.items() if num_seats > 0}
    return {
        "placed by objectives": "optimal" in kinds,
        "placed by objectives and by stability": {"optimal", "stable"} <= set(kinds),
        "reassigned": "reassign" in kinds,
        "reserved seats used in an optimal batch": any(kind == "optimal" and pool != "open" for kind, pool in used),
        "seats carried into an optimal batch": "optimal" in carried_to,
        "leftover seats in an optimal batch": any(
            batch in leftover and mechanism[batch] == "optimal" for _, batch, _, _ in result.assignments.values()
        ),
        "control line": bool(result.control_lines),
        "bounds cross": any(claim.structure == "crossing bounds" for claim in outcome.optimal),
        "classes": any(claim.structure == "classes" for claim in outcome.optimal),
        "two optimal batches": len(outcome.optimal) > 1,
    }


def check_many(first_seed: int, count: int) -> None:
    seen: Counter[str] = Counter()
    names = {"infeasible"}
    for seed in range(first_seed, first_seed + count):
        with tempfile.TemporaryDirectory() as folder:
            flags = compare(seed, Path(folder))
        names |= set(flags)
        seen.update(name for name, holds in flags.items() if holds)
    for name in names:
        assert seen[name] >= count / 100, f"the generator hardly ever shows: {name} ({seen})"


def test_optimal_batches_in_a_run_equal_the_oracle_on_fixed_seeds() -> None:
    check_many(0, NUM_CASES)


@pytest.mark.long
def test_optimal_batches_in_a_run_equal_the_oracle_on_many_seeds() -> None:
    check_many(1_000_000, NUM_LONG_CASES)
