"""P8 on matrices of every kind: largest remainders, controlled, minimum, weights of a column, given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from allocator.scenario.scenario import Scenario
from allocator.verification import verify
from allocator.verification.p8_feeder_seats import _exact_shares
from tests.unit.verification.small import small_scenario
from tests.unit.verification.town import allocated, published

FEEDER = "groups: {long: {long: true}}\npools: {feeder: {per: feeder_school, group: long, unfilled: lapse%s}}"
BATCH = "[{name: main, ranking: exam, pools: [feeder]}]"
# J1 has three applicants in the group, J2 two, J3 one; one more of J3 and one without a school are not counted.
APPLICANTS = (
    "applicant_id,total,feeder_school_id,long a,9,J1,1 b,8,J1,1 c,7,J1,1 d,6,J2,1 e,5,J2,1 f,4,J3,1 g,3,J3,0 h,2,,1"
)


def scenario_of(folder: Path, apportion: str = "", seats: str = "main,X,feeder,4", **tables: str) -> Scenario:
    rules = FEEDER % (f", apportion: {apportion}" if apportion else "")
    programmes = sorted({line.split(",")[1] for line in seats.split()})
    choices = " ".join(f"{a},main,{i + 1},{p}" for a in "abcdefgh" for i, p in enumerate(programmes))
    return small_scenario(
        folder, applicants=APPLICANTS, seats=seats, choices=choices, batches=BATCH, rules=rules, **tables
    )


def breaches_with(scenario: Scenario, cells: list[int]) -> set[str]:
    """The breaches of P8, with these seats in the cells of the matrix, in its order."""
    outcome = allocated(scenario)
    matrix = outcome.feeder_seats.with_columns(seats=pl.Series(cells, dtype=pl.Int64))
    certificate = verify(scenario, published(scenario, replace(outcome, feeder_seats=matrix), outcome.assignments))
    return {b.message.split("(P8")[0].format(**b.values).strip() for b in certificate.breaches if b.property == "P8"}


def true_cells(scenario: Scenario) -> list[int]:
    return allocated(scenario).feeder_seats["seats"].to_list()


def test_the_largest_remainders_get_the_seats_that_are_left(tmp_path: Path) -> None:
    """4 · 3/6, 4 · 2/6 and 4 · 1/6: 2, 1⅓ and ⅔, so J3 gets the last seat."""
    scenario = scenario_of(tmp_path)
    assert true_cells(scenario) == [2, 1, 1]
    assert breaches_with(scenario, [2, 1, 1]) == set()
    assert breaches_with(scenario, [2, 2, 0]) == {
        "1 programmes of batch main did not give the seats left to the largest remainders"
    }
    assert "2 cells of batch main are not their exact share, rounded down or up" in breaches_with(scenario, [3, 0, 1])
    assert "The feeder seats of 1 programmes do not add up to their seats in batch main" in breaches_with(
        scenario, [2, 1, 0]
    )


def test_equal_remainders_go_to_the_smaller_identifier(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, seats="main,X,feeder,3", apportion="{weight: eligible}")
    assert true_cells(scenario) == [2, 1, 0]  # 1½, 1 and ½: the seat goes to J1
    assert breaches_with(scenario, [1, 1, 1]) != set()


def test_a_whole_share_is_not_rounded(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, seats="main,X,feeder,6")
    assert true_cells(scenario) == [3, 2, 1]
    assert breaches_with(scenario, [4, 1, 1]) != set()


def test_a_minimum_comes_first(tmp_path: Path) -> None:
    """Each school first gets 1; the other 3 are shared 1½, 1 and ½."""
    scenario = scenario_of(tmp_path, seats="main,X,feeder,6", apportion="{minimum: 1}")
    assert true_cells(scenario) == [3, 2, 1]
    assert breaches_with(scenario, [2, 2, 2]) != set()
    assert breaches_with(scenario, [4, 2, 0]) != set()


def test_controlled_rounding_keeps_the_totals_of_schools(tmp_path: Path) -> None:
    """Two programmes of 2 seats: cells 1, ⅔ and ⅓; the schools' totals are 2, 1⅓ and ⅔."""
    scenario = scenario_of(tmp_path, seats="main,X,feeder,2 main,Y,feeder,2", apportion="{method: controlled}")
    cells = true_cells(scenario)
    assert breaches_with(scenario, cells) == set()
    assert breaches_with(scenario, [1, 0, 1, 1, 0, 1]) == {
        "The totals of 2 feeder schools in batch main are not their exact totals, rounded"
    }


def test_weights_may_be_a_column_of_the_feeder_schools(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path, apportion="{weight: graduates}", feeder_schools="feeder_school_id,graduates J1,0 J2,1 J3,3"
    )
    assert true_cells(scenario) == [0, 1, 3]
    assert breaches_with(scenario, [1, 1, 2]) != set()


def test_a_given_matrix_must_be_the_one_in_use(tmp_path: Path) -> None:
    scenario = scenario_of(tmp_path, feeder_seats="batch,programme_id,feeder_school_id,seats main,X,J1,0 main,X,J2,4")
    assert true_cells(scenario) == [0, 4]
    assert breaches_with(scenario, [0, 4]) == set()
    assert breaches_with(scenario, [1, 3]) == {"The matrix of batch main is not the given one in 2 cells"}


@pytest.mark.parametrize("factor", [1, 2**40])
def test_shares_stay_exact_beyond_64_bits(factor: int) -> None:
    numerator, denominator = _exact_shares(np.array([7 * factor]), np.array([3, 2, 0]) * factor, 1)
    spread = 7 * factor - 2
    assert numerator[0].tolist() == [
        5 * factor + spread * 3 * factor, 5 * factor + spread * 2 * factor, 0
    ]  # fmt: skip
    assert denominator == 5 * factor
