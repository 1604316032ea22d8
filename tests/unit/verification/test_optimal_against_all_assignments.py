"""P9 accepts of all assignments of a batch the one that R10 defines, and no other."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.verification.optimal_outcomes import tried

NUM_SCENARIOS = 80
MOST = 12  # assignments that are tried of each batch


def check(seed: int, folder: Path, seen: Counter[str]) -> None:
    rng = random.Random(seed)
    for batch in tried(seed, folder):
        structure, is_network = batch.structure, batch.structure == "network"
        rows = [tuple(row) for row in batch.everything.taken.tolist()]
        if len(rows) == 1:
            continue
        told = f"seed {seed}, batch {batch.batch}, {structure}, {batch.problem.ladder}"
        breaches, checked = batch.breaches(batch.optimum, batch.claim(batch.optimum))
        assert not breaches, f"{told}: {[b.text() for b in breaches]}"
        seen[structure] += 1
        seen["proven"] += checked["objectives proven"]
        seen["recomputed"] += checked["objectives recomputed"]
        if is_network:
            assert checked["objectives recomputed"] == 0, told
        best_values = batch.values(batch.optimum)
        rng.shuffle(rows)
        # Those as good as the optimum first: only score tells them apart.
        rows.sort(key=lambda row: row not in batch.lawful or batch.values(row) != best_values)
        for row in rows[:MOST]:
            breaches, _ = batch.breaches(row, batch.claim(row))
            expected = row == batch.optimum
            if not is_network and row in batch.lawful:
                expected = row == batch.best_within(row)
                if expected and batch.values(row) != best_values:
                    continue  # that another count would be better is a matter of prices
            assert (not breaches) == expected, f"{told}: {row}, {[b.text() for b in breaches]}"
            if not expected:
                kind = "another" if row in batch.lawful else "unlawful"
                seen["score alone" if row in batch.lawful and batch.values(row) == best_values else kind] += 1


def test_only_the_assignment_of_the_rules_is_accepted(tmp_path_factory: pytest.TempPathFactory) -> None:
    seen: Counter[str] = Counter()
    for seed in range(NUM_SCENARIOS):
        check(seed, tmp_path_factory.mktemp("tiny"), seen)
    for name in ("network", "classes", "crossing bounds", "score alone", "another", "unlawful"):
        assert seen[name] >= 10, seen


@pytest.mark.long
def test_only_the_assignment_of_the_rules_is_accepted_on_many_seeds(tmp_path_factory: pytest.TempPathFactory) -> None:
    for seed in range(1_000_000, 1_002_000):
        check(seed, tmp_path_factory.mktemp("tiny"), Counter())
