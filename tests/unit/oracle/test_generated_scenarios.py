"""What the generator writes is worth running: small, repeatable, varied; and the oracle's answer has no luck in it."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.oracle.generate import interest, random_scenario
from tests.oracle.reading import read
from tests.oracle.rules import solve

NUM_SCENARIOS = 300


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    top = tmp_path_factory.mktemp("scenarios")
    for seed in range(NUM_SCENARIOS):
        random_scenario(random.Random(seed), top / str(seed))
    return [top / str(seed) for seed in range(NUM_SCENARIOS)]


def test_most_scenarios_use_reserved_seats_and_refuse_somebody(folders: list[Path]) -> None:
    seen: Counter[str] = Counter()
    for folder in folders:
        flags = interest(solve(folder), folder)
        seen.update(name for name, holds in flags.items() if holds)
        seen["reserved and refused"] += flags["reserved"] and flags["refused"]
    assert seen["reserved and refused"] >= 0.6 * NUM_SCENARIOS
    assert all(seen[name] >= 0.01 * NUM_SCENARIOS for name in flags), seen


def test_the_order_of_proposals_changes_nothing(folders: list[Path]) -> None:
    seen: Counter[str] = Counter()
    for folder in folders[:120]:
        result = solve(folder)
        for seed in range(2):
            # Who was refused along the way is the same too: in any order, whom the final set of proposers leaves out.
            assert solve(folder, random.Random(seed)) == result
        seen.update(name for name, holds in interest(result, folder).items() if holds)
    assert min(seen["reverted"], seen["ties above the seats"], seen["control line"]) >= 10, seen


def test_a_seed_gives_the_same_files(folders: list[Path], tmp_path: Path) -> None:
    random_scenario(random.Random(7), tmp_path)
    written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert written == {file.name: file.read_bytes() for file in folders[7].iterdir()}


def test_scenarios_keep_to_their_sizes_and_cover_every_setting(folders: list[Path]) -> None:
    scenarios = [read(folder) for folder in folders]
    assert {len(s.applicants) for s in scenarios} <= set(range(5, 41))
    assert {len(s.programmes) for s in scenarios} == set(range(2, 8))
    assert {len(s.batches) for s in scenarios} == {1, 2, 3, 4}
    assert {batch.order for s in scenarios for batch in s.batches} == {"score_first", "choice_first", "banded"}
    assert {len(ranking.tie_break) for s in scenarios for ranking in s.rankings.values()} == {0, 1, 2, 3}
    assert {ranking.ties for s in scenarios for ranking in s.rankings.values()} == {"lottery", "admit_all"}
    assert {pool.method for s in scenarios for pool in s.pools.values()} == {"largest_remainder", "controlled"}
    assert {pool.weight for s in scenarios for pool in s.pools.values()} == {"eligible", "plan"}
    guidelines = [s.guideline for s in scenarios if s.guideline]
    assert {(g.basis, g.scope) for g in guidelines if g.enforced} == {
        (basis, scope) for basis in ("admitted", "applicants") for scope in ("city", "area")
    }
    first_pools = {batch.pools[0] for s in scenarios for batch in s.batches}
    assert first_pools == {"open", "feeder", "weak_feeder", "special", "migrant", "county"}
