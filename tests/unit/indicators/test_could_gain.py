"""Who is counted as able to gain by another list does gain: the run is repeated with that list."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import allocator
from allocator.indicators.facts import facts
from allocator.indicators.refusals import could_gain, refusals
from allocator.scenario.indicator_settings import IndicatorSettings
from tests.oracle.generate import write_scenario
from tests.oracle.random_settings import Settings
from tests.oracle.random_tables import Row
from tests.unit.indicators.hand_city import outcome_of

NUM_CASES = 25
NUM_LONG_CASES = 1_000


def one_batch(rng: random.Random) -> tuple[Settings, dict[str, list[Row]]]:
    """Open pools, one ranking, one batch with tiers; few seats, few scores."""
    programmes = [f"P{i}" for i in range(rng.randint(2, 4))]
    batch: Settings = {
        "name": "main",
        "ranking": "exam",
        "pools": ["open"],
        "order": rng.choice(["choice_first", "banded"]),
    }
    if batch["order"] == "banded":
        batch["band_width"] = rng.choice([2, 3, 5])
    if rng.random() < 0.5:
        batch["choice_tier"] = 2
    settings: Settings = {
        "version": 1,
        "name": "tiers",
        "lottery_seed": str(rng.random()),
        "rankings": {"exam": {"score": "total", "ties": rng.choice(["lottery", "admit_all"])}},
        "batches": [batch],
    }
    people = [f"{i:02d}" for i in range(rng.randint(5, 12))]
    tables: dict[str, list[Row]] = {
        "applicants": [{"applicant_id": a, "total": str(rng.randint(0, 12))} for a in people],
        "programmes": [{"programme_id": p, "track": "general"} for p in programmes],
        "seats": [
            {"batch": "main", "programme_id": p, "pool": "open", "seats": str(rng.randint(0, 3))} for p in programmes
        ],
        "choices": [row for a in people for row in rows_of(a, rng.sample(programmes, rng.randint(1, len(programmes))))],
    }
    return settings, tables


def rows_of(applicant: str, programmes: list[str]) -> list[Row]:
    return [
        {"applicant_id": applicant, "batch": "main", "choice": str(i + 1), "programme_id": p}
        for i, p in enumerate(programmes)
    ]


def count_gains(first_seed: int, num_cases: int, folder: Path) -> int:
    """Every applicant who is counted gets something better by one of the refused programmes put first."""
    num_gains = 0
    for seed in range(first_seed, first_seed + num_cases):
        settings, tables = one_batch(random.Random(seed))
        write_scenario(folder / f"{seed}", settings, tables)
        scenario = allocator.load(folder / f"{seed}")
        outcome = outcome_of(scenario)
        known = facts(scenario, outcome, IndicatorSettings())
        [refused] = refusals(known)
        for applicant in np.flatnonzero(could_gain(known, refused)).tolist():
            name = scenario.cohort.applicants.ids[applicant]
            above = [
                scenario.cohort.programmes.ids[p] for p in refused.programme[refused.applicant == applicant].tolist()
            ]
            mine = [row["programme_id"] for row in tables["choices"] if row["applicant_id"] == name]
            others = [row for row in tables["choices"] if row["applicant_id"] != name]
            got = []
            for first in above:
                new = rows_of(name, [first, *(p for p in mine if p != first)])
                place = folder / f"{seed} {name} {first}"
                write_scenario(place, settings, {**tables, "choices": [*others, *new]})
                got.append(outcome_of(allocator.load(place)).assignments.filter(applicant_id=name)["programme_id"][0])
            assert any(now == first for now, first in zip(got, above, strict=True)), (seed, name)
            num_gains += 1
    return num_gains


def test_who_is_counted_gets_a_refused_programme_by_listing_it_first(tmp_path: Path) -> None:
    assert count_gains(0, NUM_CASES, tmp_path) >= NUM_CASES / 5


@pytest.mark.long
def test_who_is_counted_gets_a_refused_programme_by_listing_it_first_in_many_markets(tmp_path: Path) -> None:
    count_gains(10_000, NUM_LONG_CASES, tmp_path)


def test_where_the_score_decides_alone_nobody_is_counted(tmp_path: Path) -> None:
    settings, tables = one_batch(random.Random(1))
    settings["batches"][0] = {"name": "main", "ranking": "exam", "pools": ["open"]}
    write_scenario(tmp_path / "scores", settings, tables)
    scenario = allocator.load(tmp_path / "scores")
    outcome = outcome_of(scenario)
    known = facts(scenario, outcome, IndicatorSettings())
    assert outcome.assignments.filter(pl.col("choice") > 1).height > 0
    assert not could_gain(known, refusals(known)[0]).any()
