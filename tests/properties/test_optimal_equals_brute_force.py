"""Optimal batches equal brute force over all assignments: feasibility, every objective, the one outcome (R10)."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.optimise.assignment.problem import Assignment, Infeasible, Problem, Solved
from allocator.optimise.assignment.solve import solve
from tests.oracle import optimal
from tests.oracle.assignments import BoolArray, Table, Way, ways_of
from tests.oracle.random_problems import random_problem

NUM_CASES = 2_000
NUM_LONG_CASES = 20_000


def compare(seed: int) -> dict[str, bool]:
    """Solve the problem of a seed both ways, assert that they agree, and say what made it interesting."""
    problem = random_problem(random.Random(seed))
    found, expected = solve(problem), optimal.solve(problem)
    if expected is None:
        conflicts = optimal.conflicts(problem)
        assert isinstance(found, Infeasible), f"seed {seed}"
        assert frozenset(found.conflict) in conflicts, f"seed {seed}: {found.conflict}, one of {conflicts}"
        return {"infeasible": True, "a conflict of several rules": len(found.conflict) > 1}
    values, table = expected
    assert isinstance(found, Solved), f"seed {seed}: {found}"
    assert dict(found.values) == values, f"seed {seed}"
    assert not found.bounds, f"seed {seed}"
    got = ways_taken(problem, found.assignment)
    if is_plainly_a_network(problem):
        assert found.structure == "network", f"seed {seed}"
    by_area = optimal.counts_by_area(problem)
    if found.structure != "crossing bounds":
        assert not found.counts, f"seed {seed}"
        by_area = False
    # Where bounds cross, `score` holds within what is published: counts, and by area who is of which track.
    statuses = [optimal.status_of(problem, way) for way in got]
    settled = optimal.settle(table, found.counts, statuses if by_area else None)
    assert got == settled, f"seed {seed}"
    return {
        f"structure {found.structure}": True,
        **{f"objective {name}": value not in (0, ()) for name, value in values.items()},
        **interest(table, settled),
    }


def ways_taken(problem: Problem, assignment: Assignment) -> tuple[Way, ...]:
    """An assignment as brute force has it."""
    taken = zip(assignment.option.tolist(), assignment.cell.tolist(), strict=True)
    return tuple(
        next(way for way in ways_of(problem, applicant) if (way.option, way.cell) == pair)
        for applicant, pair in enumerate(taken)
    )


def is_plainly_a_network(problem: Problem) -> bool:
    """Bounds on laminar sets, no least sizes, and a guideline, if any, for the city and with a basis that is known."""
    sets = [bound.members.programmes for bound in problem.bounds]
    rule = problem.guideline
    if rule is not None and optimal.guideline_counts(problem):
        sets.append(problem.is_general)
        if rule.basis_grows or any(rule.scope_names):
            return False
    return is_laminar(sets) and not problem.min_open.any()


def is_laminar(sets: list[BoolArray]) -> bool:
    return all(
        not (one & other).any() or (one <= other).all() or (other <= one).all() for one, other in combinations(sets, 2)
    )


def interest(table: Table, settled: tuple[Way, ...]) -> dict[str, bool]:
    """What the optimum of a problem shows, so that the test can ask for enough of everything."""
    problem = table.problem
    placed = [way for way in settled if way.option >= 0]
    admitted = np.bincount([way.programme for way in placed], minlength=problem.num_programmes)
    wanted = np.bincount(problem.options.programme, minlength=problem.num_programmes)
    counts = [(bound, int(admitted[bound.members.programmes].sum())) for bound in problem.bounds]
    schools = [way for way in placed if problem.cells.per_school[way.pool]]
    return {
        "not what the best take in turn": [way.option for way in settled] != [way.option for way in in_turn(problem)],
        "several optima before score": len(table.taken) > 1,
        "equal choice numbers": any(
            problem.options.number[way.option] == problem.options.number[other]
            for a, way in enumerate(settled)
            for other in range(problem.options.start[a], problem.options.start[a + 1])
            if way.option >= 0 and other != way.option
        ),
        "a reassignment": bool((problem.options.number == 0).any()),
        "a lower bound reached exactly": any(bound.at_least == count > 0 for bound, count in counts),
        "an upper bound reached": any(bound.at_most == count for bound, count in counts),
        "bounds cross": not is_laminar([bound.members.programmes for bound in problem.bounds]),
        "feeder seats": bool(schools),
        "a class does not open": any(
            least > 0 and admitted[programme] == 0 < wanted[programme]
            for programme, least in enumerate(problem.min_open)
        ),
        "the guideline binds": problem.guideline is not None and problem.guideline.is_constraint,
        "by area": problem.guideline is not None and any(problem.guideline.scope_names),
    }


def in_turn(problem: Problem) -> tuple[Way, ...]:
    """In ranking order, everybody takes the first thing on their list that is free, whatever the rules say."""
    seats, got = problem.cells.seats.copy(), [Way()] * problem.num_applicants
    for applicant in problem.order:
        for way in ways_of(problem, applicant)[1:]:
            if seats[way.cell] > 0:
                seats[way.cell] -= 1
                got[applicant] = way
                break
    return tuple(got)


def check_many(first_seed: int, count: int) -> None:
    seen: Counter[str] = Counter()
    names: set[str] = set()
    for seed in range(first_seed, first_seed + count):
        flags = compare(seed)
        names |= set(flags)
        seen.update(name for name, holds in flags.items() if holds)
    for name in names:
        assert seen[name] >= count / 100, f"the generator hardly ever shows: {name} ({seen})"
    assert {"structure network", "structure crossing bounds", "structure classes", "infeasible"} <= names


def test_optimal_batches_equal_brute_force_on_fixed_seeds() -> None:
    check_many(0, NUM_CASES)


@pytest.mark.long
def test_optimal_batches_equal_brute_force_on_many_seeds() -> None:
    check_many(1_000_000, NUM_LONG_CASES)


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_optimal_batches_equal_brute_force_on_any_seed(seed: int) -> None:
    compare(seed)
