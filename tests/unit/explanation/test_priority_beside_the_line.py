"""R2 and R3 criterion by criterion: exact keys, the last admission, and one applicant beside it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import allocator
from allocator.explanation.priority import Candidates, Priority, exact, priority_of

EXAMPLE = Path(__file__).parent / "example"
SEED = "drawn in public"


@cache
def scenario() -> allocator.Scenario:
    return allocator.load(EXAMPLE)


def priority(programme_id: str, **batch: Any) -> Priority:
    """The priority of a programme in the main batch, changed as said."""
    settings = scenario().settings
    changed = settings.batches[1].model_copy(update=batch)
    return priority_of(scenario(), changed, scenario().cohort.programmes.ids.index(programme_id))


def candidates(*applicants: tuple[str, int]) -> Candidates:
    """Applicants with their choice numbers."""
    ids = scenario().cohort.applicants.ids.to_list()
    return Candidates(np.array([ids.index(a) for a, _ in applicants]), np.array([c for _, c in applicants]))


def last_of(ranking: Priority, *applicants: tuple[str, int]) -> str:
    position = ranking.last(candidates(*applicants)).position
    return str(scenario().cohort.applicants.ids[int(position[0])])


def test_the_lowest_score_is_last() -> None:
    assert last_of(priority("G1"), ("0001", 1), ("0006", 1), ("0005", 1)) == "0005"


def test_equal_scores_go_by_the_tie_breaker() -> None:
    assert last_of(priority("G1"), ("0003", 1), ("0002", 1)) == "0003"


def test_the_larger_lottery_number_is_last() -> None:
    numbers = {a: hashlib.sha256(f"{SEED}\n{a}".encode()).hexdigest() for a in ("0001", "0015")}
    assert last_of(priority("G1"), ("0001", 1), ("0015", 1)) == max(numbers, key=lambda a: numbers[a])
    (*_, lottery) = priority("G1").compare(candidates(("0001", 1)), candidates(("0015", 1)))
    assert (lottery.own, lottery.line) == (numbers["0001"], numbers["0015"])


def test_choice_first_puts_the_later_tier_last_whatever_the_score() -> None:
    assert last_of(priority("G1", order="choice_first"), ("0001", 2), ("0013", 1)) == "0001"


@pytest.mark.parametrize(("tier", "order"), [(1, "worse"), (2, "worse"), (3, "equal")])
def test_the_tier_counts_choice_numbers_from_one(tier: int, order: str) -> None:
    ranking = priority("G1", order="choice_first", choice_tier=tier)
    first, *_ = ranking.compare(candidates(("0001", 3)), candidates(("0001", 1)))
    assert (first.criterion, first.own, first.line, first.order, first.width) == ("tier", "3", "1", order, str(tier))


@pytest.mark.parametrize(
    ("width", "own", "line", "order"),
    [
        ("20", "600", "580", "better"),
        ("100", "600", "500", "better"),
        ("12.5", "612.5", "587.5", "better"),  # the score itself is a bound of its band
        ("1000", "0", "0", "equal"),
    ],
)
def test_the_band_is_the_floor_of_the_score_by_the_width_exactly(width: str, own: str, line: str, order: str) -> None:
    ranking = priority("G1", order="banded", band_width=Decimal(width))
    first, *_ = ranking.compare(candidates(("0006", 1)), candidates(("0007", 1)))
    assert (first.criterion, first.own, first.line, first.order) == ("band", own, line, order)


def test_the_band_of_a_negative_score_is_below_it() -> None:
    ranking = priority("G1", order="banded", band_width=Decimal(20))
    score = replace(ranking.score, unscaled=-ranking.score.unscaled)
    applicants = scenario().cohort.applicants
    negative = replace(applicants, numbers={**applicants.numbers, "total": score})
    other = replace(scenario(), cohort=replace(scenario().cohort, applicants=negative))
    batch = other.settings.batches[1].model_copy(update={"order": "banded", "band_width": Decimal(20)})
    first, *_ = priority_of(other, batch, 0).compare(candidates(("0006", 1)), candidates(("0001", 1)))
    assert (first.own, first.line) == ("-620", "-640")


def test_under_admit_all_equals_are_the_last_with_the_largest_choice_number() -> None:
    ranking = priority("G3")  # from the priorities table
    assert last_of(ranking, ("0004", 3), ("0008", 1)) == "0004"
    assert last_of(ranking, ("0004", 1), ("0008", 2)) == "0008"
    assert [s.order for s in ranking.compare(candidates(("0004", 1)), candidates(("0008", 2)))] == ["equal"]


def test_whom_the_priorities_table_leaves_out_has_no_score() -> None:
    missing = priority("G3").score.missing
    ids = scenario().cohort.applicants.ids.to_list()
    assert not missing[ids.index("0004")]
    assert missing[ids.index("0001")]


def test_a_missing_tie_breaker_counts_as_nought() -> None:
    applicants = scenario().cohort.applicants
    maths = applicants.numbers["maths"]
    hidden = replace(maths, unscaled=np.zeros_like(maths.unscaled), missing=np.ones_like(maths.missing))
    other = replace(
        scenario(),
        cohort=replace(
            scenario().cohort, applicants=replace(applicants, numbers={**applicants.numbers, "maths": hidden})
        ),
    )
    steps = priority_of(other, other.settings.batches[1], 0).compare(candidates(("0002", 1)), candidates(("0003", 1)))
    assert [(s.own, s.line) for s in steps[:2]] == [("630", "630"), ("0", "0")]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("655", "655"),
        ("650", "650"),
        ("12.50", "12.5"),
        ("12.00", "12"),
        ("1E+2", "100"),
        ("0.0", "0"),
        ("-0.50", "-0.5"),
    ],
)
def test_decimals_are_written_exactly_without_exponent_or_trailing_zeros(number: str, text: str) -> None:
    assert exact(Decimal(number)) == text
