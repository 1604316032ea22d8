"""Where results are written: names of every kind, inside the scenario folder, and where they cannot be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.unit.cli.console import EXAMPLE, Call


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("name", ["两千 二十六年", "a b", "-x-", "100%", "{path}", "ünï", "结果\u3000表"])
def test_folders_of_any_name_are_written_and_read(name: str, call: Call, example: Path, tmp_path: Path) -> None:
    city = example.rename(tmp_path / name)
    results = tmp_path / "out" / name
    assert call("run", city, f"--output={results}").code == 0
    assert call("verify", results).code == 0
    assert call("explain", results, "01").code == 0
    said = call("run", city, f"--output={results}")
    assert said.code == 2
    assert f'"{results}" exists' in said.err


def test_results_may_stand_in_the_scenario_folder(call: Call, example: Path) -> None:
    inputs = snapshot(example)
    assert call("run", example, "-o", example / "results").code == 0
    first = snapshot(example / "results")
    assert call("run", example, "-o", example / "results", "--overwrite").code == 0
    second = snapshot(example / "results")
    assert {n: b for n, b in first.items() if n != "manifest.json"} == {
        n: b for n, b in second.items() if n != "manifest.json"
    }
    assert {n: b for n, b in snapshot(example).items() if not n.startswith("results/")} == inputs
    assert json.loads(first["manifest.json"])["scenario_file"] == "../scenario.yaml"
    assert call("verify", example / "results").code == 0


@pytest.mark.parametrize("arguments", [[], ["--overwrite"]])
def test_the_scenario_folder_itself_is_never_replaced(arguments: list[str], call: Call, example: Path) -> None:
    before = snapshot(example)
    said = call("run", example, "-o", example, *arguments)
    assert said.code == 2
    assert "exists and is not a result folder, or holds more than a result; choose another with -o" in said.err
    assert snapshot(example) == before


def test_a_result_folder_that_the_scenario_was_put_into_is_not_replaced(
    call: Call, example: Path, results: Path
) -> None:
    inside = example.rename(results / "city")
    before = snapshot(results)
    assert call("run", inside, "-o", results, "--overwrite").code == 2
    assert snapshot(results) == before


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_place_below_a_file_is_refused_with_its_name(lang: str, call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    place = tmp_path / "file" / "results"
    for command in (["run", EXAMPLE, "-o", place], ["quota", EXAMPLE, "-o", place / "m.csv"]):
        said = call(*command, "--lang", lang)
        assert said.code == 2
        assert str(place) in said.err
        assert "Traceback" not in said.err
    assert snapshot(tmp_path) == {"file": b"x"}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_without_permission_is_refused_with_its_name(call: Call, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    said = call("run", EXAMPLE, "-o", closed / "results")
    assert said.code == 2
    assert "no permission to write" in said.err


def test_a_place_that_the_system_refuses_at_the_end_is_told_too(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*paths: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "fsync", refused)
    said = call("run", EXAMPLE, "-o", tmp_path / "results")
    assert said.code == 2
    assert f'"{tmp_path / "results"}" cannot be written: Read-only file system' in said.err
    assert "1 problem; nothing was written." in said.err
    assert snapshot(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["run", "check", "quota"])
def test_a_scenario_that_is_not_there_is_named(
    command: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = call(command, tmp_path / "nowhere")
    assert said.code == 2
    assert "nowhere" in said.err
    assert "no such file; expected a scenario folder" in said.err
