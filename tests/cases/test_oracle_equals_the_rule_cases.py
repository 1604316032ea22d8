"""The oracle against cases with known results, so that it may judge the engine."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from tests.cases.known import PUBLISHED, each_published_case, each_rule_case
from tests.oracle.rules import solve


@each_rule_case
def test_the_oracle_gives_a_rule_case_exactly(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"), parse_float=Fraction)
    result = solve(folder)
    assert {
        applicant: dict(zip(("programme_id", "batch", "pool", "choice"), admission, strict=True))
        for applicant, admission in result.assignments.items()
    } == expected["assignments"]
    assert result.control_lines == expected["control_lines"]


@each_published_case
def test_the_oracle_gives_a_published_case_exactly(name: str) -> None:
    expected = json.loads((PUBLISHED / name / "expected.json").read_text(encoding="utf-8"))["programme_of"]
    assignments = solve(PUBLISHED / name).assignments
    got = {applicant: assignments[applicant][0] if applicant in assignments else None for applicant in expected}
    assert got == expected
