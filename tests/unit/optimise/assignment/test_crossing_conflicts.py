"""The reason why a batch is infeasible: the fewest rules that cannot be kept together, in the scenario's words."""

from __future__ import annotations

from dataclasses import replace

from allocator.optimise.assignment.conflicts import conflict, rules
from allocator.optimise.assignment.crossing import Limits
from allocator.optimise.assignment.crossing.one_model import is_feasible
from allocator.optimise.assignment.problem import Problem
from tests.unit.optimise.assignment.small_crossing import cap, small_problem, with_guideline


def reason(problem: Problem) -> tuple[str, ...]:
    return conflict(problem, lambda part: is_feasible(part, Limits()))


def test_two_caps_that_contradict_are_named_and_the_third_is_not() -> None:
    bounds = (cap("all", [0, 1, 2], at_least=3), cap("private", [0, 1], at_most=1), cap("north", [2], at_most=1))
    assert reason(small_problem("placed", bounds=bounds)) == ("all at least 3", "private at most 1")


def test_a_single_rule_that_seats_cannot_meet_is_the_whole_reason() -> None:
    bounds = (cap("private", [0, 1], at_most=1), cap("north", [2], at_least=2))
    assert reason(small_problem("placed", bounds=bounds)) == ("north at least 2",)


def test_a_pair_is_found_where_dropping_rules_one_by_one_ends_in_three() -> None:
    bounds = (
        cap("all", [0, 1, 2], at_least=3),
        cap("first", [0], at_least=2),
        cap("few", [0], at_most=1),
        cap("none", [2], at_most=0),
        cap("private", [1], at_most=0),
    )
    assert len(reason(small_problem("placed", bounds=bounds))) == 2


def test_numbers_are_the_scenario_s_own_with_what_earlier_batches_admitted() -> None:
    over = replace(cap("private", [0], at_most=-1), earlier=5)
    assert reason(small_problem("placed", bounds=(over,))) == ("private at most 4",)
    low = replace(cap("north", [2], at_least=2), earlier=3)
    assert reason(small_problem("placed", bounds=(low,))) == ("north at least 5",)


def test_a_guideline_by_area_is_named_with_its_area_and_its_limit() -> None:
    problem = with_guideline(small_problem("placed", bounds=(cap("general", [0, 1], at_least=3),)))
    assert reason(problem) == ("general at least 3", "guideline at most 0.6 in north")


def test_upper_bounds_that_were_not_given_are_no_rules() -> None:
    assert rules(small_problem("placed", bounds=(cap("private", [0], target=1),))) == ()
