"""The cases with known results, for the tests of the engine and of the oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SHARED

RULES = sorted((Path(__file__).parent / "rules").iterdir())
PUBLISHED = SHARED / "cases" / "published"
NAMES = (
    "carms_guide",
    "cz_cermat_official",
    "cz_idea_example1",
    "hr_algmatch_examples",
    "hr_gusfield_irving_165",
    "hr_matching_readme",
    "hr_roth_sotomayor_p16",
    "sm_roth_sotomayor_29",
)

_where_they_are = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published cases stand beside the repository, not in it"
)
each_rule_case = pytest.mark.parametrize("folder", RULES, ids=lambda folder: folder.name)
each_published_case = pytest.mark.parametrize("name", [pytest.param(name, marks=_where_they_are) for name in NAMES])
