"""Outcomes of almost nothing are checked like any other."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import allocator
from allocator.outcome.outcome import (
    ASSIGNMENTS_SCHEMA,
    FEEDER_SEATS_SCHEMA,
    FLOORS_SCHEMA,
    LINES_SCHEMA,
    Outcome,
)
from allocator.verification import verify
from tests.unit.verification.small import small_scenario, with_rows

EMPTY = Outcome(
    assignments=pl.DataFrame(schema=ASSIGNMENTS_SCHEMA),
    lines=pl.DataFrame(schema=LINES_SCHEMA),
    feeder_seats=pl.DataFrame(schema=FEEDER_SEATS_SCHEMA),
    floors=pl.DataFrame(schema=FLOORS_SCHEMA),
    control_line_steps=(),
)


def test_a_batch_in_which_no_programme_has_seats_is_empty(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total a,5",
        seats="main,X,open,1",
        choices="a,main,1,X",
        batches="[{name: bare, ranking: exam, pools: [open]}, {name: main, ranking: exam, pools: [open]}]",
    )
    assert verify(scenario, with_rows(scenario, EMPTY, "a X main open 1")).breaches == ()
    assert not verify(scenario, with_rows(scenario, EMPTY)).verdicts["P4"]


def test_nobody_has_filed(tmp_path: Path) -> None:
    scenario = small_scenario(tmp_path, applicants="applicant_id,total a, b,3", seats="main,X,open,0", choices="")
    assert verify(scenario, with_rows(scenario, EMPTY)).breaches == ()


def test_an_outcome_with_nothing_in_it_is_caught(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path, applicants="applicant_id,total a,5", seats="main,X,open,1", choices="a,main,1,X"
    )
    verdicts = verify(scenario, EMPTY).verdicts
    assert not any(verdicts[p] for p in ("P1", "P4", "P6", "P7", "P10"))


def test_a_programme_without_seats_shares_a_published_count_where_bounds_cross(tmp_path: Path) -> None:
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total,area 1,90,A 2,80,B",
        programmes="P,general Q,vocational R,general",
        seats="best,P,open,1 best,Q,open,1 best,R,open,0",
        choices="1,best,1,P 1,best,2,Q 2,best,1,Q 2,best,2,R",
        batches="[{name: best, ranking: exam, pools: [open], mechanism: optimal, objectives: [placed, choice]}]",
        rules="caps: [{name: all, where: {programme_id: {one_of: [P, Q, R]}}, at_most: 2}]\n"
        "guideline: {general_share: 1, basis: applicants, scope: area, enforce: constraint, ranking: exam}",
    )
    outcome = allocator.run(scenario)  # which also verifies
    assert isinstance(outcome, allocator.Outcome)
    (claim,) = outcome.optimal
    assert claim.structure == "crossing bounds"
    assert {"programmes": ["P", "R"], "count": 1} in claim.counts
