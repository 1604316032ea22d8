"""What is wrong in a file is told once, where it is wrong, and in words that the catalogue has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from allocator.errors import InputError
from allocator.scenario.scenario import load
from tests.unit.planning.small_plan import small_plan
from tests.unit.scenario.small_town import write_town

BATCH = {"name": "all", "ranking": "exam", "pools": ["open"]}
OPTIMAL = {**BATCH, "mechanism": "optimal"}


def scenario(folder: Path, overrides: Mapping[str, Any]) -> list[str]:
    return problems_of(lambda: load(write_town(folder), overrides))


def plan(folder: Path, overrides: Mapping[str, Any]) -> list[str]:
    return problems_of(lambda: small_plan(folder, overrides))


def problems_of(reading: Callable[[], object]) -> list[str]:
    with pytest.raises(InputError) as raised:
        reading()
    return [problem.text() for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"batches": [{**OPTIMAL, "objectives": ["placd"]}]}, "--set batches: found \"placd\", expected 'placed'"),
        ({"batches": [{**BATCH, "pools": [{}]}]}, "--set batches: found a mapping, expected a text"),
        ({"batches": [{**BATCH, "pools": []}]}, "--set batches: found a list, expected at least one entry"),
        ({"batches": ["all"]}, '--set batches: found "all", expected `key: value` lines below this key'),
        ({"derived": {"x": {"max": [""]}}}, '--set derived: found "", expected a text that is not empty'),
        ({"batches": [{**BATCH, "pools": ["open"] * 63}]}, "--set batches: found a list, expected at most 62 entries"),
        (
            {"indicators.enrolment": {"other_years": {"general": 1, "vocational": 1}, "count_adults": "perhaps"}},
            '--set indicators.enrolment: found "perhaps", expected true or false',
        ),
    ],
)
def test_a_mistake_in_a_scenario_is_told_once(tmp_path: Path, overrides: Mapping[str, Any], said: str) -> None:
    (only,) = scenario(tmp_path, overrides)
    assert only.startswith(said)


def test_of_a_list_every_wrong_entry_is_told(tmp_path: Path) -> None:
    said = scenario(tmp_path, {"batches": [{**OPTIMAL, "objectives": ["placd"]}, {**BATCH, "pools": [{}, []]}]})
    assert len(said) == 3
    assert [line.split(",")[0] for line in said] == [
        '--set batches: found "placd"', "--set batches: found a mapping", "--set batches: found a list",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"objectives": ["mony"]}, '--set objectives: found "mony", expected \'unmet_enrolment\''),
        ({"objectives": []}, "--set objectives: found a list, expected at least one entry"),
        ({"tracks.general.retention": ["half"]}, '--set tracks.general.retention: found "half", expected a number in'),
        ({"tracks.general.retention": [1] * 5}, "--set tracks.general.retention: found a list, expected at most 4"),
        ({"limits.growth": "perhaps"}, '--set limits.growth: found "perhaps", expected true or false'),
        ({"dropout": "0." + "1" * 19}, "--set dropout: found \"0.1111111111111111111\", expected at most 18 digits"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_plan_is_told_once(tmp_path: Path, overrides: Mapping[str, Any], said: str) -> None:
    (only,) = plan(tmp_path, overrides)
    assert only.startswith(said)
