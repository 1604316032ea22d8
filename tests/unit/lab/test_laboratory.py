"""A variant in the laboratory is what loading the scenario with its values and running it gives."""

from __future__ import annotations

import random
from typing import Any

import pytest

import allocator
from allocator.lab.counts import counts_breaches
from allocator.lab.laboratory import Laboratory, Solved
from allocator.outcome.outcome import Outcome
from tests.unit.cli.console import EXAMPLE

VARIANTS: list[dict[str, Any]] = [
    {},
    {"guideline.general_share": "0.5"},
    {"guideline.general_share": "0.5", "guideline.tolerance": "0.1"},
    {"guideline.general_share": "0.51", "guideline.tolerance": "0.09"},
    {"guideline.enforce": "report"},
    {"guideline.basis": "applicants", "guideline.general_share": "0.4"},
    {"guideline": None},
    {"lottery_seed": "another"},
    {"pools.feeder.floor.below_line": "0"},
    {"pools.feeder.floor.below_line": "0.5"},
    {"pools.feeder.floor": None},
    {"pools.feeder.unfilled": "lapse"},
    {"pools.feeder.apportion.method": "largest_remainder"},
    {"pools.talent.group": "poor"},
    {"batches.main.order": "choice_first"},
    {"batches.main.order": "choice_first", "batches.main.choice_tier": "2"},
    {"batches.main.pools": ["feeder", "poor", "open"]},
    {"batches.vocational.band_width": "20"},
    {"rankings.exam.ties": "admit_all"},
    {"rankings.exam.tie_break": []},
]


def shown(outcome: Outcome) -> dict[str, Any]:
    tables = ("assignments", "lines", "floors", "feeder_seats", "vacancies")
    summary = {name: value for name, value in outcome.summary.items() if name != "indicators"}  # a run's last step
    return {**{name: getattr(outcome, name).to_dicts() for name in tables}, "summary": summary}


@pytest.fixture(scope="module")
def from_scratch() -> list[Outcome]:
    outcomes = [allocator.run(allocator.load(EXAMPLE, overrides)) for overrides in VARIANTS]
    assert len({outcome.assignments.write_csv() for outcome in outcomes if isinstance(outcome, Outcome)}) >= 8
    return [outcome for outcome in outcomes if isinstance(outcome, Outcome)]


@pytest.mark.parametrize("seed", range(3))
def test_variants_in_any_order_equal_runs_from_scratch(from_scratch: list[Outcome], seed: int) -> None:
    laboratory = Laboratory(allocator.load(EXAMPLE))
    order = list(range(len(VARIANTS))) * 2
    random.Random(seed).shuffle(order)
    same: dict[str, str] = {}
    for i in order:
        scenario = laboratory.scenario(VARIANTS[i])
        assert scenario.effective == allocator.load(EXAMPLE, VARIANTS[i]).effective
        solved = laboratory.solve(scenario)
        assert isinstance(solved, Solved)
        outcome = solved.outcome()
        assert shown(outcome) == shown(from_scratch[i])
        assert not list(counts_breaches(scenario, outcome))
        assert not allocator.verify(scenario, outcome).breaches
        if solved.same is not None:
            told = outcome.assignments.write_csv() + outcome.lines.write_csv()
            assert same.setdefault(solved.same, told) == told
    assert len(same) < len(VARIANTS), "some variants have the same outcome, and are known to"


def test_a_variant_with_wrong_values_is_refused() -> None:
    laboratory = Laboratory(allocator.load(EXAMPLE))
    with pytest.raises(allocator.InputError, match=r"guideline\.general_share"):
        laboratory.check({"guideline.general_share": "60"})
    with pytest.raises(allocator.InputError, match="names no item"):
        laboratory.scenario({"batches.nowhere.order": "banded"})


def test_counts_catch_an_outcome_that_does_not_add_up() -> None:
    from dataclasses import replace

    import polars as pl

    scenario = allocator.load(EXAMPLE)
    outcome = allocator.run(scenario)
    assert isinstance(outcome, Outcome)
    fewer = outcome.lines.with_columns(pl.col("seats") - 1)
    moved = outcome.assignments.with_columns(pl.col("programme_id").shift(1))
    step = replace(outcome.control_line_steps[-1], general={"": 17})
    false = {
        "P2": replace(outcome, lines=outcome.lines.with_columns(pl.col("admitted") + 1)),
        "P7": replace(outcome, control_line_steps=(step,)),
        "P1": replace(outcome, assignments=moved),
    }
    for name, wrong in false.items():
        assert name in {breach.property for breach in counts_breaches(scenario, wrong)}
    strict = scenario.replace({"rankings.art.ties": "lottery"})
    assert "P2" in {breach.property for breach in counts_breaches(strict, replace(outcome, lines=fewer))}
