"""The command, and the folder that it writes: whole, beside the result, and never in the way of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import allocator
from allocator.cli.report import command
from allocator.errors import UsageError, VerificationError
from allocator.outcome.files import is_result
from allocator.reports import files
from allocator.reports.material import gather


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments), "--lang", "en"], standalone_mode=False)


@pytest.fixture
def result(tmp_path: Path, outcome: allocator.Outcome) -> Path:
    outcome.write(tmp_path / "results")
    return tmp_path / "results"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_report_is_written_beside_the_result_which_stays_one(result: Path) -> None:
    said = call(result)
    assert said.exit_code == 0, said.exception
    assert names(result.with_name("results-report")) == {"report.html", "report.xlsx"}
    assert "report.html, report.xlsx" in said.output
    assert is_result(result)


def test_a_public_notice_has_a_place_of_its_own(result: Path) -> None:
    assert call(result, "--public").exit_code == 0
    assert names(result.with_name("results-notice")) == {"notice.html", "notice.xlsx"}


def test_a_report_is_replaced_only_where_that_is_asked_for(result: Path) -> None:
    call(result)
    again = call(result)
    assert isinstance(again.exception, UsageError)
    assert "--overwrite" in str(again.exception)
    assert call(result, "--overwrite").exit_code == 0


@pytest.mark.parametrize("foreign", ["letter.txt", "report.html"])
def test_a_folder_with_anything_else_is_never_replaced(result: Path, tmp_path: Path, foreign: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / foreign).write_text("mine")
    if foreign == "report.html":
        (folder / "report.xlsx").write_text("mine too")
    said = call(result, "-o", folder, "--overwrite")
    assert isinstance(said.exception, UsageError)
    assert (folder / foreign).read_text() == "mine"


def test_the_result_folder_itself_is_no_place_for_a_report(result: Path) -> None:
    assert isinstance(call(result, "-o", result, "--overwrite").exception, UsageError)
    assert is_result(result)


def test_nothing_is_reported_of_an_outcome_that_breaches_a_property(
    scenario: allocator.Scenario, outcome: allocator.Outcome
) -> None:
    wrong = replace(outcome, assignments=outcome.assignments.reverse())
    with pytest.raises(VerificationError):
        gather(scenario, wrong, language="en", is_public=False)


def test_the_default_place_is_beside_the_result_however_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    found = files.default_place(tmp_path / "results" / ".." / "results", is_public=False)
    assert found == (tmp_path / "results-report").resolve()
