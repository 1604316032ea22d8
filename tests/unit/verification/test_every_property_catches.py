"""Every property has outcomes that it must catch, each false in one thing only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from allocator.outcome.outcome import Outcome
from allocator.verification import verify
from allocator.verification.certificate import PROPERTIES
from tests.unit.verification.false_assignments import (
    below_the_control_line,
    below_the_floor,
    below_the_least_score,
    cell_of_an_admitted,
    cell_of_an_unplaced,
    larger_lottery_number,
    lower_tie_breaker,
    nobody_instead_of,
    one_for_another,
    one_of_two_equals,
    one_too_many,
    out_of_the_group,
    rows,
    score_before_tier,
    through_a_cell_without_a_feeder_school,
    through_a_pool_of_another_programme,
    through_another_pool,
    to_a_programme_that_is_not_listed,
    without_a_score,
)
from tests.unit.verification.false_files import (
    feeder_seats,
    floors,
    line,
    lines,
    matrix,
    rounds,
    summary,
    vacancies,
    with_line,
)
from tests.unit.verification.town import RULES, Town, town


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return town(tmp_path_factory.mktemp("town"))


def test_the_town_uses_every_rule(place: Town) -> None:
    by_batch = place.outcome.summary["by_batch"]
    assert {"feeder", "open", "reverted"} == set(by_batch["quota"]["by_pool"])
    assert {"open", "poor", "reverted"} == set(by_batch["main"]["by_pool"])
    assert all(by_batch[name]["admitted"] for name in by_batch)
    assert len(place.outcome.control_line_steps) > 2
    assert set(place.outcome.summary["control_lines"]) == {"A", "B"}
    above = place.outcome.lines.filter(pl.col("admitted") > pl.col("seats"))
    assert set(above["batch"]) == {"late"}, "equals are admitted together above the seats"
    assert place.outcome.floors["provisional_line"].drop_nulls().len() > 0


def test_a_true_outcome_has_no_breach(place: Town) -> None:
    certificate = verify(place.scenario, place.outcome)
    assert certificate.breaches == ()
    assert certificate.verdicts == dict.fromkeys(PROPERTIES, True)


FALSE: dict[str, tuple[Callable[[Town], Outcome], set[str]]] = {
    "an applicant without a row": (lambda t: rows(t, lambda f: f[1:]), {"P1"}),
    "an applicant with two rows": (lambda t: rows(t, lambda f: pl.concat([f, f[:1]])), {"P1"}),
    "a row of nobody": (
        lambda t: rows(t, lambda f: pl.concat([f, f[:1].with_columns(applicant_id=pl.lit("999"))])), {"P1"}),
    "rows in another order": (lambda t: rows(t, lambda f: f.reverse()), {"P1"}),
    "a programme that does not exist": (cell_of_an_admitted("programme_id", "X9"), {"P1"}),
    "a batch that does not exist": (cell_of_an_admitted("batch", "never"), {"P1"}),
    "a pool that does not exist": (cell_of_an_admitted("pool", "back door"), {"P1"}),
    "an admission without a choice number": (cell_of_an_admitted("choice", None), {"P1"}),
    "another choice number": (cell_of_an_admitted("choice", 9), {"P1"}),
    "a programme that is not listed": (to_a_programme_that_is_not_listed, {"P1"}),
    "a pool that the programme does not have": (through_a_pool_of_another_programme, {"P1"}),
    "a cell without a feeder school": (through_a_cell_without_a_feeder_school, {"P1"}),
    "a batch for the unplaced": (cell_of_an_unplaced("batch", "main"), {"P1"}),
    "a batch that does not exist for the unplaced": (cell_of_an_unplaced("batch", "never"), {"P1"}),
    "a pool that does not exist for the unplaced": (cell_of_an_unplaced("pool", "back door"), {"P1"}),
    "out of the group": (out_of_the_group, {"P1"}),
    "below the programme's least score": (below_the_least_score, {"P1"}),
    "without a score": (without_a_score, {"P1"}),
    "below the floor": (below_the_floor, {"P1"}),
    "below the control line": (below_the_control_line, {"P1"}),
    "one too many in a cell": (lambda t: one_too_many(t, "quota", "feeder"), {"P2"}),
    "one too many in an open pool": (lambda t: one_too_many(t, "main", "open"), {"P2"}),
    "one too many on reverted seats": (lambda t: one_too_many(t, "main", "reverted"), {"P2"}),
    "one too many, who is not the equal of the last": (lambda t: one_too_many(t, "late", "open"), {"P2"}),
    "one too many in a leftover batch": (lambda t: one_too_many(t, "last", "open"), {"P2"}),
    "a lower score instead of a higher": (lambda t: one_for_another(t, "quota", "open"), {"P3"}),
    "a lower score on a reverted seat": (lambda t: one_for_another(t, "quota", "reverted"), {"P3"}),
    "a lower score in a reserved pool": (lambda t: one_for_another(t, "main", "poor"), {"P3"}),
    "a lower tie-breaker": (lower_tie_breaker, {"P3", "P5"}),
    "a larger lottery number": (larger_lottery_number, {"P3", "P5"}),
    "one of two equals is refused": (one_of_two_equals, {"P3"}),
    "score before choice in a choice-first batch": (score_before_tier, {"P3", "P5"}),
    "an empty seat in an open pool": (nobody_instead_of("main", "open"), {"P4"}),
    "an empty cell": (nobody_instead_of("quota", "feeder"), {"P4"}),
    "an empty reverted seat": (nobody_instead_of("quota", "reverted"), {"P4"}),
    "an empty leftover seat": (nobody_instead_of("last", "open"), {"P4"}),
    "another pool of the same programme": (through_another_pool, {"P10"}),
    "a line with more seats": (line("seats", 1, batch="quota"), {"P6"}),
    "a line without the carried seats": (line("seats", -3, batch="main", programme_id="V1"), {"P6"}),
    "a leftover line with more seats": (line("seats", 1, batch="last"), {"P6"}),
    "a line with more admissions": (line("admitted", 1), {"P6", "P10"}),
    "a line with another score": (line("line", "1"), {"P10"}),
    "a line without its score": (line("line", None), {"P10"}),
    "a score with a trailing zero": (
        lambda t: line("line", t.outcome.lines["line"].drop_nulls()[0] + ".0")(t), {"P10"}),
    "a line with another choice number": (line("line_choice", 1), {"P5"}),
    "a line with another lottery number": (line("line_tie", "0" * 64), {"P5"}),
    "a line with another tie-breaker": (line("line_tie", "7", batch="late"), {"P5"}),
    "a line left out": (lines(lambda f: f[1:]), {"P10"}),
    "a line twice": (lines(lambda f: pl.concat([f[:1], f])), {"P10"}),
    "a line of nothing": (lines(lambda f: pl.concat([f, f[:1].with_columns(programme_id=pl.lit("X9"))])), {"P10"}),
    "reverted seats without a line": (lines(lambda f: f.filter(pl.col("pool") != "reverted")), {"P10"}),
    "lines in another order": (lines(lambda f: f.reverse()), {"P10"}),
    "another number of applicants": (summary("applicants", 1), {"P7"}),
    "another number of admissions": (summary("admitted", 1), {"P7"}),
    "another number in the general track": (summary("general", 1), {"P7"}),
    "another number in the vocational track": (summary("vocational", 1), {"P7"}),
    "another share": (summary("general_share", {"decimal": "0.5", "fraction": "1/2"}), {"P7"}),
    "a share wrongly rounded": (
        lambda t: summary("general_share", {**t.outcome.summary["general_share"], "decimal": "0.511111"})(t), {"P7"}),
    "a share without a number": (summary("general_share", {"decimal": "half", "fraction": "1/2"}), {"P7"}),
    "other control lines": (summary("control_lines", {"A": "1"}), {"P7"}),
    "another number in a batch": (summary("by_batch", {}), {"P7"}),
    "other rounds in the summary": (summary("control_line_steps", []), {"P7"}),
    "no rounds": (rounds(lambda s: ()), {"P7"}),
    "a round left out before the last": (rounds(lambda s: (*s[:-2], s[-1])), {"P7"}),
    "a first round with a line": (rounds(lambda s: (with_line(s[0], "A", "3"), *s[1:])), {"P7"}),
    "a line that falls": (rounds(lambda s: (s[0], with_line(s[1], "A", "66"), *s[2:])), {"P7"}),
    "a last line too high": (rounds(lambda s: (*s[:-1], with_line(s[-1], "A", "99"))), {"P7"}),
    "a last line that is no number": (rounds(lambda s: (*s[:-1], with_line(s[-1], "A", "high"))), {"P7"}),
    "a line of another scope": (rounds(lambda s: (*s[:-1], with_line(s[-1], "C", "40"))), {"P7"}),
    "another G in the last round": (
        rounds(lambda s: (*s[:-1], replace(s[-1], general={**s[-1].general, "A": 0}))), {"P7"}),
    "another B in the round before": (
        rounds(lambda s: (*s[:-2], replace(s[-2], basis={**s[-2].basis, "A": 1}), s[-1])), {"P7"}),
    "one feeder seat too many": (feeder_seats((0, 1)), {"P8"}),
    "cells that add up and are not the shares": (feeder_seats((0, 2), (1, -2)), {"P8"}),
    "the smaller remainder rounded up": (feeder_seats((0, 1), (1, -1)), {"P8"}),
    "a cell in two rows": (matrix(lambda f: pl.concat([f, f[:1]])), {"P8"}),
    "a cell of a school that does not exist": (
        matrix(lambda f: pl.concat([f, f[:1].with_columns(feeder_school_id=pl.lit("J9"))])), {"P8"}),
    "a cell of a batch without cells": (
        matrix(lambda f: pl.concat([f, f[:1].with_columns(batch=pl.lit("late"))])), {"P8"}),
    "no vacancies": (vacancies(lambda f: f.clear()), {"P9"}),
    "a vacancy twice": (vacancies(lambda f: pl.concat([f[:1], f])), {"P9"}),
    "a vacancy of nothing": (
        vacancies(lambda f: pl.concat([f, f[:1].with_columns(programme_id=pl.lit("X9"))])), {"P9"}),
    "a vacancy without a programme": (
        vacancies(lambda f: pl.concat([f, f[:1].with_columns(programme_id=pl.lit(None, pl.String))])), {"P9"}),
    "a vacancy with more seats": (vacancies(lambda f: f.with_columns(pl.col("seats") + 1)), {"P9"}),
    "a vacancy that would take more": (vacancies(lambda f: f.with_columns(pl.col("would_take") + 1)), {"P9"}),
    "a floor left out": (floors(lambda f: f[1:]), {"P1"}),
    "another floor": (floors(lambda f: f.with_columns(floor=pl.lit("1"))), {"P1"}),
    "another provisional line": (floors(lambda f: f.with_columns(provisional_line=pl.lit("1"))), {"P1"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_a_false_outcome_is_caught(place: Town, name: str) -> None:
    change, expected = FALSE[name]
    certificate = verify(place.scenario, change(place))
    breached = {p for p, holds in certificate.verdicts.items() if not holds}
    assert expected <= breached, f"{breached}: {[b.text() for b in certificate.breaches]}"


def test_every_property_is_in_the_table() -> None:
    assert set().union(*(expected for _, expected in FALSE.values())) == {
        "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10",
    }  # fmt: skip


@pytest.mark.parametrize("key", ["applicants", "admitted", "general", "vocational", "general_share", "control_lines"])
def test_a_summary_without_one_of_its_counts_is_caught(place: Town, key: str) -> None:
    short = {k: v for k, v in place.outcome.summary.items() if k != key}
    assert not verify(place.scenario, replace(place.outcome, summary=short)).verdicts["P7"]


def test_a_guideline_that_is_only_measured_has_no_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    measured = town(
        tmp_path_factory.mktemp("measured"), rules=RULES.replace("enforce: control_line", "enforce: report")
    )
    steps = measured.outcome.control_line_steps
    assert [dict(s.lines) for s in steps] == [{}]
    for false in ((), (*steps, with_line(steps[0], "A", "40")), (with_line(steps[0], "A", "40"),)):
        assert not verify(measured.scenario, replace(measured.outcome, control_line_steps=false)).verdicts["P7"]


def test_rounds_without_a_guideline_are_caught(tmp_path_factory: pytest.TempPathFactory, place: Town) -> None:
    rules = "\n".join(line for line in RULES.splitlines() if not line.startswith("guideline"))
    free = town(tmp_path_factory.mktemp("free"), rules=rules)
    assert verify(free.scenario, free.outcome).breaches == ()
    false = replace(free.outcome, control_line_steps=place.outcome.control_line_steps)
    assert not verify(free.scenario, false).verdicts["P7"]


def test_a_limit_that_needs_no_line_is_not_met_by_one_either(place: Town) -> None:
    """With a wider limit the town's outcome has a line too many: the run before it meets the limit already."""
    wide = place.scenario.replace({"guideline.general_share": "0.9"})
    certificate = verify(wide, place.outcome)
    assert not certificate.verdicts["P7"]
    assert any("already" in b.text() for b in certificate.breaches)
