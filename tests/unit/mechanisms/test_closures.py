"""Classes that open (R10, `min_open`): worked by hand, and the part of a market against the whole."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np

from allocator.market.compile import compile_market
from allocator.market.market import NO_BATCH, BoolArray, Market
from allocator.mechanisms import closures
from allocator.mechanisms.affected import affected
from allocator.mechanisms.batches import Solution, only_stable, solve
from allocator.mechanisms.closed import Closures, with_closed
from allocator.optimise.feeder_seats import feeder_seats
from allocator.scenario.scenario import Scenario, load
from tests.oracle.generate import random_scenario
from tests.unit.verification.small import small_scenario


def market_with(scenario: Scenario, *min_open: int) -> Market:
    market = compile_market(scenario, feeder_seats(scenario))
    sizes = np.zeros(market.num_programmes, dtype=np.int64)
    sizes[: len(min_open)] = min_open
    return replace(market, min_open=sizes)


def find(market: Market, most_runs: int = closures.MOST_RUNS) -> Closures:
    nobody = np.zeros(market.num_applicants, dtype=np.bool_)
    return closures.find(market, nobody, lambda closed: run(market, closed), most_runs)


def test_the_emptiest_class_stays_open_where_another_rescues_it(tmp_path: Path) -> None:
    """A has 1 of 2, B has 2 of 3; the simple rule closes A, and loses its applicant, who lists nothing else.
    Closing B sends one to A and one to C, and all are placed."""
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total 1,90 2,80 3,70 4,60",
        seats="main,A,open,5 main,B,open,5 main,C,open,5",
        choices="1,main,1,A 2,main,1,B 2,main,2,A 3,main,1,B 3,main,2,C 4,main,1,C",
    )
    found = find(market_with(scenario, 2, 3))
    assert found.candidates.tolist() == [0, 1]
    assert found.admitted_if_open.tolist() == [1, 2, 1]
    assert (found.closed.tolist(), found.placed, found.bound, found.proven) == ([False, True, False], 4, 4, True)
    assert (found.simple_closed.tolist(), found.simple_placed) == ([True, True, False], 2)


def test_of_sets_that_place_as_many_the_first_in_programme_order_closes(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total 1,90 2,80",
        seats="main,A,open,5 main,B,open,5",
        choices="1,main,1,A 1,main,2,B 2,main,1,B 2,main,2,A",
    )
    found = find(market_with(scenario, 2, 2))
    assert found.closed.tolist() == [True, False]
    assert found.simple_closed.tolist() == [False, True], "of equals, the simple rule closes the last"


def test_a_class_that_nobody_wants_closes_and_one_without_a_least_size_does_not(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path, applicants="applicant_id,total 1,90", seats="main,A,open,5 main,B,open,5", choices="1,main,1,B"
    )
    found = find(market_with(scenario, 1))
    assert found.closed.tolist() == [True, False]
    assert found.admitted_if_open.tolist() == [0, 1]


def test_closing_takes_all_seats_those_per_school_and_left_over_too(tmp_path: Path) -> None:
    for seed in range(40):
        folder = tmp_path / str(seed)
        random_scenario(random.Random(seed), folder)
        scenario = load(folder)
        market = compile_market(scenario, feeder_seats(scenario))
        closed = np.arange(market.num_programmes) % 2 == 0
        solution = run(market, closed)
        assert not closed[solution.programme_of[solution.programme_of >= 0]].any()


def test_the_affected_part_of_a_market_gives_what_the_whole_gives(tmp_path: Path) -> None:
    """Where no applicant gains by a closure, for every set between none and all of the closed."""
    num_compared, num_smaller = 0, 0
    for seed in range(200):
        folder = tmp_path / str(seed)
        random_scenario(random.Random(seed), folder)
        scenario = load(folder)
        market = compile_market(scenario, feeder_seats(scenario))
        several_ties = len(market.batches) > 1 and any(batch.admit_all.any() for batch in market.batches)
        if several_ties or any(rule and rule.of_batch != NO_BATCH for batch in market.batches for rule in batch.floors):
            continue
        rng = random.Random(seed)
        most = np.array([rng.random() < 0.6 for _ in range(market.num_programmes)])
        best, worst = run(market, most & False), run(market, most)
        part = affected(market, best, worst, most)
        num_smaller += len(part.applicants) < market.num_applicants
        for _ in range(6):
            closed = most & np.array([rng.random() < 0.5 for _ in range(market.num_programmes)])
            whole, small = run(market, closed), run(part.market, closed[part.programmes])
            assert np.array_equal(whole.batch_of[part.applicants], small.batch_of), f"seed {seed}"
            at = np.append(part.programmes, -1)[small.programme_of]
            assert np.array_equal(whole.programme_of[part.applicants], at), f"seed {seed}"
            assert part.num_settled + (at >= 0).sum() == (whole.programme_of >= 0).sum(), f"seed {seed}"
            fills = np.bincount(whole.programme_of[whole.programme_of >= 0], minlength=market.num_programmes)
            here = part.settled + np.bincount(small.programme_of[small.programme_of >= 0], minlength=len(part.settled))
            assert np.array_equal(fills[part.programmes], here), f"seed {seed}"
            num_compared += 1
    assert num_compared >= 200
    assert num_smaller >= 30


def run(market: Market, closed: BoolArray) -> Solution:
    return solve(with_closed(market, closed), np.zeros(market.num_applicants, dtype=np.bool_), only_stable)
