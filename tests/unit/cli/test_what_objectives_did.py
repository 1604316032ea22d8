"""What the console says of batches by objectives, closed programmes, seats left and infeasible runs (R10, R11)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import allocator
from allocator.cli.summary_text import summary_text
from allocator.errors import english
from allocator.language import translator
from tests.unit.cli.console import Call
from tests.unit.verification.small import small_scenario

BATCHES = (
    "[{name: main, ranking: exam, pools: [open], mechanism: optimal, objectives: [placed, choice]}, "
    "{name: late, ranking: exam, pools: [open]}, {name: rest, mechanism: reassign, group: consents}]"
)
RULES = """
groups: {consents: {consents: true}}
caps: [{name: trades, where: {track: vocational}, at_least: 1, at_most: 4000, target: 2}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """1 and 2 are placed in the optimal batch; of C and D, which nobody fills, both close; 4 does not consent."""
    (tmp_path / "s").mkdir()
    small_scenario(
        tmp_path / "s",
        applicants="applicant_id,total,consents 1,90,no 2,80,no 3,70,yes 4,60,no",
        seats="main,A,open,1 main,B,open,3 late,C,open,5 late,D,open,5",
        choices="1,main,1,A 1,main,2,B 2,main,1,A 3,late,1,C 4,late,1,D",
        batches=BATCHES,
        rules=RULES,
    )
    (tmp_path / "s" / "programmes.csv").write_text(
        "programme_id,track,min_open\nA,vocational,\nB,vocational,\nC,general,2\nD,general,3\n", encoding="utf-8"
    )
    return tmp_path / "s"


def told(text: str) -> dict[str, str]:
    """The rows of a summary."""
    return {name: said.strip() for name, said in (line.strip().split("  ", 1) for line in text.splitlines()[1:])}


def outcome_of(folder: Path) -> allocator.Outcome:
    outcome = allocator.run(allocator.load(folder))
    assert isinstance(outcome, allocator.Outcome)
    return outcome


def test_the_summary_tells_objectives_closures_and_seats_left(folder: Path) -> None:
    rows = told(summary_text(outcome_of(folder), english))
    assert rows["Batch main, objectives"] == "most admissions (2); least sum of choice numbers (3); proven optimal"
    assert rows["Batch rest, objectives"] == "most admissions (1); most admissions in the own area (0); proven optimal"
    assert (
        rows["Programmes closed"]
        == "2 of 2 under their least size (C, D); 0 admitted in stable batches, proven optimal"
    )
    assert rows["Closed by the simple rule"] == "2 (C, D); 0 admitted in stable batches"
    assert rows["Seats left"] == "1 (programmes: 1; unplaced who can take one: at most 1)"
    assert "P9" in rows["Verified"]


def test_the_summary_tells_what_is_not_proven(folder: Path) -> None:
    outcome = outcome_of(folder)
    claim = replace(outcome.optimal[0], bounds={"choice": 2})
    closures = {**outcome.summary["closures"], "proven": False, "bound": 7}
    summary = {**outcome.summary, "closures": closures}
    rows = told(summary_text(replace(outcome, optimal=(claim,), summary=summary), english))
    assert rows["Batch main, objectives"] == (
        "most admissions (2); least sum of choice numbers (3; not proven, at best 2); not proven optimal"
    )
    assert rows["Programmes closed"].endswith("0 admitted in stable batches, not proven (at best 7)")


def test_the_summary_names_a_few_closed_programmes_only(folder: Path) -> None:
    outcome = outcome_of(folder)
    closures = {**outcome.summary["closures"], "closed": [f"P{i}" for i in range(7)]}
    rows = told(summary_text(replace(outcome, summary={**outcome.summary, "closures": closures}), english))
    assert rows["Programmes closed"].startswith("7 of 2 under their least size (P0, P1, P2, P3, P4, …);")


def test_a_stable_run_without_least_sizes_tells_nothing_of_them(example_outcome: allocator.Outcome) -> None:
    rows = told(summary_text(example_outcome, english))
    assert not any("objectives" in name or "losed" in name for name in rows)


def test_the_summary_is_told_in_chinese_too(folder: Path) -> None:
    text = summary_text(outcome_of(folder), translator("zh"))
    assert not any(word in text for word in ("objectives", "proven", "admissions", "Closed", "least", "{"))


def test_check_describes_objectives_caps_and_least_sizes(call: Call, folder: Path) -> None:
    said = call("check", folder)
    assert said.code == 0
    assert said.out.splitlines()[2:] == [
        "Batch main: 4 seats in open, optimal by placed → choice → score; 3 choices",
        "Batch late: 10 seats in open, score_first; 2 choices",
        'Batch rest: reassignment of the unplaced of "consents" (1 applicants) to leftover seats, '
        "by placed → same_area → score",
        "Cap trades: at least 1, at most 4,000, target 2 admissions; programmes: 2",
        "Programmes with a least size: 2; they open with 2 to 3",
    ]


def test_check_tells_the_same_as_json(call: Call, folder: Path) -> None:
    described = json.loads(call("check", folder, "--json").out)
    assert described["batches"]["main"] == {
        "pools": ["open"],
        "mechanism": "optimal",
        "objectives": ["placed", "choice", "score"],
        "choices": 3,
        "seats": 4,
    }
    assert described["batches"]["rest"]["members"] == 1
    assert described["caps"] == {"trades": {"programmes": 2, "at_least": 1, "at_most": 4000, "target": 2}}
    assert described["min_open"] == {"programmes": 2, "least": 2, "most": 3}


def test_a_reassignment_without_a_group_is_of_everybody(call: Call, folder: Path) -> None:
    text = (folder / "scenario.yaml").read_text(encoding="utf-8").replace(", group: consents", "")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    assert "Batch rest: reassignment of everybody unplaced to leftover seats" in call("check", folder).out


@pytest.mark.parametrize("command", [["verify"], ["explain"]])
def test_an_infeasible_run_has_nothing_to_verify_or_explain(
    command: list[str], call: Call, folder: Path, tmp_path: Path
) -> None:
    text = (folder / "scenario.yaml").read_text(encoding="utf-8").replace("at_least: 1", "at_least: 4")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    ran = call("run", folder, "-o", tmp_path / "r")
    assert ran.code == 3
    assert (tmp_path / "r" / "infeasible.json").is_file()
    said = call(*command, tmp_path / "r", *(["1"] if command == ["explain"] else []))
    assert said.code == 2, "there is no outcome in this folder; 3 is of the run that found none"
    assert "this run was infeasible; infeasible.json says why" in said.err
    assert said.out == ""


def test_explain_tells_of_objectives_on_the_console(call: Call, folder: Path, tmp_path: Path) -> None:
    assert call("run", folder, "-o", tmp_path / "r").code == 0
    said = call("explain", tmp_path / "r", "1")
    assert said.code == 0
    assert "eligible, but the objectives gave all seats to others" in said.out
    tree = json.loads(call("explain", tmp_path / "r", "4", "--json").out)
    assert [b["mechanism"] for b in tree["batches"]] == ["optimal", "stable", "reassign"]
    assert tree["batches"][1]["choices"][0]["reasons"] == [
        {"reason": "closed", "rule": "R10", "min_open": 3, "admitted_if_open": 1}
    ]
    assert tree["batches"][2]["reassignment"]["takes_part"] is False
    assert [v["programme_id"] for v in tree["vacancies"]] == ["B"]
