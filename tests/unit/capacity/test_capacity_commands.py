"""The commands ``worth`` and ``expand``: text, JSON, files, both languages' options."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allocator import engine
from allocator.capacity.worth import WORTH_SCHEMA
from allocator.cli import expand, worth
from allocator.errors import InputError, UsageError
from tests.unit.capacity.small_town import write_town

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in this process; what is no exit of its own is raised. Ctrl-C stays as it is for the other tests."""
    for module in (worth, expand):
        monkeypatch.setattr(module, "finish_uninterrupted", lambda: None)

    def call(module: object, *arguments: str | Path) -> Result:
        command = {worth: worth.command, expand: expand.command}[module]  # type: ignore[index]  # modules are hashable
        return CliRunner().invoke(command, [*map(str, arguments), "--lang", "en"], catch_exceptions=False)

    return call


def test_worth_tells_the_classes_that_help_most(run: Run, tmp_path: Path) -> None:
    said = run(worth, write_town(tmp_path)).output.splitlines()
    assert said[0] == "Now: 3 placed, 1 first choices, mean choice 2.000000, general share 0.666667"
    assert said[1] == "1 programmes have no class_size: a class of 50 is assumed."
    assert said[3].startswith("  A (main / open), 2 seats more: 4 better off, +2 placed, +4 first choices")
    assert [line.split()[0] for line in said[3:]] == ["A", "B", "C"]


def test_worth_writes_the_whole_table(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "worth.csv"
    said = run(worth, write_town(tmp_path / "town"), "-o", target).output
    assert said.splitlines()[-1] == f"The whole table: {target}"
    rows = list(csv.DictReader(target.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == WORTH_SCHEMA.names()
    assert [(row["programme_id"], row["amount"]) for row in rows[:4]] == [
        ("A", "seat"),
        ("A", "class"),
        ("A", "ten_classes"),
        ("B", "seat"),
    ]
    with pytest.raises(UsageError, match="exists"):
        run(worth, tmp_path / "town", "-o", target)


def test_worth_as_json_is_the_whole_table(run: Run, tmp_path: Path) -> None:
    said = json.loads(run(worth, write_town(tmp_path), "--json").output)
    assert said["base"]["mean_choice"] == {"decimal": "2.000000", "fraction": "6/3"}
    assert said["method"] == "vacancies followed"
    assert len(said["worth"]) == 9


def test_expand_tells_the_plan_and_that_it_is_proven(run: Run, tmp_path: Path) -> None:
    said = run(expand, write_town(tmp_path), "--classes", "2").output.splitlines()
    assert said[2:] == [
        "  A (main): 2 classes, 4 seats",
        "Better off: 5 applicants; +3 placed, +5 first choices",
        "Then: 6 placed, 6 first choices, mean choice 1.000000, general share 0.833333",
        "Proven: no plan is better.",
    ]


def test_expand_says_plainly_that_nothing_can_be_paid_for(run: Run, tmp_path: Path) -> None:
    done = run(expand, write_town(tmp_path), "--budget", "3", "--cost", "5")
    assert done.exit_code == 0
    assert "No class is added: none can be paid for, or none would improve anything." in done.output


def test_expand_writes_the_plan_with_its_costs(run: Run, tmp_path: Path) -> None:
    limits, target = tmp_path / "limits.csv", tmp_path / "plan.csv"
    limits.write_text("programme_id,cost\nA,10\nB,4.5\nC,4\n", encoding="utf-8")
    arguments = [write_town(tmp_path / "town"), "--budget", "9.5", "--limits", limits]
    said = run(expand, *arguments, "-o", target).output
    assert "  B (main): 1 classes, 50 seats, cost 4.5" in said
    assert "Spent: 4.5" in said
    assert target.read_text(encoding="utf-8") == "programme_id,batch,classes,seats,cost\nB,main,1,50,4.5\n"
    as_json = json.loads(run(expand, *arguments, "--json").output)
    assert (as_json["improved"], as_json["bound"], as_json["gap"], as_json["proven"]) == (3, 3, 0, True)
    assert as_json["added"][0]["cost"] == "4.5"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--budget", "much"], '--budget: found "much", expected a number ≥ 0'),
        (["--budget", "-1"], '--budget: found "-1", expected a number ≥ 0'),
        (["--budget", "1" * 19], '--budget: found "1111111111111111111", expected a number ≥ 0'),
        (["--classes", "1", "--cost", "1e3"], '--cost: found "1e3", expected a number ≥ 0'),
    ],
)
def test_expand_refuses_a_budget_that_is_none(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run(expand, write_town(tmp_path), *arguments)


def test_expand_refuses_fewer_classes_than_none(run: Run, tmp_path: Path) -> None:
    done = run(expand, write_town(tmp_path), "--classes", "-1")
    assert done.exit_code == 2
    assert "is not in the range" in done.output


@pytest.mark.parametrize(
    ("limits", "arguments", "said"),
    [
        ("学校,费用\nA,3\n", [], "no header is programme_id or school_id.*headers are 学校, 费用"),
        ("programme_id,cost\nA,0.00000000000000001\n", ["--cost", "1000"], "too far apart to be added exactly"),
        ("programme_id,cost\nA,1000\n", ["--cost", "0.00000000000000001"], "too far apart to be added exactly"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_expand_refuses_limits_that_it_cannot_use(
    run: Run, tmp_path: Path, limits: str, arguments: list[str], said: str, encoding: str
) -> None:
    file = tmp_path / "limits.csv"
    file.write_text(limits, encoding=encoding)
    with pytest.raises(InputError, match=said):
        run(expand, write_town(tmp_path / "town"), "--budget", "9", "--limits", file, *arguments)


@pytest.mark.parametrize("command", [worth, expand])
def test_a_file_that_exists_is_refused_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: object
) -> None:
    (tmp_path / "out.csv").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(engine, "load", lambda *_: pytest.fail("nothing is to be read"))
    arguments = ["--classes", "1"] if command is expand else []
    with pytest.raises(UsageError, match="exists"):
        run(command, write_town(tmp_path / "town"), *arguments, "-o", tmp_path / "out.csv")
    with pytest.raises(UsageError, match="is not a folder"):
        run(command, tmp_path / "town", *arguments, "-o", tmp_path / "out.csv" / "more.csv")


def test_expand_refuses_limits_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        run(expand, write_town(tmp_path), "--classes", "1", "--limits", tmp_path / "nothing.csv")
