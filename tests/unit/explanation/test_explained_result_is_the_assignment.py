"""P9 and P10, seen by one applicant: what lines and objectives decide is what the assignment says, for everybody."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import allocator
from allocator.explanation import Admission, Explanation, as_json, as_text, explain
from allocator.language import translator
from tests.oracle.generate import random_scenario
from tests.oracle.random_optimal_scenarios import random_optimal_scenario

CASES = Path(__file__).resolve().parents[2] / "cases" / "rules"
NUM_GENERATED = 60
NUM_OPTIMAL = 90


def case_folders() -> list[Path]:
    return sorted(folder for folder in CASES.iterdir() if (folder / "scenario.yaml").is_file())


def explained(folder: Path) -> Iterator[tuple[Explanation, Admission | None]]:
    """Everybody's explanation, beside the assignment; nobody's where a batch is infeasible."""
    scenario = allocator.load(folder)
    outcome = allocator.run(scenario)
    if isinstance(outcome, allocator.Outcome):
        yield from explained_outcome(scenario, outcome)


def explained_outcome(
    scenario: allocator.Scenario, outcome: allocator.Outcome
) -> Iterator[tuple[Explanation, Admission | None]]:
    for row in outcome.assignments.iter_rows(named=True):
        assigned = None
        if row["programme_id"] is not None:
            assigned = Admission(row["batch"], row["programme_id"], row["pool"], row["choice"])
        yield explain(scenario, outcome, row["applicant_id"]), assigned


def check(explanation: Explanation, assigned: Admission | None) -> Iterator[str]:
    """The explanation gives the assignment, and a complete reason for every choice above it; yields what it found."""
    assert explanation.admission == assigned
    judged = [(b, c) for b in explanation.batches for c in b.choices if c.result != "not_reached"]
    not_reached = [(b, c) for b in explanation.batches for c in b.choices if c.result == "not_reached"]
    # Choices that count alike stand in any order beside the one that was given.
    judged.sort(key=lambda bc: (explanation.batches.index(bc[0]), bc[1].result == "admitted"))
    assert [c.result for _, c in judged[:-1]] == ["refused"] * len(judged[:-1])
    if assigned is None:
        assert not_reached == []
        assert all(c.result == "refused" for _, c in judged)
    else:
        batch, choice = judged[-1]
        assert (choice.result, choice.pools[-1].is_admitted) == ("admitted", True)
        assert (batch.batch, choice.programme_id) == (assigned.batch, assigned.programme_id)
        assert (choice.pools[-1].pool, choice.choice) == (assigned.pool, assigned.choice)
    for _, choice in judged:
        refused = choice.pools[:-1] if choice.result == "admitted" else choice.pools
        assert choice.reasons or all(pool.reasons and not pool.is_admitted for pool in refused)
        assert choice.reasons or choice.pools
        assert not (choice.reasons and choice.result == "admitted")
        yield from (reason.reason for reason in choice.reasons)
        for pool in choice.pools:
            yield from (reason.reason for reason in pool.reasons)
            orders = [step.order for step in pool.compared]
            assert set(orders[:-1]) <= {"equal"}
            assert ("below_line" in [r.reason for r in pool.reasons]) == (orders[-1:] == ["worse"])
            yield from (f"by {step.criterion}" for step in pool.compared[-1:] if step.order != "equal")
    yield "admitted" if assigned else "unplaced"
    for language in ("en", "zh"):
        text = as_text(explanation, translator(language))
        assert explanation.applicant_id in text
        assert "{" not in text
    json.dumps(as_json(explanation))


@pytest.mark.parametrize("folder", case_folders(), ids=lambda folder: folder.name)
def test_in_every_rule_case_the_explained_result_is_the_assignment(folder: Path) -> None:
    for explanation, assigned in explained(folder):
        list(check(explanation, assigned))


def test_in_generated_scenarios_the_explained_result_is_the_assignment(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for seed in range(NUM_GENERATED):
        folder = tmp_path / str(seed)
        folder.mkdir()
        random_scenario(random.Random(seed), folder)
        for explanation, assigned in explained(folder):
            found.update(check(explanation, assigned))
    interesting = {
        "admitted",
        "unplaced",
        "no_score",
        "below_min_score",
        "below_control_line",
        "not_in_group",
        "below_floor",
        "no_feeder_school",
        "no_seats",
        "nothing_reverted",
        "below_line",
        "by score",
        "by tie_breaker",
        "by tier",
        "by band",
        "by lottery",
    }
    assert interesting - set(found) == set()


def test_in_generated_scenarios_with_objectives_too(tmp_path: Path) -> None:
    """And the published number of those whom each vacancy would take is that of those who are told of it."""
    found: Counter[str] = Counter()
    for seed in range(NUM_OPTIMAL):
        random_optimal_scenario(random.Random(seed), tmp_path / str(seed))
        scenario = allocator.load(tmp_path / str(seed))
        outcome = allocator.run(scenario)
        if not isinstance(outcome, allocator.Outcome):
            found["infeasible"] += 1
            continue
        told: Counter[str] = Counter()
        for explanation, assigned in explained_outcome(scenario, outcome):
            found.update(check(explanation, assigned))
            told.update(vacancy.programme_id for vacancy in explanation.vacancies)
            found.update(f"takes part: {b.reassignment.takes_part}" for b in explanation.batches if b.reassignment)
        assert told == Counter(dict(outcome.vacancies.select("programme_id", "would_take").iter_rows()))
        found["told of vacancies"] += told.total()
    interesting = {
        "all_taken",
        "did_not_open",
        "guideline_reached",
        "cap_reached",
        "objectives_decided",
        "takes part: True",
        "takes part: False",
        "told of vacancies",
    }
    assert {name for name in interesting if found[name] < 3} == set()
