"""Nothing is explained from an outcome that contradicts itself: the explanation would be a lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import allocator
from allocator.explanation import ContradictionError, explain

EXAMPLE = Path(__file__).parent / "example"
Corruption = Callable[[allocator.Outcome], allocator.Outcome]


@cache
def example() -> tuple[allocator.Scenario, allocator.Outcome]:
    scenario = allocator.load(EXAMPLE)
    outcome = allocator.run(scenario)
    assert isinstance(outcome, allocator.Outcome)
    return scenario, outcome


def in_lines(batch: str, programme: str, pool: str, **values: object) -> Corruption:
    here = (pl.col("batch") == batch) & (pl.col("programme_id") == programme) & (pl.col("pool") == pool)

    def corrupt(outcome: allocator.Outcome) -> allocator.Outcome:
        assert outcome.lines.filter(here).height == 1
        columns = [pl.when(here).then(pl.lit(v)).otherwise(pl.col(k)).alias(k) for k, v in values.items()]
        return replace(outcome, lines=outcome.lines.with_columns(columns))

    return corrupt


def assigned(applicant: str, **values: object) -> Corruption:
    here = pl.col("applicant_id") == applicant

    def corrupt(outcome: allocator.Outcome) -> allocator.Outcome:
        columns = [pl.when(here).then(pl.lit(v)).otherwise(pl.col(k)).alias(k) for k, v in values.items()]
        return replace(outcome, assignments=outcome.assignments.with_columns(columns))

    return corrupt


def with_floors(**values: object) -> Corruption:
    columns = [pl.lit(value).alias(name) for name, value in values.items()]
    return lambda outcome: replace(outcome, floors=outcome.floors.with_columns(columns))


def without_floors(outcome: allocator.Outcome) -> allocator.Outcome:
    return replace(outcome, floors=outcome.floors.clear())


def without_control_line(outcome: allocator.Outcome) -> allocator.Outcome:
    return replace(outcome, control_line_steps=outcome.control_line_steps[:1])


@pytest.mark.parametrize(
    ("applicant", "corruption"),
    [
        ("0006", in_lines("main", "G1", "open", line="629")),
        ("0006", in_lines("main", "G1", "open", admitted=1)),
        ("0006", in_lines("main", "G1", "open", seats=3)),  # a free seat would have admitted this applicant
        ("0019", in_lines("main", "G2", "reverted", seats=0)),
        ("0017", in_lines("main", "G2", "reverted", seats=2)),
        ("0017", assigned("0017", programme_id="G2", batch="main", pool="reverted", choice=1)),
        ("0001", assigned("0001", programme_id=None, batch=None, pool=None, choice=None)),
        ("0003", assigned("0003", pool="open")),
        ("0014", assigned("0014", choice=2)),
        ("0018", assigned("0018", batch="supplementary")),
        ("0005", with_floors(floor="500")),
        ("0005", with_floors(provisional_line="600")),
        ("0005", without_floors),
        ("0018", without_control_line),  # priority 9 would have admitted this applicant to G3
    ],
)
def test_a_corrupted_outcome_is_not_explained(applicant: str, corruption: Corruption) -> None:
    scenario, outcome = example()
    explain(scenario, outcome, applicant)
    with pytest.raises(ContradictionError) as caught:
        explain(scenario, corruption(outcome), applicant)
    assert caught.value.exit_code == 4
    assert "allocator verify" in str(caught.value)
