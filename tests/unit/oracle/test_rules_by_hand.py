"""Corners of the rules that the sixty cases do not reach, each worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle.batch import lottery_number
from tests.oracle.generate import write_scenario
from tests.oracle.rules import OracleResult, solve

Rows = Sequence[tuple[str, ...]]


def solved(
    folder: Path,
    scores: dict[str, str],
    seats: Rows,
    choices: Rows,
    batches: list[dict[str, Any]],
    ties: str = "lottery",
    priorities: Rows | None = None,
    **settings: Any,
) -> OracleResult:
    """The oracle's answer for a scenario with one programme; choices are applicant, batch, number, programme."""
    tables = {
        "applicants": [{"applicant_id": a, "feeder_school_id": a[0], "total": score} for a, score in scores.items()],
        "programmes": [{"programme_id": "P", "track": "general"}],
        "seats": rows(seats, "batch", "programme_id", "pool", "seats"),
        "choices": rows(choices, "applicant_id", "batch", "choice", "programme_id"),
    }
    if priorities is not None:
        tables["priorities"] = rows(priorities, "programme_id", "applicant_id", "priority")
    rankings = {"exam": {"score": "total", "ties": ties}, "own": {"score": "priorities"}}
    batches = [{"ranking": "exam", **batch} for batch in batches]
    write_scenario(
        folder, {"version": 1, "lottery_seed": "s", "rankings": rankings, "batches": batches, **settings}, tables
    )
    return solve(folder)


def rows(values: Rows, *columns: str) -> list[dict[str, str]]:
    return [dict(zip(columns, row, strict=True)) for row in values]


MAIN = [{"name": "main", "pools": ["open"]}]


def test_a_lottery_number_is_the_digest_of_seed_line_feed_and_applicant() -> None:
    # printf 's\n01' | sha256sum
    assert f"{lottery_number('s', '01'):064x}" == ("922de3ca4d96d5b48c67468df4fb8ab8b02257f203be34feb91a068605678ab4")


def test_the_smaller_lottery_number_wins(tmp_path: Path) -> None:
    choices = [(a, "main", "1", "P") for a in ("01", "02")]
    result = solved(tmp_path, {"01": "5", "02": "5"}, [("main", "P", "open", "1")], choices, MAIN)
    assert list(result.assignments) == [min("01", "02", key=lambda a: lottery_number("s", a))]


def test_bands_of_negative_scores_are_rounded_down(tmp_path: Path) -> None:
    # Bands of 5 points: -1 and -5 are in band -1, so the first choice decides; -6 is in band -2.
    batch = {"name": "main", "pools": ["open"], "order": "banded", "band_width": 5}
    choices = [("a", "main", "2", "P"), ("b", "main", "1", "P"), ("c", "main", "1", "P")]
    scores = {"a": "-1", "b": "-5", "c": "-6"}
    result = solved(tmp_path, scores, [("main", "P", "open", "1")], choices, [batch])
    assert result.assignments == {"b": ("P", "main", "open", 1)}
    result = solved(tmp_path, scores, [("main", "P", "open", "2")], choices, [batch])
    assert set(result.assignments) == {"a", "b"}


def test_a_tier_is_of_the_number_written_on_the_form(tmp_path: Path) -> None:
    # Tiers of 2: choice 3, though the only one on the list, is in the second tier.
    batch = {"name": "main", "pools": ["open"], "order": "choice_first", "choice_tier": 2}
    choices = [("a", "main", "3", "P"), ("b", "main", "2", "P")]
    result = solved(tmp_path, {"a": "9", "b": "1"}, [("main", "P", "open", "1")], choices, [batch])
    assert result.assignments == {"b": ("P", "main", "open", 2)}


def test_equals_fill_a_pool_above_its_seats_and_take_nothing_from_another(tmp_path: Path) -> None:
    # Two at 5 points share the one open seat; the empty special seat reverts to the next one.
    choices = [(a, "main", "1", "P") for a in "abcd"]
    result = solved(
        tmp_path,
        {"a": "5", "b": "5", "c": "4", "d": "3"},
        [("main", "P", "open", "1"), ("main", "P", "special", "1")],
        choices,
        [{"name": "main", "pools": ["open", "special"]}],
        ties="admit_all",
        groups={"strong": {"total": {"at_least": 9}}},
        pools={"special": {"group": "strong"}},
    )
    assert {a: pool for a, (_, _, pool, _) in result.assignments.items()} == {"a": "open", "b": "open", "c": "reverted"}
    assert result.lines == {
        ("main", "P", "open", ""): (1, 2, Fraction(5)),
        ("main", "P", "special", ""): (1, 0, None),
        ("main", "P", "reverted", ""): (1, 1, Fraction(4)),
    }


def test_a_provisional_line_is_found_without_the_other_pools(tmp_path: Path) -> None:
    # With `special` first, a takes the special seat and the open line is 6; provisionally it is 9, so the floor is 7.
    choices = [(a, "main", "1", "P") for a in "abc"]
    result = solved(
        tmp_path,
        {"a": "9", "b": "6", "c": "5"},
        [("main", "P", "special", "2"), ("main", "P", "open", "1")],
        choices,
        [{"name": "main", "pools": ["special", "open"]}],
        pools={"special": {"unfilled": "lapse", "floor": {"below_line": 2, "of": "provisional"}}},
    )
    assert result.floors == {("main", "P", "special"): Fraction(7)}
    assert {a: pool for a, (_, _, pool, _) in result.assignments.items()} == {"a": "special", "b": "open"}


def test_carried_seats_pass_over_a_leftover_batch(tmp_path: Path) -> None:
    # Three special seats, nobody eligible. The leftover batch offers all three; the last has its own none and the
    # three carried in.
    result = solved(
        tmp_path,
        {"a": "9", "b": "6"},
        [("first", "P", "special", "3"), ("last", "P", "open", "0")],
        [("a", "leftover", "1", "P"), ("b", "last", "1", "P")],
        [
            {"name": "first", "pools": ["special"]},
            {"name": "leftover", "pools": ["open"], "seats": "leftover"},
            {"name": "last", "pools": ["open"]},
        ],
        groups={"nobody": {"total": {"at_least": 10}}},
        pools={"special": {"group": "nobody"}},
    )
    assert {key[0]: line[:2] for key, line in result.lines.items()} == {
        "first": (3, 0),
        "leftover": (3, 1),
        "last": (3, 1),
    }


def test_who_has_no_score_counts_as_below_every_score_for_the_control_line(tmp_path: Path) -> None:
    # Own order admits x without an exam score and a; the limit allows one of two, so x is the one too many, the line
    # is the lowest score of the cohort, and x cannot pass any line.
    result = solved(
        tmp_path,
        {"x": "", "a": "3", "b": "2"},
        [("main", "P", "open", "2")],
        [("x", "main", "1", "P"), ("a", "main", "1", "P")],
        [{"name": "main", "pools": ["open"], "ranking": "own"}],
        priorities=[("P", "x", "2"), ("P", "a", "1"), ("P", "b", "3")],
        guideline={"general_share": Decimal("0.34"), "basis": "applicants", "enforce": "control_line"},
    )
    assert result.control_lines == {"": Fraction(2)}
    assert result.assignments == {"a": ("P", "main", "open", 1)}


def test_a_line_above_everybody_is_the_highest_score_plus_one(tmp_path: Path) -> None:
    # All scores are negative, and no general admission is allowed.
    result = solved(
        tmp_path,
        {"a": "-3.5", "b": "-7"},
        [("main", "P", "open", "1")],
        [("a", "main", "1", "P")],
        MAIN,
        guideline={"general_share": 0, "enforce": "control_line"},
    )
    assert result.control_lines == {"": Fraction(-5, 2)}
    assert result.assignments == {}


def test_without_a_matrix_the_eligible_applicants_of_each_feeder_school_are_its_weight(tmp_path: Path) -> None:
    # Feeder schools x (three applicants, two of them at 5 points or more), y (two) and z (one, below).
    result = solved(
        tmp_path,
        {"x1": "9", "x2": "5", "x3": "1", "y1": "8", "y2": "5", "z1": "4"},
        [("main", "P", "feeder", "3")],
        [(a, "main", "1", "P") for a in ("x1", "x2", "x3", "y1", "y2", "z1")],
        [{"name": "main", "pools": ["feeder"]}],
        groups={"strong": {"total": {"at_least": 5}}},
        pools={"feeder": {"per": "feeder_school", "group": "strong"}},
    )
    assert {key[3]: line[0] for key, line in result.lines.items()} == {"x": 2, "y": 1, "z": 0}
    assert set(result.assignments) == {"x1", "x2", "y1"}
