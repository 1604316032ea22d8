"""Bad input: exit code 2, a located message, no traceback, nothing written, and earlier results untouched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from allocator.cli.main import main
from tests.unit.cli.bad_scenarios import (
    INDICATOR_MISTAKES,
    OBJECTIVE_MISTAKES,
    OPTIMAL_TABLE_MISTAKES,
    OVERRIDE_MISTAKES,
    RULE_MISTAKES,
    YAML_MISTAKES,
    Mistake,
)
from tests.unit.cli.bad_tables import CELL_MISTAKES, FILE_MISTAKES, TABLE_MISTAKES
from tests.unit.scenario.small_town import write_town

MISTAKES = [
    *YAML_MISTAKES,
    *RULE_MISTAKES,
    *OBJECTIVE_MISTAKES,
    *OPTIMAL_TABLE_MISTAKES,
    *INDICATOR_MISTAKES,
    *OVERRIDE_MISTAKES,
    *FILE_MISTAKES,
    *TABLE_MISTAKES,
    *CELL_MISTAKES,
]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The command's exit code, in this process."""
    monkeypatch.setattr(sys, "argv", ["allocator", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an earlier result."""
    folder = tmp_path_factory.mktemp("earlier")
    town = write_town(folder / "town")
    command = [sys.executable, "-m", "allocator", "run", str(town), "-o", str(folder / "results")]
    subprocess.run(command, check=True, capture_output=True)
    return bytes_of(folder / "results")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_there_are_more_than_a_hundred_kinds_of_mistake() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) > 100


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name.replace(" ", "-"))
def test_a_mistake_is_located_and_nothing_is_written(
    mistake: Mistake,
    tmp_path: Path,
    results: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    mistake.breaks(write_town(Path("town")))
    earlier = tmp_path / "results"
    earlier.mkdir()
    for name, content in results.items():
        (earlier / name).write_bytes(content)
    before = sorted(path.name for path in tmp_path.iterdir())

    code = run(monkeypatch, "run", "town", *mistake.arguments, "--lang", "en", "-o", "results", "--overwrite")
    out, report = capsys.readouterr()
    assert code == 2, report
    assert out == ""
    said = [line for line in report.splitlines() if line.startswith(f"{mistake.place}:")]
    assert said, report
    assert any(all(word in line for word in mistake.says) for line in said), report
    assert "nothing was written" in report
    assert "Traceback" not in report
    assert str(tmp_path) not in report
    assert bytes_of(earlier) == results
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("mistake", MISTAKES[::12], ids=lambda mistake: mistake.name.replace(" ", "-"))
@pytest.mark.parametrize("command", ["run", "check", "quota"])
def test_no_command_writes_a_new_result_either(
    command: str, mistake: Mistake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    mistake.breaks(write_town(Path("town")))
    place = () if command == "check" else ("-o", "new")
    assert run(monkeypatch, command, "town", *mistake.arguments, "--lang", "zh", *place) == 2
    out, report = capsys.readouterr()
    assert out == ""
    assert report.count("\n") >= 2  # the mistakes, and how many they are
    assert "Traceback" not in report
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


@pytest.mark.parametrize(
    "mistake",
    [m for m in MISTAKES if m.name in ("a tab for indentation", "a truncated workbook", "a negative number of seats")],
    ids=lambda mistake: mistake.name.replace(" ", "-"),
)
def test_the_installed_command_says_the_same(mistake: Mistake, tmp_path: Path) -> None:
    mistake.breaks(write_town(tmp_path / "town"))
    command = [sys.executable, "-m", "allocator", "run", "town", "--lang", "en", "-o", "results"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert any(line.startswith(f"{mistake.place}:") for line in done.stderr.splitlines()), done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()
