"""The search for the best set of closures, against trying every set; and where it has to stop."""

from __future__ import annotations

import random

import pytest

from allocator.mechanisms.closure_search import Result, Runs, members, search, simple_rule, try_all


def classes(seed: int, num_candidates: int) -> Runs:
    """Small classes that live on the same few applicants, who choose in turn; a few also list what always opens."""
    rng = random.Random(seed)
    least, others = 4, 2  # `others` always open, with three seats each
    lists = [
        rng.sample(range(num_candidates + others), rng.choice([1, 2, 2, 3])) for _ in range(int(3.4 * num_candidates))
    ]

    def solve(closed: int) -> Result:
        filled = [0] * (num_candidates + others)
        unplaced = 0
        for applicant, wanted in enumerate(lists):
            seats = {
                i: 0 if i < num_candidates and closed >> i & 1 else 3 if i >= num_candidates else 6 for i in wanted
            }
            at = next((i for i in wanted if filled[i] < seats[i]), None)
            if at is None:
                unplaced |= 1 << applicant
            else:
                filled[at] += 1
        return Result(len(lists) - unplaced.bit_count(), tuple(filled[:num_candidates]), unplaced, 0)

    return Runs(solve, [least] * num_candidates)


def test_the_search_finds_what_trying_all_sets_finds() -> None:
    num_better, num_searched, num_all = 0, 0, 0
    for seed in range(60):
        runs = classes(seed, 9)
        start = simple_rule(runs)
        found = search(runs, start, 10_000)
        num_searched += runs.number
        every = classes(seed, 9)
        assert found == try_all(every), f"seed {seed}"
        num_all += every.number
        num_better += every.rank(found.closed) < every.rank(start)
    assert num_better >= 10, "the simple rule is nearly always the best: no test of the search"
    assert num_searched < num_all / 2


@pytest.mark.parametrize("most_runs", [0, 1, 5, 20])
def test_a_stopped_search_has_a_set_that_will_do_and_a_true_bound(most_runs: int) -> None:
    num_stopped = 0
    for seed in range(20):
        runs = classes(seed, 9)
        found = search(runs, simple_rule(runs), most_runs)
        best = try_all(classes(seed, 9))
        assert best is not None
        runs.most = None
        assert runs.too_small(found.closed) == 0
        assert runs(found.closed).placed == found.placed <= best.placed <= found.bound
        assert not found.proven or found == best
        num_stopped += not found.proven
    assert num_stopped >= 5


def test_the_simple_rule_closes_the_emptiest_and_of_equals_the_last() -> None:
    fills = {0b000: (1, 2, 1), 0b100: (2, 2, 0), 0b101: (0, 3, 0)}
    runs = Runs(lambda closed: Result(0, fills[closed], 0, 0), [3, 2, 2])
    assert simple_rule(runs) == 0b101


def test_members_are_the_positions_of_the_bits() -> None:
    assert list(members(0b101001)) == [0, 3, 5]
    assert list(members(0)) == []


def test_no_set_will_do_where_every_one_leaves_another_programme_too_small() -> None:
    runs = Runs(lambda closed: Result(0, (0,), 0, 1), [1])
    assert try_all(runs) is None
