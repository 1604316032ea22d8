"""The command: results that appear whole, exit codes that tell what happened, the same bytes twice."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import allocator
from allocator.cli.plan import command
from allocator.errors import InputError, VerificationError
from tests.unit.planning.small_plan import PLAN, write_small_plan


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments), "--lang", "en"], standalone_mode=False)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_solved_plan_is_written_whole(tmp_path: Path) -> None:
    folder = write_small_plan(tmp_path / "plan")
    done = call(folder / "plan.yaml", "-o", tmp_path / "result")
    assert done.return_value == 0, done.output
    assert "Students in 2027: 330 (target 330)" in done.output
    files = {path.name for path in (tmp_path / "result").iterdir()}
    manifest = json.loads((tmp_path / "result" / "manifest.json").read_text(encoding="utf-8"))
    assert files == {"manifest.json", *manifest["outputs"]}
    assert {"classes.csv", "projects.csv", "areas.csv", "indicators.csv", "binding.csv", "seats.csv"} < files


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        call(write_small_plan(tmp_path / f"plan-{name}"), "-o", tmp_path / name)
    contents = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("a", "b")]
    assert contents[0] == contents[1]


def test_rules_that_bind_are_listed(tmp_path: Path) -> None:
    call(write_small_plan(tmp_path / "plan"), "-o", tmp_path / "result")
    told = {row["rule"] for row in rows(tmp_path / "result" / "binding.csv")}
    assert "site of g in 2027: room for 6 classrooms" in told
    assert "general teachers in 2027 at least 12" in told
    assert "money in 2026 at most 900 (10,000 yuan)" not in told


def test_an_infeasible_plan_ends_with_3_and_the_rules_that_conflict(tmp_path: Path) -> None:
    done = call(
        write_small_plan(tmp_path / "plan"),
        *("-o", tmp_path / "result", "--set", "limits.money.total=0", "--set", "limits.served={2026: 0.9}"),
    )
    assert done.return_value == 3, done.output
    assert "money in all years at most 0" in done.output
    summary = json.loads((tmp_path / "result" / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "infeasible"
    assert summary["conflict_is_smallest"] is True
    assert not (tmp_path / "result" / "classes.csv").exists()


def test_a_plan_that_is_not_proven_ends_with_5_and_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from allocator.planning import solve as module

    # As if every search used up the whole limit: the first objective is solved, the others are not begun.
    monkeypatch.setattr(module, "work_of", lambda solver: 60.0)
    done = call(write_small_plan(tmp_path / "plan"), "-o", tmp_path / "result")
    assert done.return_value == 5, done.output
    assert "not yet made least" in done.output
    assert (tmp_path / "result" / "classes.csv").is_file()
    summary = json.loads((tmp_path / "result" / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "stopped"
    assert [step["bound"] for step in summary["objectives"][1:]] == [None] * 10


def test_a_plan_that_fails_the_check_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from allocator.planning import solve as module

    monkeypatch.setattr(module, "shared_among_schools", lambda plan, classes, students: dict.fromkeys(classes, 0))
    done = call(write_small_plan(tmp_path / "plan"), "-o", tmp_path / "result")
    assert isinstance(done.exception, VerificationError)
    assert not (tmp_path / "result").exists()


def test_wrong_input_ends_with_2_and_writes_nothing(tmp_path: Path) -> None:
    folder = write_small_plan(tmp_path / "plan", PLAN.replace("dropout: 0.1", "dropout: many"))
    done = call(folder, "-o", tmp_path / "result")
    assert isinstance(done.exception, InputError)
    assert done.exception.exit_code == 2
    assert not (tmp_path / "result").exists()


def test_a_result_is_replaced_only_if_asked_and_nothing_else_ever(tmp_path: Path) -> None:
    folder, result = write_small_plan(tmp_path / "plan"), tmp_path / "result"
    assert call(folder, "-o", result).return_value == 0
    assert isinstance(call(folder, "-o", result).exception, InputError)
    assert call(folder, "-o", result, "--overwrite").return_value == 0
    (result / "letter.txt").write_text("mine", encoding="utf-8")
    assert isinstance(call(folder, "-o", result, "--overwrite").exception, InputError)


def test_the_summary_as_json_is_the_file(tmp_path: Path) -> None:
    done = call(write_small_plan(tmp_path / "plan"), "-o", tmp_path / "result", "--json")
    assert json.loads(done.output) == json.loads((tmp_path / "result" / "summary.json").read_text(encoding="utf-8"))


SCENARIO = """\
version: 1
name: The plan's first year
year: 2026
lottery_seed: "drawn in public"
tables: {applicants: applicants.csv, programmes: programmes.csv, seats: seats.csv, choices: choices.csv}
rankings: {exam: {score: total}}
batches:
  - {name: main, ranking: exam, pools: [open]}
  - {name: vocational, ranking: exam, pools: [open]}
"""


def test_the_first_years_seats_are_a_table_that_a_run_takes(tmp_path: Path) -> None:
    call(write_small_plan(tmp_path / "plan"), "-o", tmp_path / "result")
    town = tmp_path / "town"
    town.mkdir()
    for name in ("seats.csv", "programmes.csv"):
        (town / name).write_bytes((tmp_path / "result" / name).read_bytes())
    (town / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    applicants = [f"{number:03d},{1000 - number}" for number in range(200)]
    (town / "applicants.csv").write_text("\n".join(["applicant_id,total", *applicants, ""]), encoding="utf-8")
    choices = [
        f"{n:03d},{batch},1,{programme}"
        for n in range(200)
        for batch, programme in (("main", "g"), ("vocational", "v"))
    ]
    (town / "choices.csv").write_text(
        "\n".join(["applicant_id,batch,choice,programme_id", *choices, ""]), encoding="utf-8"
    )
    planned = {row["programme_id"]: int(row["seats"]) for row in rows(town / "seats.csv")}
    admissions = {
        row["school_id"]: int(row["students"])
        for row in rows(tmp_path / "result" / "classes.csv")
        if row["year"] == "2026"
    }
    assert planned == admissions
    outcome = allocator.run(allocator.load(town))
    assert isinstance(outcome, allocator.Outcome)
    summary = outcome.summary
    assert summary["seats"] == sum(planned.values())
    assert (summary["general"], summary["vocational"]) == (planned["g"], min(planned["v"], 200 - planned["g"]))
