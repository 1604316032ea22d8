"""Outcomes of the example and of a small synthetic city beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import allocator
from allocator.lab.compare import Comparison, compare
from allocator.lab.side_by_side import Side
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario
from tests.unit.cli.console import EXAMPLE, REPOSITORY

# In the example one applicant wins by each of two rules, two lose, and one stays in another way.
CHOICE_FIRST = {"batches.main.order": "choice_first", "pools.poor.floor.score": "200"}
FEWER_GENERAL = {"batches.main.order": "choice_first", "guideline.general_share": "0.4"}
POOR = {"indicators": {"attributes": {"poverty_registered": "poor"}}}  # so that there is a group
SMALL_CITY = {
    "cohort.applicants": "1500",
    "cohort.values": {"quota_share": "0.5", "seats.general": "800", "seats.vocational": "500"},
}


def compared_example(others: Mapping[str, Mapping[str, Any]]) -> Comparison:
    """The example beside variants of it, by name."""
    return _beside(allocator.load(EXAMPLE, POOR), others)


def compared_city(others: Mapping[str, Mapping[str, Any]]) -> Comparison:
    """A city of 1,500 applicants, with areas and all groups, beside variants of it."""
    return _beside(allocator.load(REPOSITORY / "scenarios" / "yulin", SMALL_CITY), others)


def side(name: str, scenario: Scenario) -> Side:
    outcome = allocator.run(scenario)
    assert isinstance(outcome, Outcome)
    return Side(name, scenario, outcome)


def _beside(scenario: Scenario, others: Mapping[str, Mapping[str, Any]]) -> Comparison:
    return compare([side("now", scenario), *(side(name, scenario.replace(values)) for name, values in others.items())])
