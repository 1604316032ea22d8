"""Whoever sits elsewhere than by the rules is noticed, whatever the change and however well it is published."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

import allocator
from allocator.outcome.outcome import ASSIGNMENTS_SCHEMA, Outcome
from allocator.scenario.scenario import Scenario
from allocator.verification import verify
from tests.oracle.generate import random_scenario
from tests.unit.verification.town import allocated, published, write_town

Row = tuple[str | int | None, ...]
CASES = sorted((Path(__file__).parents[2] / "cases" / "rules").glob("*"))
UNPLACED = (None, None, None, None)


def other_seats(scenario: Scenario) -> dict[str, list[Row]]:
    """All that an applicant could claim: every choice through every pool name, and nothing."""
    cohort, settings = scenario.cohort, scenario.settings
    names = [*settings.pools, "open", "reverted"]
    rows = cohort.choices
    seats: dict[str, list[Row]] = {i: [UNPLACED] for i in cohort.applicants.ids}
    columns = (rows.batch, rows.applicant, rows.number, rows.programme)
    for b, a, number, p in zip(*(column.tolist() for column in columns), strict=True):
        for pool in dict.fromkeys(names):
            seats[cohort.applicants.ids[a]].append((cohort.programmes.ids[p], settings.batches[b].name, pool, number))
    return seats


def changed(rng: random.Random, outcome: Outcome, seats: dict[str, list[Row]]) -> list[Row]:
    """One applicant elsewhere, or two who change places as far as their lists allow."""
    rows = outcome.assignments.rows()
    first, second = rng.sample(range(len(rows)), 2)
    new = list(rows)
    if rng.random() < 0.5:
        new[first] = (rows[first][0], *rng.choice(seats[rows[first][0]]))
    else:
        for mine, theirs in ((first, second), (second, first)):
            wanted = rows[theirs][1:4]
            found = [seat for seat in seats[rows[mine][0]] if seat[:3] == wanted]
            new[mine] = (rows[mine][0], *(found[0] if found else UNPLACED))
    return new


def check(scenario: Scenario, rng: random.Random, num_changes: int) -> Counter[str]:
    outcome, seats, breached = allocated(scenario), other_seats(scenario), Counter[str]()
    for _ in range(num_changes):
        rows = changed(rng, outcome, seats)
        if rows == outcome.assignments.rows():
            continue
        false = published(scenario, outcome, pl.DataFrame(rows, schema=ASSIGNMENTS_SCHEMA, orient="row"))
        certificate = verify(scenario, false)
        moved = [pair for pair in zip(outcome.assignments.rows(), rows, strict=True) if pair[0] != pair[1]]
        assert certificate.breaches, f"{scenario.path}: {moved}"
        breached.update({breach.property for breach in certificate.breaches})
    return breached


def test_every_random_change_in_made_towns_is_caught(tmp_path: Path) -> None:
    breached: Counter[str] = Counter()
    for seed in range(8):
        folder = tmp_path / str(seed)
        folder.mkdir()
        breached += check(allocator.load(write_town(folder, seed)), random.Random(seed), 25)
    assert {"P1", "P2", "P3", "P4", "P5", "P10"} <= set(breached), breached


def test_every_random_change_in_generated_scenarios_is_caught(tmp_path: Path) -> None:
    breached: Counter[str] = Counter()
    for seed in range(30):
        folder = tmp_path / str(seed)
        folder.mkdir()
        random_scenario(random.Random(f"verification {seed}"), folder)
        breached += check(allocator.load(folder), random.Random(seed), 5)
    assert {"P1", "P2", "P3", "P4", "P5", "P10"} <= set(breached), breached


@pytest.mark.skipif(not CASES, reason="the rule cases are not in this checkout")
def test_every_random_change_in_the_rule_cases_is_caught() -> None:
    breached: Counter[str] = Counter()
    for case in CASES:
        breached += check(allocator.load(case), random.Random(case.name), 6)
    assert {"P1", "P2", "P3", "P4", "P10"} <= set(breached), breached
