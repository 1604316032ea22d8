"""Plans of classes against all plans there are, every one run from scratch."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product

import numpy as np
import pytest

from allocator.capacity.base import Base, Figures, difference, run_again
from allocator.capacity.relaxed_bound import most_improved
from allocator.capacity.search import Limits, search
from allocator.capacity.seat_market import seat_market
from allocator.capacity.trial import FollowedTrial, RepeatedTrial, Site, Value, value
from benchmarks.seat_worth import base_of, market_of
from tests.unit.mechanisms.test_deferred_acceptance import Shape, instance

SHAPE = Shape(num_applicants=30, num_programmes=5, num_schools=2, num_pools=2, most_seats=3, num_keys=3)
NUM_SCHOOLS = 2  # whose programmes share a limit
NUM_CASES, NUM_LONG_CASES = 600, 10_000
EFFORT = 20_000


def random_sites(rng: random.Random, base: Base, budget: int) -> list[Site]:
    """One pool of some of the programmes, with sizes, costs and limits."""
    batch = base.market.batches[0]
    sites: list[Site] = []
    for programme in range(SHAPE.num_programmes):
        pools = [j for j in range(SHAPE.num_pools) if batch.cell_first[programme, j] >= 0]
        pools = [j for j in pools if not batch.pool_per_school[j]]
        cost = rng.randint(1, 3)
        at_most = min(rng.randint(0, 3), budget // cost)
        if pools and at_most:
            cell = int(batch.cell_first[programme, rng.choice(pools)])
            school = rng.randint(-1, NUM_SCHOOLS - 1)
            sites.append(Site(programme, 0, cell, cell, rng.randint(1, 3), cost, at_most, school))
    return sites


def allowed(sites: list[Site], limits: Limits, counts: tuple[int, ...]) -> bool:
    within = [
        sum(n for site, n in zip(sites, counts, strict=True) if site.school == school) <= most
        for school, most in enumerate(limits.school_at_most)
    ]
    return all(within) and sum(site.cost * n for site, n in zip(sites, counts, strict=True)) <= limits.budget


def best_of_all(base: Base, sites: list[Site], limits: Limits) -> Value:
    values = []
    for counts in product(*[range(site.at_most + 1) for site in sites]):
        if allowed(sites, limits, counts):
            more = {(0, site.cell): n * site.size for site, n in zip(sites, counts, strict=True) if n}
            effect = difference(base.market, base.solution, run_again(base, more))
            values.append(value(effect, sites, counts))
    return max(values)


def check(first_seed: int, count: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + count):
        arrays = instance(np.random.default_rng(seed), SHAPE)
        base = base_of(market_of(arrays, SHAPE.num_schools))
        rng = random.Random(seed)
        budget = rng.randint(1, 6)
        sites = random_sites(rng, base, budget)
        limits = Limits(budget, [rng.randint(1, 3) for _ in range(NUM_SCHOOLS)])
        if not sites:
            continue
        best = best_of_all(base, sites, limits)
        if arrays.admit_all.any():
            found = search(RepeatedTrial(base), sites, limits, EFFORT, monotone=False)
            assert (found.value, found.proven) == (best, True), f"seed {seed}"
            seen["equals together"] += 1
            continue
        trial = FollowedTrial(seat_market(base.market, base.solution, base.blocked))
        found = search(trial, sites, limits, EFFORT, monotone=True)
        assert (found.value, found.proven, found.most_improved) == (best, True, best[0]), f"seed {seed}"
        hurried = search(trial, sites, limits, 1, monotone=True)
        assert not hurried.proven or hurried.value == best, f"seed {seed}"
        assert hurried.value <= best
        assert hurried.most_improved is not None
        assert hurried.most_improved >= best[0], "a bound"
        bound = most_improved(base, trial, sites, limits)
        assert bound >= best[0], f"seed {seed}: no plan could improve {best[0]}"
        assert trial.effect() == Figures(0, 0, 0, 0, 0), "everything was taken back"
        seen["followed"] += 1
        seen["somebody improves"] += best[0] > 0
        seen["the bound is reached"] += bound == best[0]
        seen["the bound is not reached"] += bound > best[0]
        seen["the greedy plan is not the best"] += hurried.value < best
        seen["a class is left out"] += best[0] > 0 and -best[3] < budget
    assert seen["somebody improves"] >= seen["followed"] / 2, seen
    for name in ("the bound is reached", "the bound is not reached", "a class is left out"):
        assert seen[name] >= seen["followed"] / 20, seen
    assert seen["the greedy plan is not the best"] > 0, seen
    assert seen["equals together"] >= count / 10, seen


def test_plans_of_classes_equal_the_best_of_all_plans() -> None:
    check(0, NUM_CASES)


@pytest.mark.long
def test_plans_of_classes_equal_the_best_of_all_plans_in_many_cases() -> None:
    check(1_000_000, NUM_LONG_CASES)
