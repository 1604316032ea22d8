"""The engine against cases with known results: 60 of every rule, and published textbook and official instances."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import allocator
from tests.cases.known import PUBLISHED, RULES, each_published_case, each_rule_case


def assigned(outcome: allocator.Outcome) -> dict[str, dict[str, object]]:
    placed = outcome.assignments.drop_nulls("programme_id")
    return {row.pop("applicant_id"): row for row in placed.iter_rows(named=True)}


def test_all_sixty_rule_cases_are_here() -> None:
    assert len(RULES) == 60


@each_rule_case
def test_a_rule_case_comes_out_exactly(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text())
    outcome = allocator.run(allocator.load(folder))
    assert isinstance(outcome, allocator.Outcome)
    assert assigned(outcome) == expected["assignments"]
    lines = {scope: Decimal(line) for scope, line in outcome.summary["control_lines"].items()}
    assert lines == {scope: Decimal(str(line)) for scope, line in expected["control_lines"].items()}


@each_published_case
def test_a_published_case_comes_out_exactly(name: str) -> None:
    folder = PUBLISHED / name
    expected = json.loads((folder / "expected.json").read_text())["programme_of"]
    outcome = allocator.run(allocator.load(folder))
    assert isinstance(outcome, allocator.Outcome)
    programme_of = dict(zip(outcome.assignments["applicant_id"], outcome.assignments["programme_id"], strict=True))
    assert {applicant: programme_of[applicant] for applicant in expected} == expected
