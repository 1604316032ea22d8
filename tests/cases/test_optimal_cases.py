"""Optimal batches against published optima with lower quotas, common quotas, targets and ties in lists (R10)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import allocator
from tests.cases.published_optima import LADDERS, instance, where_they_are, write_instance
from tests.oracle.rules import solve

pytestmark = where_they_are

CASES = ("cooper_hr_lq_0", "cooper_hr_lq_1", "cooper_spa_0")
each_optimum = pytest.mark.parametrize(
    ("name", "optimum"),
    [
        (name, optimum)
        for name in CASES
        for optimum in LADDERS
        if not optimum.endswith("abs_diff") or "spa" in name  # only these have targets
    ],
)


def expected_value(name: str, optimum: str) -> int | list[int]:
    value: int | list[int] = instance(name)["expected"]["optimal"][optimum]
    return value


@each_optimum
def test_a_published_optimum_is_reached(name: str, optimum: str, tmp_path: Path) -> None:
    write_instance(tmp_path, instance(name), LADDERS[optimum])
    outcome = allocator.run(allocator.load(tmp_path))
    assert isinstance(outcome, allocator.Outcome)
    assert outcome.optimal[0].values[LADDERS[optimum][-1]] == expected_value(name, optimum)


@each_optimum
def test_brute_force_gives_a_published_optimum(name: str, optimum: str, tmp_path: Path) -> None:
    write_instance(tmp_path, instance(name), LADDERS[optimum])
    value = solve(tmp_path).values["main"][LADDERS[optimum][-1]]
    assert (list(value) if isinstance(value, tuple) else value) == expected_value(name, optimum)


def test_the_instance_published_as_infeasible_is_refused_with_a_reason(tmp_path: Path) -> None:
    write_instance(tmp_path, instance("cooper_spa_3"), ["placed"])
    outcome = allocator.run(allocator.load(tmp_path))
    assert isinstance(outcome, allocator.Infeasible)
    expected = solve(tmp_path).infeasible
    assert expected is not None
    batch, conflicts = expected
    assert outcome.batch == batch
    assert frozenset(outcome.conflict) in conflicts


def placed(folder: Path) -> int:
    outcome = allocator.run(allocator.load(folder))
    assert isinstance(outcome, allocator.Outcome)
    value = outcome.optimal[0].values["placed"]
    assert isinstance(value, int)
    return value


def test_a_common_quota_fills_all_seats_where_a_fixed_split_wastes_two(tmp_path: Path) -> None:
    case = instance("kamada_kojima_regional_cap")
    split = {programme: rule["target"] for programme, rule in case["programs"].items()}
    write_instance(tmp_path / "common", case, ["placed"])
    write_instance(tmp_path / "split", case, ["placed"], most=split)
    # Published under stability; everybody lists one programme, so that no other assignment is larger.
    assert placed(tmp_path / "common") == sum(p is not None for p in case["expected"]["flexible_da"]) == 10
    assert placed(tmp_path / "split") == sum(p is not None for p in case["expected"]["jrmp_fixed_targets"]) == 8


def test_the_optimum_under_common_quotas_is_no_worse_than_the_published_stable_one(tmp_path: Path) -> None:
    case = instance("spa_matching_docs")
    stable = case["expected"]["student_optimal"]
    write_instance(tmp_path, case, ["placed", "choice"])
    outcome = allocator.run(allocator.load(tmp_path))
    assert isinstance(outcome, allocator.Outcome)
    values = outcome.optimal[0].values
    assert values["placed"] == len(stable)
    cost = sum(wishes.index(p) + 1 for wishes, p in zip(case["students"], stable, strict=True))
    assert Fraction(str(values["choice"])) <= cost
