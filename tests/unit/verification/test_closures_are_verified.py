"""R10, `min_open`: what is false about closures is found, whether in the assignments or in what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import allocator
from allocator.outcome.outcome import CLOSURES_SCHEMA, Outcome
from allocator.scenario.scenario import Scenario
from allocator.verification import verify
from tests.unit.verification.small import small_scenario, with_rows


@pytest.fixture
def place(tmp_path: Path) -> tuple[Scenario, Outcome]:
    """Four classes: D never lacks anybody; of A, B and C, closing B alone places everybody; the simple rule closes
    A first, then B."""
    small_scenario(
        tmp_path,
        applicants="applicant_id,total 1,90 2,80 3,70 4,60 5,50",
        seats="main,A,open,5 main,B,open,5 main,C,open,5 main,D,open,5",
        choices="1,main,1,A 2,main,1,B 2,main,2,A 3,main,1,B 3,main,2,C 4,main,1,C 5,main,1,D",
    )
    (tmp_path / "programmes.csv").write_text(
        "programme_id,track,min_open\nA,vocational,2\nB,vocational,3\nC,vocational,2\nD,vocational,1\n",
        encoding="utf-8",
    )
    scenario = allocator.load(tmp_path)
    outcome = allocator.run(scenario)
    assert isinstance(outcome, Outcome)
    return scenario, outcome


def closures(outcome: Outcome, *rows: tuple[str, int, int, bool, bool]) -> Outcome:
    frame = pl.DataFrame(list(rows), schema=CLOSURES_SCHEMA, orient="row")
    told: Any = dict(outcome.summary["closures"])
    told["closed"] = frame.filter("closed")["programme_id"].to_list()
    told["candidates"] = frame.height
    told["simple_rule"] = {
        **told["simple_rule"],
        "closed": frame.filter("closed_by_simple_rule")["programme_id"].to_list(),
    }
    return replace(outcome, closures=frame, summary={**outcome.summary, "closures": told})


def told(outcome: Outcome, key: str, value: object) -> Outcome:
    return replace(outcome, summary={**outcome.summary, "closures": {**outcome.summary["closures"], key: value}})


def admitted(scenario: Scenario, outcome: Outcome, *rows: str) -> Outcome:
    """Other assignments, and the same told of closures."""
    other = with_rows(scenario, outcome, *rows)
    return replace(other, summary={**other.summary, "closures": outcome.summary["closures"]})


TRUE = (("A", 2, 1, False, True), ("B", 3, 2, True, True), ("C", 2, 1, False, True))
FALSE: dict[str, Callable[[Outcome], Outcome]] = {
    "a candidate is left out": lambda o: closures(o, *TRUE[:2]),
    "a programme that is large enough is a candidate": lambda o: closures(o, *TRUE, ("D", 1, 1, False, False)),
    "another least size": lambda o: closures(o, ("A", 3, 1, False, True), *TRUE[1:]),
    "another number if all open": lambda o: closures(o, ("A", 2, 2, False, True), *TRUE[1:]),
    "the simple rule closes less": lambda o: closures(o, ("A", 2, 1, False, False), *TRUE[1:]),
    "a programme that is none": lambda o: closures(o, *TRUE, ("E", 2, 1, False, False)),
    "a row twice": lambda o: closures(o, *TRUE, TRUE[2]),
    "no rows": lambda o: closures(o),
    "more placed than there are": lambda o: told(o, "placed", 6),
    "a bound below the placed": lambda o: told(o, "bound", 4),
    "proven below the bound": lambda o: told(o, "bound", 6),
    "the simple rule places as many": lambda o: told(o, "simple_rule", {"closed": ["A", "B", "C"], "placed": 5}),
    "nothing told": lambda o: replace(o, summary={k: v for k, v in o.summary.items() if k != "closures"}),
    "text for a number": lambda o: told(o, "bound", "5"),
}


def properties_breached(scenario: Scenario, outcome: Outcome) -> set[str]:
    return {breach.property for breach in verify(scenario, outcome).breaches}


def test_the_true_outcome_closes_one_class_and_passes(place: tuple[Scenario, Outcome]) -> None:
    scenario, outcome = place
    assert outcome.closures.rows() == list(TRUE)
    assert outcome.summary["admitted"] == 5
    assert properties_breached(scenario, outcome) == set()


@pytest.mark.parametrize("change", FALSE.values(), ids=FALSE)
def test_a_false_word_about_closures_is_found(
    place: tuple[Scenario, Outcome], change: Callable[[Outcome], Outcome]
) -> None:
    scenario, outcome = place
    assert "P9" in properties_breached(scenario, change(outcome))


def test_a_closed_programme_that_admits_is_found(place: tuple[Scenario, Outcome]) -> None:
    scenario, outcome = place
    rows = ["1 A main open 1", "2 A main open 2", "3 B main open 1", "4 C main open 1", "5 D main open 1"]
    assert {"P2", "P9"} <= properties_breached(scenario, admitted(scenario, outcome, *rows))


def test_an_open_programme_under_its_least_size_is_found(place: tuple[Scenario, Outcome]) -> None:
    scenario, outcome = place
    all_open = admitted(
        scenario, outcome, "1 A main open 1", "2 B main open 1", "3 B main open 1", "4 C main open 1", "5 D main open 1"
    )
    nothing = tuple((name, least, admitted, False, rule) for name, least, admitted, _, rule in TRUE)
    assert "P9" in properties_breached(scenario, closures(all_open, *nothing))


def test_a_class_that_was_closed_without_need_is_found(place: tuple[Scenario, Outcome]) -> None:
    """Everything is consistent with A, B and C closed, but A and C could have opened."""
    scenario, outcome = place
    needless = admitted(scenario, outcome, "5 D main open 1")
    needless = closures(needless, *((name, least, admitted, True, rule) for name, least, admitted, _, rule in TRUE))
    texts = [breach.text() for breach in verify(scenario, needless).breaches]
    assert any("could have opened alone" in text for text in texts), texts
