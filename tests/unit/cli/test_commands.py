"""Each command does what the format says, in text and as JSON, in English and in Chinese."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

import allocator
from tests.unit.cli.console import EXAMPLE, REPOSITORY, Call

RESULT_FILES = {
    "assignments.csv", "lines.csv", "feeder_seats.csv", "floors.csv", "closures.csv", "vacancies.csv", "prices.csv",
    "summary.json", "manifest.json",
}  # fmt: skip
PROFILE = REPOSITORY / "scenarios" / "yulin" / "yulin.yaml"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def forge(results: Path, name: str, old: str, new: str) -> None:
    """Change a file of a result folder, and the manifest with it, so that only verification can tell."""
    text = (results / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (results / name).write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"][name] = hashlib.sha256((results / name).read_bytes()).hexdigest()
    (results / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


# run


def test_run_writes_the_results_and_a_summary_that_a_person_can_read(call: Call, tmp_path: Path) -> None:
    said = call("run", EXAMPLE, "-o", tmp_path / "results")
    assert said.code == 0
    assert said.err == "", "progress is for terminals"
    assert names(tmp_path / "results") == RESULT_FILES
    told = dict(line.strip().split("  ", 1) for line in said.out.splitlines()[1:-1])
    told = {name: text.strip() for name, text in told.items()}
    assert told["Applicants"] == "18 (18 filed choices)"
    assert told["Seats"] == "18"
    assert told["Admitted"] == "17 (general 10, vocational 7)"
    assert told["Unplaced"] == "1"
    assert told["General share"] == "58.82% (10/17)"
    assert told["Guideline"] == "≤ 62.00% of all admitted: met"
    assert told["Control line"] == "345"
    assert told["Pool feeder filled"] == "75.00% (3/4)"
    assert told["Batch early"] == "4 admitted to 4 seats"
    assert told["Verified"] == "all properties hold (P1, P2, P3, P4, P5, P6, P7, P8, P9, P10)"
    assert said.out.splitlines()[-1] == f"Results: {tmp_path / 'results'}"


def test_run_writes_to_results_in_the_current_folder_by_default(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("run", EXAMPLE / "scenario.yaml").code == 0
    assert names(tmp_path) == {"results"}


def test_run_prints_the_summary_as_json(call: Call, tmp_path: Path) -> None:
    said = call("run", EXAMPLE, "-o", tmp_path / "results", "--json")
    assert json.loads(said.out) == json.loads((tmp_path / "results" / "summary.json").read_text(encoding="utf-8"))


def test_run_speaks_chinese(call: Call, tmp_path: Path) -> None:
    said = call("run", EXAMPLE, "-o", tmp_path / "results", "--lang", "zh")
    assert said.code == 0
    assert "普通高中 10" in said.out or "普高 10" in said.out
    assert "Admitted" not in said.out


@pytest.mark.parametrize(("value", "language"), [("zh_CN.UTF-8", "zh"), ("en_GB.UTF-8", "en"), ("C", "en")])
def test_the_language_is_that_of_the_system_if_not_asked_for(
    value: str, language: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", value)
    assert ("no problems found" in call("check", EXAMPLE).out) == (language == "en")


def test_an_override_takes_effect_and_is_kept_in_the_manifest(call: Call, tmp_path: Path) -> None:
    said = call("run", EXAMPLE, "-o", tmp_path / "r", "--set", "guideline.enforce=report", "--json")
    assert json.loads(said.out)["control_lines"] == {}
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"]["guideline"]["enforce"] == "report"
    assert call("verify", tmp_path / "r").code == 0


def test_an_earlier_result_is_replaced_only_if_asked_for(call: Call, results: Path) -> None:
    before = content(results)
    said = call("run", EXAMPLE, "-o", results, "--set", "guideline.enforce=report")
    assert said.code == 2
    assert "replace it with --overwrite" in said.err
    assert content(results) == before
    assert call("run", EXAMPLE, "-o", results, "--set", "guideline.enforce=report", "--overwrite").code == 0
    assert content(results)["assignments.csv"] != before["assignments.csv"]


# check


def test_check_describes_what_would_run_and_writes_nothing(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = call("check", EXAMPLE)
    assert said.code == 0
    assert said.out.splitlines()[:2] == [
        "Example city: no problems found.",
        "18 applicants, 6 programmes, 3 feeder schools, 4 feeder seats",
    ]
    assert "Batch main: 7 seats in open → feeder → poor, score_first" in said.out
    assert "leftover seats" in said.out
    assert names(tmp_path) == set()


def test_check_as_json(call: Call) -> None:
    described = json.loads(call("check", EXAMPLE, "--json").out)
    assert described["applicants"] == 18
    assert described["feeder_seats"] == 4
    assert described["batches"]["supplementary"] == {
        "pools": ["open"],
        "order": "score_first",
        "choices": 3,
        "seats": "leftover",
    }


def test_check_reports_mistakes_with_their_place(call: Call, example: Path) -> None:
    (example / "seats.csv").write_text("batch,programme_id,pool,seats\nearly,no1,talent,-2\nearly,no9,open,1\n")
    said = call("check", example)
    assert said.code == 2
    assert "seats.csv row 2, column seats" in said.err
    assert "seats.csv row 3, column programme_id" in said.err
    assert said.out == ""


# verify


def test_verify_tells_that_every_property_holds(call: Call, results: Path) -> None:
    said = call("verify", results)
    assert said.code == 0
    assert said.out.splitlines() == [f"P{n}: holds" for n in range(1, 11)]


def test_verify_as_json(call: Call, results: Path) -> None:
    said = call("verify", results, "--json")
    assert said.code == 0
    assert json.loads(said.out)["breaches"] == []
    assert all(json.loads(said.out)["verdicts"].values())


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--lang", "zh"]])
def test_a_breach_is_shown_and_ends_with_4(arguments: list[str], call: Call, results: Path) -> None:
    forge(results, "assignments.csv", "18,,,,", "18,no2,main,poor,1")
    said = call("verify", results, *arguments)
    assert said.code == 4
    assert "18" in said.out
    if not arguments:
        assert "P1: BREACHED" in said.out
        assert "P8: holds" in said.out
    if arguments == ["--lang", "zh"]:
        assert "P1: 不成立" in said.out
        assert "P8: 成立" in said.out


def test_verify_refuses_a_changed_file(call: Call, results: Path) -> None:
    (results / "assignments.csv").write_text("applicant_id\n")
    said = call("verify", results)
    assert said.code == 2
    assert "assignments.csv: this file was changed after it was written" in said.err


def test_verify_refuses_inputs_that_are_not_those_of_the_run(call: Call, example: Path, tmp_path: Path) -> None:
    assert call("run", example, "-o", tmp_path / "r").code == 0
    table = example / "applicants.csv"
    table.write_bytes(table.read_bytes().replace(b"548", b"549"))
    said = call("verify", tmp_path / "r")
    assert said.code == 2
    assert f"{table}: this input is not the one that the run used" in said.err


def test_what_is_wrong_with_the_scenario_of_a_result_is_told_with_its_folder(
    call: Call, example: Path, tmp_path: Path
) -> None:
    """Which the user did not name: it stands in the result."""
    assert call("run", example, "-o", tmp_path / "r").code == 0
    with (example / "scenario.yaml").open("a", encoding="utf-8") as file:
        file.write("{\n")
    said = call("verify", tmp_path / "r")
    assert said.code == 2
    assert said.err.startswith(f"{example / 'scenario.yaml'} line ")
    (example / "scenario.yaml").unlink()
    (example / "scenario.yaml").mkdir()
    said = call("verify", tmp_path / "r", "--scenario", example)
    assert said.code == 2
    assert said.err.startswith(f"{example / 'scenario.yaml'}: no such file")


def test_a_scenario_that_has_moved_is_asked_for(call: Call, example: Path, tmp_path: Path) -> None:
    assert call("run", example, "-o", tmp_path / "r").code == 0
    example.rename(tmp_path / "elsewhere")
    said = call("verify", tmp_path / "r")
    assert said.code == 2
    assert "say where it is with --scenario" in said.err
    assert call("verify", tmp_path / "r", "--scenario", tmp_path / "elsewhere").code == 0


@pytest.mark.parametrize("command", [["verify"], ["explain"]])
def test_what_is_not_a_result_folder_is_refused(command: list[str], call: Call, tmp_path: Path) -> None:
    said = call(*command, tmp_path, *(["01"] if command == ["explain"] else []))
    assert said.code == 2
    assert "not a result folder" in said.err


# explain


def test_explain_tells_each_choice_with_the_rule_that_decided_it(call: Call, results: Path) -> None:
    said = call("explain", results, "06")
    assert said.code == 0
    assert "admitted to machines" in said.out
    assert "score 479.5, below the floor 480" in said.out
    assert "[R6]" in said.out


def test_explain_speaks_chinese(call: Call, results: Path) -> None:
    said = call("explain", results, "14", "--lang", "zh")
    assert "录取到 nursing 护理" in said.out
    assert "345" in said.out, "the control line"


def test_explain_as_json(call: Call, results: Path, example_outcome: allocator.Outcome) -> None:
    for row in example_outcome.assignments.iter_rows(named=True):
        told = json.loads(call("explain", results, row["applicant_id"], "--json").out)
        fields = ("programme_id", "batch", "pool", "choice")
        admission = told["admission"] or dict.fromkeys(fields)
        assert {field: admission[field] for field in fields} == {field: row[field] for field in fields}


def test_explain_does_not_know_everybody(call: Call, results: Path) -> None:
    said = call("explain", results, "1")
    assert said.code == 2
    assert 'no applicant has the identifier "1"' in said.err
    assert "1 problem; nothing was written." in said.err


# quota


def test_quota_prints_the_matrix_that_a_run_uses(call: Call, results: Path) -> None:
    said = call("quota", EXAMPLE)
    assert said.code == 0
    assert said.out == (results / "feeder_seats.csv").read_text(encoding="utf-8")


def test_the_matrix_can_be_given_to_the_scenario(call: Call, example: Path, results: Path) -> None:
    assert call("quota", example, "-o", example / "matrix.csv").code == 0
    said = call("run", example, "-o", example / "r", "--set", "tables.feeder_seats=matrix.csv")
    assert said.code == 0
    for name in ("assignments.csv", "lines.csv", "feeder_seats.csv"):
        assert (example / "r" / name).read_bytes() == (results / name).read_bytes()


def test_quota_replaces_a_file_only_if_asked_for(call: Call, tmp_path: Path) -> None:
    (tmp_path / "matrix.csv").write_text("mine")
    assert call("quota", EXAMPLE, "-o", tmp_path / "matrix.csv").code == 2
    assert (tmp_path / "matrix.csv").read_text() == "mine"
    said = call("quota", EXAMPLE, "-o", tmp_path / "matrix.csv", "--overwrite")
    assert said.code == 0
    assert said.out == f"4 feeder seats in 6 cells: {tmp_path / 'matrix.csv'}\n"
    assert names(tmp_path) == {"matrix.csv"}


# synth


def test_synth_writes_a_cohort_as_tables(call: Call, tmp_path: Path) -> None:
    said = call("synth", PROFILE, "-o", tmp_path / "cohort", "--applicants", 2000, "--seed", 7)
    assert said.code == 0
    assert said.out == f"2,000 applicants: {tmp_path / 'cohort'}\n"
    assert {"applicants.csv", "programmes.csv", "seats.csv", "choices.csv"} <= names(tmp_path / "cohort")
    with (tmp_path / "cohort" / "applicants.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["applicant_id"] for row in rows}) == 2000
    assert all(Decimal(row["total"]) >= 0 for row in rows if row["total"])


def test_synth_gives_the_same_seed_the_same_cohort_and_another_another(call: Call, tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        assert call("synth", PROFILE, "-o", tmp_path / name, "--applicants", 500, "--seed", seed).code == 0
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert content(tmp_path / "a")["applicants.csv"] != content(tmp_path / "c")["applicants.csv"]


def test_synth_never_replaces_a_folder(call: Call, tmp_path: Path) -> None:
    (tmp_path / "cohort").mkdir()
    (tmp_path / "cohort" / "applicants.csv").write_text("mine")
    said = call("synth", PROFILE, "-o", tmp_path / "cohort", "--applicants", 100)
    assert said.code == 2
    assert content(tmp_path / "cohort") == {"applicants.csv": b"mine"}


# schema


def test_schema_is_a_json_schema_of_scenario_files(call: Call) -> None:
    said = call("schema")
    assert said.code == 0
    schema = json.loads(said.out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"extends", "batches", "guideline", "pools"} <= set(schema["properties"])


def test_what_is_printed_as_a_table_is_csv(call: Call) -> None:
    rows = list(csv.DictReader(io.StringIO(call("quota", EXAMPLE).out)))
    assert [row["seats"] for row in rows] == ["1", "1", "0", "1", "0", "1"]
