"""The back-test: what it computes from tables alone, the stored fit on the real city, and what it never reads."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks.backtest.__main__ import main
from benchmarks.backtest.checking import mean_absolute_error
from benchmarks.backtest.counting import counted_prediction
from benchmarks.backtest.fitting import FIT_SEEDS, points_too_high
from benchmarks.backtest.predicting import SEEDS, control_line_after, predict
from benchmarks.backtest.tables import Published, read_tables, usual_prediction
from benchmarks.backtest.year import CITY, Result, Year, mean_result, read_year

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "chengdu"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real city's tables are not in this checkout")

SMALL = Published(
    names={"1": "a", "2": "b", "3": "c", "9": "private"},
    open_lines={"1": 640, "2": 600, "3": 550},
    private_lines={"9": 600},
    before={640: 100, 600: 500, 550: 900, 500: 1000},
    after={645: 40, 635: 90, 590: 450, 540: 700, 530: 880, 490: 900},
)


def result(line: Sequence[int], taken: Sequence[int]) -> Result:
    """Lines in points and seats taken in per cent of the schools 1, 2, 3 and 9."""
    codes = ("1", "2", "3", "9")
    return Result(
        line={code: Fraction(points) for code, points in zip(codes, line, strict=True)},
        taken={code: Fraction(share, 100) for code, share in zip(codes, taken, strict=True)},
    )


def test_the_usual_method_keeps_the_share_of_applicants_at_or_above_the_line() -> None:
    assert usual_prediction(SMALL) == {"1": 635, "2": 590, "3": 530}  # ranks 90, 450 and 810


def test_the_control_line_moves_with_the_seats() -> None:
    assert control_line_after(SMALL, 1000, 1000) == 490  # 900 reached it before
    assert control_line_after(SMALL, 1000, 750) == 540  # 675


def test_a_count_of_seats_moves_each_line_with_the_seats_of_schools_as_good(tmp_path: Path) -> None:
    plans = {2023: "1,100,0\n2,220,20\n3,300,0\n9,100,0\n", 2024: "1,100,0\n2,220,20\n3,300,0\n9,100,0\n8,100,0\n"}
    for year, rows in plans.items():
        text = f"学校代码,5+2区域计划,5+2区域调剂\n{rows}"
        (tmp_path / f"schools_{year}.csv").write_text(text, encoding="utf-8")
    # The new school 8 stands beside 2, at the median line: 400 seats become 500 there, 700 become 800 at 3.
    assert counted_prediction(SMALL, tmp_path, 520) == {"1": 635, "2": 540, "3": 520}  # ranks 100, 625, 1029


def test_a_line_above_the_published_one_makes_a_school_less_attractive() -> None:
    found = result((643, 600, 550, 590), (100, 80, 15, 100))
    assert points_too_high(SMALL, "1", found) == 3
    assert points_too_high(SMALL, "2", found) == -5  # a fifth of its seats empty, and the published line says full
    assert points_too_high(SMALL, "3", found) == 0  # at the control line, filled as far as is assumed
    assert points_too_high(SMALL, "9", found) == -10


def test_the_mean_absolute_error_is_over_public_schools_alone() -> None:
    assert mean_absolute_error(SMALL, result((643, 599, 550, 0), (100, 100, 100, 100)).line) == Fraction(4, 3)


@pytest.fixture(scope="module")
def published() -> Published:
    return read_tables(DATA)


@pytest.fixture(scope="module")
def year_2023() -> Year:
    return read_year(2023, DATA)


@needs_data
def test_the_stored_merits_give_the_lines_of_2023_within_a_point(published: Published, year_2023: Year) -> None:
    assert len(published.open_lines) == 76
    lines = mean_result(year_2023, FIT_SEEDS).line
    assert mean_absolute_error(published, lines) < 1


@needs_data
def test_the_stored_merits_hold_on_cohorts_they_were_not_fitted_to(published: Published, year_2023: Year) -> None:
    assert not set(SEEDS) & set(FIT_SEEDS)
    assert mean_absolute_error(published, mean_result(year_2023, SEEDS[:2]).line) < 2


@needs_data
def test_the_scenario_of_2024_has_the_control_line_that_its_rule_gives(published: Published, year_2023: Year) -> None:
    assert year_2023.control_line == published.control_line
    later = read_year(2024, DATA)
    assert later.control_line == control_line_after(published, year_2023.num_seats, later.num_seats)


@needs_data
def test_every_school_with_a_line_has_a_prediction_and_it_repeats(tmp_path: Path, published: Published) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    for path in (first, second):
        assert main(["--data", str(DATA), "predict", "-o", str(path), "--seeds", "11", "--rounds", "2"]) == 0
    assert first.read_bytes() == second.read_bytes()
    rows = list(csv.reader(first.read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["school_code", "predicted_line"]
    assert [row[0] for row in rows[1:]] == sorted(published.open_lines)
    lowest, highest = min(published.after), max(published.after)
    assert all(lowest <= int(row[1]) <= highest for row in rows[1:])


@needs_data
def test_without_new_seats_and_with_the_same_scores_the_lines_stay(published: Published, year_2023: Year) -> None:
    same = Published(
        names=published.names,
        open_lines=published.open_lines,
        private_lines=published.private_lines,
        before=published.before,
        after=published.before,
    )
    again = predict(year_2023, same, SEEDS[:1])
    lines = {code: Fraction(line) for code, line in again.items()}
    assert mean_absolute_error(published, lines) < 3


def test_the_stored_merits_are_whole_and_of_every_school_once() -> None:
    rows = list(csv.reader((CITY / "fit-2023.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["school_code", "attractiveness"]
    codes = [row[0] for row in rows[1:]]
    assert codes == sorted(set(codes))
    assert min(int(row[1]) for row in rows[1:]) == 0
