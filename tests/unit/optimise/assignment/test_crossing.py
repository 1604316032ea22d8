"""Batches that are not a network, beside brute force: exact in one model, and bounded by prices and flows."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from allocator.optimise.assignment.crossing import Limits, Optimum, Stopped, solve_crossing
from allocator.optimise.assignment.crossing.city import fits_a_city, solve_city
from allocator.optimise.assignment.crossing.objective import objective
from allocator.optimise.assignment.crossing.one_model import constrained, solve_one_model
from allocator.optimise.assignment.crossing.relaxation import PRICE_SCALE, proven_bound, relax
from allocator.optimise.assignment.crossing.search import minimise
from allocator.optimise.assignment.objectives import ladder
from allocator.optimise.assignment.problem import Infeasible, Problem
from benchmarks.crossing_caps import crossing_problem
from tests.oracle import optimal
from tests.oracle.random_problems import random_problem
from tests.unit.optimise.assignment.small_crossing import cap, everything, small_problem, with_guideline

EXACT = Limits(near=Fraction(0))


def town(num_applicants: int, *ladder: str) -> Problem:
    """The caps that cross of the benchmark, upper ones alone: so small a town cannot meet the others."""
    problem = crossing_problem(num_applicants, (*ladder, "score"))
    return replace(problem, bounds=tuple(bound for bound in problem.bounds if bound.at_least == 0))


def problem_of(seed: int) -> Problem:
    return random_problem(random.Random(seed))


def test_one_model_equals_brute_force_whatever_the_structure() -> None:
    num_infeasible = num_by_search = 0
    for seed in range(50_000, 50_300):
        problem = problem_of(seed)
        found, expected = solve_one_model(problem, EXACT), optimal.solve(problem)
        if expected is None:
            assert isinstance(found, Infeasible), f"seed {seed}"
            num_infeasible += 1
            continue
        values, table = expected
        assert isinstance(found, Optimum), f"seed {seed}"
        assert dict(found.values) == values, f"seed {seed}"
        assert not found.bounds
        statuses = None
        if found.statuses is not None:
            statuses = [("unplaced", "general", "vocational")[s] for s in found.statuses]
        optimal.settle(table, found.counts, statuses)  # fails if no optimal assignment has the counts
        num_by_search += not found.prices
    assert num_infeasible > 20
    assert num_by_search < 200


def test_what_a_city_is_told_is_the_optimum_or_within_the_bound() -> None:
    num_solved = num_optimal = num_infeasible = 0
    for seed in range(60_000, 60_070):
        problem = problem_of(seed)
        if not fits_a_city(problem):
            continue
        found, expected = solve_city(problem, EXACT), optimal.solve(problem)
        if expected is None:
            assert isinstance(found, Infeasible), f"seed {seed}"
            num_infeasible += 1
            continue
        assert isinstance(found, Optimum), f"seed {seed}"
        num_solved += 1
        num_optimal += dict(found.values) == expected[0]
        for name in problem.ladder[:-1]:
            if name in found.bounds:
                break  # what comes after is conditional on a value that is not proven
            assert found.values[name] == expected[0][name], f"seed {seed}: {name}"
    assert num_infeasible > 2
    assert num_solved > 20
    assert num_optimal > 0.8 * num_solved


@pytest.mark.parametrize("seed", range(5))
def test_any_prices_whatever_prove_a_true_bound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = everything("placed", "choice")
    model = constrained(problem)
    target = objective(model, ladder(problem)[1], 1)
    best = minimise(model.model, target, EXACT).value
    for _ in range(50):
        price = rng.integers(-2 * PRICE_SCALE, 2 * PRICE_SCALE, len(model.model.rows)).tolist()
        assert proven_bound(model.model, target, price) <= best


def test_the_prices_of_the_relaxation_prove_the_optimum_under_a_cap() -> None:
    problem = small_problem("placed", bounds=(cap("all", [0, 1, 2], at_most=2),))
    model = constrained(problem)
    target = objective(model, ladder(problem)[0], 0)
    relaxed = relax(model.model, target)
    assert relaxed is not None
    assert proven_bound(model.model, target, relaxed.price) == -2
    assert proven_bound(model.model, target, [0] * len(relaxed.price)) == -3


def test_a_town_is_solved_as_one_model_and_as_a_city_alike() -> None:
    problem = town(400, "placed", "choice")
    city = solve_crossing(problem, replace(EXACT, options_in_one_model=0))
    model = solve_crossing(problem, EXACT)
    assert isinstance(city, Optimum)
    assert isinstance(model, Optimum)
    assert not model.bounds
    assert city.values["placed"] == model.values["placed"]
    value, optimum = city.values["choice"], model.values["choice"]
    assert isinstance(value, int)
    assert isinstance(optimum, int)
    assert city.bounds.get("choice", value) <= optimum <= value
    assert value - optimum <= optimum // 100


def test_running_out_of_time_is_not_infeasible() -> None:
    problem = crossing_problem(1_600, ("placed", "score"))  # it is infeasible, but that takes a search
    found = solve_one_model(problem, Limits(deterministic_time=1e-9))
    assert isinstance(found, Stopped)


def test_a_class_is_not_opened_for_too_few() -> None:
    problem = replace(small_problem("choice", bounds=(cap("north", [1], at_least=1),)), min_open=np.array([0, 2, 0]))
    found = solve_one_model(problem, EXACT)
    assert isinstance(found, Optimum)
    assert found.values["choice"] == 4  # two at choice 2: one alone would not open the class


def test_a_guideline_by_area_says_who_is_of_which_track() -> None:
    found = solve_one_model(with_guideline(small_problem("placed")), EXACT)
    assert isinstance(found, Optimum)
    assert found.statuses is not None
    # North: G ≤ 0.6 (1 + admitted there); alone in the south, one general of two counted is too few to forbid.
    assert found.values["placed"] == 3
    assert sorted(found.statuses[:2].tolist()) == [1, 1] or 2 in found.statuses.tolist()


def test_the_same_problem_has_the_same_answer_twice() -> None:
    problem = town(400, "placed", "choice")
    first, second = (solve_crossing(problem, Limits(options_in_one_model=0)) for _ in range(2))
    assert isinstance(first, Optimum)
    assert isinstance(second, Optimum)
    assert first.values == second.values
    assert first.prices == second.prices
    assert [n for _, n in first.counts] == [n for _, n in second.counts]
