"""Every scenario of the project comes out with the figures that stand beside it.

``expected.yaml`` holds, for each scenario file of the folder, the figures of its summary. A mismatch writes
``expected.yaml.new`` beside it; to accept it is a human's act.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import allocator

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
COUNTS = ("applicants", "filed", "seats", "admitted", "general", "vocational", "unplaced")

Figures = Mapping[str, Any]


def figures(summary: Mapping[str, Any]) -> dict[str, Any]:
    """What is compared: counts, shares as exact fractions, what closed, and what optimal batches reach."""
    return {
        **{name: summary[name] for name in COUNTS},
        "general_share": summary["general_share"]["fraction"],
        "first_choice": summary["first_choice"]["fraction"],
        "control_lines": dict(summary["control_lines"]),
        "reserved_seats": {pool: share["fraction"] for pool, share in summary["reserved_seats"].items()},
        "by_batch": {batch: values["admitted"] for batch, values in summary["by_batch"].items()},
    } | optimal_figures(summary)


def optimal_figures(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Of optimal batches and of programmes that close, where there are any."""
    found: dict[str, Any] = {}
    if "closures" in summary:
        found["closed"] = summary["closures"]["closed"]
    if "optimal" in summary:
        found["optimal"] = {claim["batch"]: claim["values"] for claim in summary["optimal"]}
    return found


def scenario_files(folder: Path) -> list[Path]:
    return [folder / "scenario.yaml", *sorted((folder / "variants").glob("*.yaml"))]


def with_figures() -> list[Path]:
    return sorted(path.parent for path in SCENARIOS.glob("*/expected.yaml"))


def expected_of(folder: Path) -> dict[str, Figures]:
    document: dict[str, Figures] = YAML(typ="safe", pure=True).load(folder / "expected.yaml")
    return document


def write_new(folder: Path, name: str, found: Figures) -> Path:
    """The figures with this one replaced, in a file beside the expected ones."""
    new = folder / "expected.yaml.new"
    yaml = YAML()
    yaml.width = 10_000
    yaml.default_flow_style = None
    document = yaml.load(new if new.exists() else folder / "expected.yaml")
    document[name] = dict(found)
    yaml.dump(document, new)
    return new


def cases() -> list[Any]:
    """All scenario files, variants too."""
    return [
        pytest.param(folder, path, id=path.relative_to(SCENARIOS).with_suffix("").as_posix())
        for folder in with_figures()
        for path in scenario_files(folder)
    ]


def missing_data(path: Path) -> str | None:
    """Why a scenario cannot run in this checkout: the published tables that it draws on are not part of it."""
    settings = YAML(typ="safe", pure=True).load(path)
    if "extends" in settings and "data" not in settings.get("cohort", {}):
        return missing_data((path.parent / settings["extends"]).resolve())
    data = settings.get("cohort", {}).get("data")
    if data is None or (path.parent / data).is_dir():
        return None
    return f"the published tables of {path.parent.name} stand beside the repository, not in it"


def test_every_scenario_has_expected_figures() -> None:
    folders = {path.parent for path in SCENARIOS.glob("*/scenario.yaml")}
    assert {folder.name for folder in folders} >= {"chengdu", "example", "yulin"}
    assert {f for f in folders if not (f / "expected.json").exists()} == set(with_figures())


@pytest.mark.parametrize("folder", with_figures(), ids=lambda folder: folder.name)
def test_expected_figures_are_of_the_scenario_files_that_are_there(folder: Path) -> None:
    names = {path.relative_to(folder).as_posix() for path in scenario_files(folder)}
    assert set(expected_of(folder)) == names


@pytest.mark.parametrize(("folder", "path"), cases())
def test_a_scenario_comes_out_with_its_expected_figures(folder: Path, path: Path) -> None:
    reason = missing_data(path)
    if reason is not None:
        pytest.skip(reason)
    name = path.relative_to(folder).as_posix()
    outcome = allocator.run(allocator.load(path))
    assert isinstance(outcome, allocator.Outcome)
    assert outcome.is_proven
    found = figures(outcome.summary)
    expected = expected_of(folder)[name]
    if found != expected:
        new = write_new(folder, name, found)
        pytest.fail(f"{path}: found {found}, expected {expected}; see {new}")


def test_a_mismatch_writes_the_new_figures_beside_the_expected_ones(tmp_path: Path) -> None:
    (tmp_path / "expected.yaml").write_text('a.yaml: {admitted: 1}\nb.yaml: {admitted: 2, lines: {"": "436"}}\n')
    write_new(tmp_path, "a.yaml", {"admitted": 3})
    new = write_new(tmp_path, "b.yaml", {"admitted": 4, "lines": {"": "437"}})
    assert YAML(typ="safe", pure=True).load(new) == {
        "a.yaml": {"admitted": 3},
        "b.yaml": {"admitted": 4, "lines": {"": "437"}},
    }
    assert expected_of(tmp_path)["a.yaml"] == {"admitted": 1}
