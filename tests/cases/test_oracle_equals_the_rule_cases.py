"""The oracle against cases with known results, so that it may judge the engine."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import SHARED
from tests.oracle.rules import solve

RULES = sorted((Path(__file__).parent / "rules").iterdir())
PUBLISHED = SHARED / "cases" / "published"


@pytest.mark.parametrize("folder", RULES, ids=lambda folder: folder.name)
def test_the_oracle_gives_a_rule_case_exactly(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"), parse_float=Fraction)
    result = solve(folder)
    assert {
        applicant: dict(zip(("programme_id", "batch", "pool", "choice"), admission, strict=True))
        for applicant, admission in result.assignments.items()
    } == expected["assignments"]
    assert result.control_lines == expected["control_lines"]


@pytest.mark.parametrize(
    "name",
    [
        "carms_guide",
        "cz_cermat_official",
        "cz_idea_example1",
        "hr_algmatch_examples",
        "hr_gusfield_irving_165",
        "hr_matching_readme",
        "hr_roth_sotomayor_p16",
        "sm_roth_sotomayor_29",
    ],
)
@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published cases stand beside the repository, not in it")
def test_the_oracle_gives_a_published_case_exactly(name: str) -> None:
    expected = json.loads((PUBLISHED / name / "expected.json").read_text(encoding="utf-8"))["programme_of"]
    assignments = solve(PUBLISHED / name).assignments
    got = {applicant: assignments[applicant][0] if applicant in assignments else None for applicant in expected}
    assert got == expected
