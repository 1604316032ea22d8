"""`share` of a pool: the seats table's numbers are dealt out again between it and `open`, and nothing is lost."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import allocator
from allocator.errors import InputError
from allocator.scenario.scenario import Scenario
from tests.unit.verification.small import small_scenario

BATCHES = "[{name: main, ranking: exam, pools: [feeder, poor, open]}]"
RULES = "pools: {feeder: {per: feeder_school}, poor: {group: poor}}\ngroups: {poor: {poor: true}}"
PEOPLE = "applicant_id,total,feeder_school_id,poor 1,90,F1,true 2,80,F2,false 3,70,F1,false"
SEATS = "main,A,feeder,5 main,A,open,5 main,A,poor,0 main,B,feeder,0 main,B,open,7 main,C,open,3 main,C,poor,2"


def town(folder: Path, seats: str = SEATS, **tables: str) -> Path:
    small_scenario(folder, applicants=PEOPLE, seats=seats, choices="", batches=BATCHES, rules=RULES, **tables)
    return folder


def seats_of(scenario: Scenario) -> dict[tuple[str, str], int]:
    rows, ids = scenario.cohort.seats, scenario.cohort.programmes.ids
    return {
        (ids[p], pool): q for p, pool, q in zip(rows.programme.tolist(), rows.pool, rows.seats.tolist(), strict=True)
    }


def test_a_share_deals_out_the_seats_of_the_pool_and_of_open(tmp_path: Path) -> None:
    scenario = allocator.load(town(tmp_path), {"pools.feeder.share": "0.65"})
    assert seats_of(scenario) == {
        ("A", "feeder"): 7,  # 6.5 is rounded up
        ("A", "open"): 3,
        ("A", "poor"): 0,
        ("B", "feeder"): 5,  # 4.55
        ("B", "open"): 2,
        ("C", "open"): 3,  # has no seats in the pool by the table, so no share
        ("C", "poor"): 2,
    }


@given(
    st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 100), st.integers(0, 100)
)  # three rows of a programme, and two shares in percent
def test_shares_are_rounded_together_and_lose_nothing(
    tmp_path_factory: pytest.TempPathFactory, feeder: int, poor: int, rest: int, first: int, second: int
) -> None:
    first, second = min(first, 100 - second), second
    seats = f"main,A,feeder,{feeder} main,A,poor,{poor} main,A,open,{rest}"
    shares = {"pools.feeder.share": f"{first / 100:.2f}", "pools.poor.share": f"{second / 100:.2f}"}
    found = seats_of(allocator.load(town(tmp_path_factory.mktemp("town"), seats), shares))
    total = feeder + poor + rest

    def rounded(percent: int) -> int:
        return int((Decimal(percent * total) / 100).quantize(Decimal(1), ROUND_HALF_UP))

    assert found["A", "feeder"] == rounded(first)
    assert found["A", "feeder"] + found["A", "poor"] == rounded(first + second)
    assert sum(found.values()) == total


def test_a_given_matrix_keeps_its_proportions(tmp_path: Path) -> None:
    seats = "main,A,feeder,5 main,A,open,5"
    cells = "batch,programme_id,feeder_school_id,seats main,A,F1,4 main,A,F2,1"
    scenario = allocator.load(town(tmp_path, seats, feeder_seats=cells), {"pools.feeder.share": "0.8"})
    matrix = scenario.cohort.feeder_seats
    assert matrix is not None
    assert matrix.seats.tolist() == [6, 2]  # 6.4 and 1.6: the larger remainder is the second's


def test_without_a_matrix_the_shared_seats_are_apportioned(tmp_path: Path) -> None:
    outcome = allocator.run(allocator.load(town(tmp_path), {"pools.feeder.share": "0.6"}))
    assert isinstance(outcome, allocator.Outcome)
    cells = outcome.feeder_seats.filter(programme_id="A")
    assert dict(zip(cells["feeder_school_id"], cells["seats"], strict=True)) == {"F1": 4, "F2": 2}


def test_a_share_of_the_table_s_own_numbers_changes_nothing(tmp_path: Path) -> None:
    folder = town(tmp_path, "main,A,feeder,5 main,A,open,5 main,B,feeder,3 main,B,open,3")
    plain, shared = allocator.load(folder), allocator.load(folder, {"pools.feeder.share": "0.5"})
    assert seats_of(plain) == seats_of(shared)
    assert plain.replace({"pools.feeder.share": "0.7"}).cohort.seats.seats.tolist() != plain.cohort.seats.seats.tolist()


@pytest.mark.parametrize(
    ("overrides", "seats", "key", "said"),
    [
        ({"pools.feeder.share": "1.2"}, SEATS, "pools.feeder.share", "≤ 1"),
        ({"pools.feeder.share": "half"}, SEATS, "pools.feeder.share", "plain digits"),
        ({"pools.open": {"share": "0.5"}}, SEATS, "pools.open", "what the other pools leave"),
        ({"pools.feeder.share": "0.6", "pools.poor.share": "0.5"}, SEATS, "batches.0.pools", "more than 1"),
        ({"pools.feeder.share": "0.6", "batches.main.pools": ["feeder"]}, SEATS, "batches.main.pools", "list `open`"),
        ({"pools.feeder.share": "0.6"}, "main,A,feeder,5", "", "no row of `open`"),
    ],
)
def test_a_share_of_nothing_is_refused_where_it_is_written(
    tmp_path: Path, overrides: dict[str, Any], seats: str, key: str, said: str
) -> None:
    with pytest.raises(InputError) as error:
        allocator.load(town(tmp_path, seats), overrides)
    problem = error.value.problems[0]
    assert said in problem.text()
    assert (key in problem.where.text()) if key else (problem.where.row, problem.where.column) == (2, "pool")


def test_cells_that_are_all_empty_cannot_be_kept_in_proportion(tmp_path: Path) -> None:
    seats = "main,A,feeder,0 main,A,open,5"
    folder = town(tmp_path, seats, feeder_seats="batch,programme_id,feeder_school_id,seats main,A,F1,0")
    with pytest.raises(InputError, match="all its cells"):
        allocator.load(folder, {"pools.feeder.share": "0.8"})
