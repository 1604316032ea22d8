"""The example of the scenarios folder as it is reported."""

from __future__ import annotations

import pytest

import allocator
from allocator.reports.material import Material, gather
from tests.unit.reports.example import EXAMPLE


@pytest.fixture(scope="session")
def scenario() -> allocator.Scenario:
    return allocator.load(EXAMPLE)


@pytest.fixture(scope="session")
def outcome(scenario: allocator.Scenario) -> allocator.Outcome:
    found = allocator.run(scenario)
    assert isinstance(found, allocator.Outcome)
    return found


@pytest.fixture(scope="session")
def office(scenario: allocator.Scenario, outcome: allocator.Outcome) -> Material:
    return gather(scenario, outcome, language="en", is_public=False)


@pytest.fixture(scope="session")
def notice(scenario: allocator.Scenario, outcome: allocator.Outcome) -> Material:
    return gather(scenario, outcome, language="en", is_public=True)
