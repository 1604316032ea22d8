"""The JSON Schema accepts what the program accepts, refuses mistakes of form, and describes every key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from allocator.scenario.document import read
from allocator.scenario.schema import json_schema
from tests.unit.scenario.small_town import SCENARIO

ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = sorted(
    path
    for folder in ("scenarios", "tests")
    for path in (ROOT / folder).rglob("*.yaml")
    if path.name == "scenario.yaml" or path.parent.name == "variants"
)


def as_an_editor_reads(text: str) -> Any:
    """YAML as editors read it: what looks like a number is one."""
    return YAML(typ="safe", pure=True).load(text)


def mistakes(value: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(json_schema()).iter_errors(value)]


def test_it_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_scenario_of_the_project_validates(path: Path) -> None:
    assert mistakes(as_an_editor_reads(path.read_text("utf-8"))) == []


def test_the_small_town_validates_with_numbers_as_numbers_and_as_texts(tmp_path: Path) -> None:
    assert len(SCENARIOS) > 10
    assert mistakes(as_an_editor_reads(SCENARIO)) == []
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    value = read(tmp_path / "scenario.yaml").value
    assert value["year"] == "2026"
    assert mistakes(value) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("year: 2026", "yaer: 2026"),
        ("year: 2026", "year: soon"),
        ("name: Small town\n", ""),
        ("band_width: 5", "band_width: wide"),
        ("band_width: 5", "band_width: 0"),
        ("general_share: 0.6", "general_share: 6"),
        ("order: banded", "order: band"),
        ("ranking: interview, pools: [open]", "pools: [open]"),
        ("pools: [open], order", "pools: open, order"),
        ("order: banded, band_width: 5", "mechanism: optimum"),
        ("order: banded, band_width: 5", "mechanism: optimal, objectives: [places]"),
        ("{name: late, ranking: exam, pools: [open], order: banded, band_width: 5}", "{mechanism: reassign}"),
        ("{name: late, ranking: exam, pools: [open], order: banded, band_width: 5}", "{name: a, mechanism: optimal}"),
        ("guideline: {", "caps: [{name: a, where: {area: {at_least: 3}}, at_most: 1}]\nguideline: {"),
        ("guideline: {", "indicators: {attributes: {migrant: two_areas}}\nguideline: {"),
        ("unfilled: lapse", "unfilled: drop"),
        ("{max: [minority_bonus, martyr_bonus], at_most: 15}", "{max: minority_bonus}"),
        ("repeater: false", "repeater: {over: 3}"),
    ],
)
def test_a_mistake_of_form_is_refused(old: str, new: str) -> None:
    assert SCENARIO.count(old) == 1
    assert mistakes(as_an_editor_reads(SCENARIO.replace(old, new)))


def test_what_extends_another_scenario_holds_only_what_differs() -> None:
    assert mistakes({"extends": "../base", "rankings": {"exam": {"ties": "admit_all"}}, "guideline": None}) == []
    assert mistakes({"rankings": {"exam": {"ties": "admit_all"}}})


def test_a_reassignment_batch_needs_only_its_name() -> None:
    written = "{name: late, ranking: exam, pools: [open], order: banded, band_width: 5}"
    assert SCENARIO.count(written) == 1
    assert mistakes(as_an_editor_reads(SCENARIO.replace(written, "{name: late, mechanism: reassign}"))) == []


def test_every_key_is_described() -> None:
    described = list(descriptions(json_schema()))
    assert len(described) > 60
    assert [place for place, text in described if not (text or "").endswith(".")] == []


def descriptions(node: Any, place: str = "") -> Iterator[tuple[str, str | None]]:
    """Every property and every model of the schema, with its description."""
    if isinstance(node, dict):
        for section in ("properties", "$defs"):
            for name, value in node.get(section, {}).items():
                yield f"{place}.{name}", value.get("description")
        for name, value in node.items():
            if name != "if":  # a condition repeats keys that are described where they belong
                yield from descriptions(value, f"{place}.{name}")
