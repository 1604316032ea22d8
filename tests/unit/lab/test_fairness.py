"""What each rule costs, side by side."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

import allocator
from allocator.cli import fairness as fairness_command
from allocator.errors import UsageError
from allocator.lab.fairness import RULES, own_band_width, price_of_fairness
from tests.unit.capacity.small_town import SCENARIO, write_town
from tests.unit.cli.console import EXAMPLE


def test_each_column_is_the_run_of_its_rule() -> None:
    scenario = allocator.load(EXAMPLE, {"guideline": None})
    found = price_of_fairness(scenario, band_width=Decimal(50))
    columns = {column.rule: column.figures for column in found.columns}
    assert tuple(columns) == RULES
    for rule in ("score_first", "choice_first"):
        batches = [{**batch, "order": rule} for batch in scenario.effective["batches"]]
        outcome = allocator.run(scenario.replace({"batches": batches}))
        assert isinstance(outcome, allocator.Outcome)
        assert columns[rule]["placed"] == str(outcome.summary["admitted"])
        assert columns[rule]["first_choices"] == outcome.summary["first_choice"]["fraction"].split("/")[0]
    assert columns["score_first"]["envious_applicants"] == columns["score_first"]["could_gain"] == "0"
    assert columns["optimal"]["could_gain"] is None  # nothing is known of batches that are not stable
    assert int(columns["choice_first"]["envious_applicants"] or 0) > 0
    assert int(columns["choice_first"]["first_choices"] or 0) > int(columns["score_first"]["first_choices"] or 0)
    for figures in columns.values():
        assert int(figures["envious_pairs"] or 0) >= int(figures["envious_applicants"] or 0)
    assert any("provisional" in note.text() for note in found.notes)


def test_envy_is_counted_by_applicant_and_by_pair(tmp_path: Path) -> None:
    """a1 lists B alone, second; under choice_first a2, a3 take both that a1 would rather have."""
    scenario = SCENARIO.replace("pools: [open]}", "pools: [open], order: choice_first}")
    folder = write_town(tmp_path, scenario=scenario)
    choices = "applicant_id,batch,choice,programme_id\na1,main,1,A\na1,main,2,B\na1,main,3,C\n"
    choices += "a2,main,1,B\na3,main,1,C\na4,main,1,A\n"
    applicants = "applicant_id,total\na1,580\na2,570\na3,560\na4,600\n"
    (folder / "choices.csv").write_text(choices, encoding="utf-8")
    (folder / "applicants.csv").write_text(applicants, encoding="utf-8")
    found = price_of_fairness(allocator.load(folder), band_width=Decimal(100))
    columns = {column.rule: column.figures for column in found.columns}
    assert (columns["choice_first"]["envious_applicants"], columns["choice_first"]["envious_pairs"]) == ("1", "2")
    assert columns["score_first"]["envious_pairs"] == "0"
    assert [columns[rule]["placed"] for rule in RULES] == ["3", "3", "3", "3"]
    assert columns["optimal"]["first_choices"] == "3"


def test_a_rule_that_is_infeasible_is_shown_as_such() -> None:
    impossible = [{"name": "too many", "where": {"track": "general"}, "at_least": "1000"}]
    scenario = allocator.load(EXAMPLE)
    optimal_last = {**scenario.effective["batches"][-1], "mechanism": "optimal", "objectives": ["placed"]}
    batches = [*scenario.effective["batches"][:-1], optimal_last]
    found = price_of_fairness(scenario.replace({"batches": batches, "caps": impossible}), band_width=Decimal(50))
    optimal = found.columns[-1]
    assert optimal.figures == {}
    assert "too many" in optimal.why()
    assert found.table()["optimal"].null_count() == found.table().height
    assert found.columns[0].figures["placed"] is not None, "bounds do not bind stable batches"
    assert any("caps" in note.text() for note in found.notes)


def test_a_rule_that_the_scenario_does_not_allow_says_why_once() -> None:
    found = price_of_fairness(allocator.load(EXAMPLE), band_width=Decimal(50), objectives=["targets"])
    (optimal,) = [column for column in found.columns if column.rule == "optimal"]
    assert optimal.figures == {}
    assert optimal.why() == "no cap has a `target`; add one, or remove this objective"


def test_the_command_tells_in_text_in_json_and_as_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness_command, "finish_uninterrupted", lambda: None)

    def run(*arguments: str | Path) -> str:
        words = [str(EXAMPLE), *map(str, arguments), "--lang", "en"]
        return CliRunner().invoke(fairness_command.command, words, catch_exceptions=False).output

    text = run("-o", tmp_path / "price.csv")
    assert "score_first" in text
    assert "bands of 50 points" in text, "the scenario's own"
    told = json.loads(run("--json", "--band-width", "20", "--objectives", "placed,guideline,choice"))
    assert told["band_width"] == "20"
    assert told["objectives"] == ["placed", "guideline", "choice"]
    with (tmp_path / "price.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["figure"]: row for row in csv.DictReader(file)}
    assert rows["placed"].keys() == {"figure", *RULES}
    for wrong in (("--band-width", "0"), ("--band-width", "x"), ("--objectives", "happiness")):
        with pytest.raises(UsageError):
            run(*wrong)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--band-width", "1e-3"], '--band-width: found "1e-3", expected a number > 0'),
        (["--band-width", "１０"], '--band-width: found "１０", expected a number > 0'),
        (["--band-width", "1" * 19], "expected a number > 0"),
        (["--objectives", "placed, placed"], '--objectives: "placed" stands twice'),
        (["--objectives", "score,placed"], "put it last"),
    ],
)
def test_the_command_refuses_what_it_cannot_use_before_any_work(arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        CliRunner().invoke(fairness_command.command, [str(EXAMPLE), *arguments], catch_exceptions=False)


def test_the_widest_band_of_the_scenario_is_taken() -> None:
    assert own_band_width(allocator.load(EXAMPLE)) == Decimal(50)
    assert (
        own_band_width(
            allocator.load(EXAMPLE, {"batches.vocational.order": "score_first", "batches.vocational.band_width": None})
        )
        is None
    )
