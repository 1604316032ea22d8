"""The verifier works out for itself which programmes have seats left, and names what is missing or too much."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

import allocator
from allocator.cli.verify import command
from allocator.outcome.outcome import VACANCIES_SCHEMA, Outcome
from allocator.scenario.scenario import Scenario
from allocator.verification import verify
from tests.unit.verification.small import small_scenario

Vacant = tuple[str, int, int]
TRUE: list[Vacant] = [("A", 1, 1), ("B", 2, 1)]


@pytest.fixture
def place(tmp_path: Path) -> tuple[Scenario, Outcome]:
    """A has one seat left and B two, each of which would take 3, who listed neither; C is full."""
    scenario = small_scenario(
        tmp_path,
        applicants="applicant_id,total 1,90 2,80 3,70",
        seats="main,A,open,2 main,B,open,2 main,C,open,1",
        choices="1,main,1,A 2,main,1,C 3,main,1,C",
    )
    outcome = allocator.run(scenario)
    assert isinstance(outcome, Outcome)
    assert outcome.vacancies.rows() == TRUE
    return scenario, outcome


FALSE: dict[str, tuple[list[Vacant], str, list[str]]] = {
    "all left out": ([], "2 programmes with seats left are missing", ["A", "B"]),
    "one left out": (TRUE[:1], "1 programmes with seats left are missing", ["B"]),
    "a full programme": ([*TRUE, ("C", 1, 1)], "1 rows of the published vacancies are of programmes without", ["C"]),
    "one twice": ([TRUE[0], *TRUE], "1 rows of the published vacancies are of programmes without", ["A"]),
    "other seats": ([TRUE[0], ("B", 1, 1)], "1 published vacancies state other numbers", ["B"]),
    "others who would be taken": ([("A", 1, 2), TRUE[1]], "1 published vacancies state other numbers", ["A"]),
    "another order": (TRUE[::-1], "not in the order", []),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_vacancies_are_caught_and_named(place: tuple[Scenario, Outcome], name: str) -> None:
    scenario, outcome = place
    rows, said, named = FALSE[name]
    false = replace(outcome, vacancies=pl.DataFrame(rows, schema=VACANCIES_SCHEMA, orient="row"))
    (found,) = verify(scenario, false).breaches
    assert found.property == "P9"
    assert said in found.text()
    assert [witness["programme_id"] for witness in found.witnesses] == named


def test_a_file_emptied_together_with_its_digest_fails_verification(place: tuple[Scenario, Outcome]) -> None:
    scenario, outcome = place
    folder = scenario.path.parent / "results"
    outcome.write(folder)
    file, manifest = folder / "vacancies.csv", folder / "manifest.json"
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    told = json.loads(manifest.read_text(encoding="utf-8"))
    told["outputs"]["vacancies.csv"] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(told), encoding="utf-8")
    result = CliRunner().invoke(command, [str(folder), "--lang", "en"])
    assert result.exit_code == 4
    assert "2 programmes with seats left are missing in the published vacancies" in result.output
