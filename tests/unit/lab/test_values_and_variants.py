"""Values of levers are exact, and variants are all combinations, once each."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.lab.sweep_settings import SweepSettings, figure_of, target_of
from allocator.lab.values import WrongValuesError, values_of
from allocator.lab.variants import variants
from allocator.scenario.document import Document


def test_a_range_has_every_step_exactly() -> None:
    values = values_of({"from": "0.5", "to": "0.7", "step": "0.01"})
    assert len(values) == 21
    assert values[:3] == ["0.5", "0.51", "0.52"]
    assert values[-1] == "0.7", "floating-point steps would end at 0.6900000000000002"


def test_a_range_may_fall_and_may_miss_its_end() -> None:
    assert values_of({"from": "10", "to": "1", "step": "-4"}) == ["10", "6", "2"]


@given(
    st.decimals(-100, 100, places=3),
    st.integers(0, 40),
    st.decimals("0.001", 10, places=3).filter(lambda step: step > 0),
)
def test_every_value_of_a_range_is_a_whole_number_of_steps_from_its_start(
    start: Decimal, count: int, step: Decimal
) -> None:
    end = start + count * step
    values = values_of({"from": f"{start:f}", "to": f"{end:f}", "step": f"{step:f}"})
    assert [Decimal(str(value)) for value in values] == [start + i * step for i in range(count + 1)]


def test_seeds_are_counted_from_one_or_from_the_first() -> None:
    assert values_of({"seeds": "3"}) == ["1", "2", "3"]
    assert values_of({"seeds": "2", "first": "2026"}) == ["2026", "2027"]


def test_other_things_are_values_themselves() -> None:
    assert values_of("0.6") == ["0.6"]
    assert values_of([["open", "feeder"], ["feeder", "open"]]) == [["open", "feeder"], ["feeder", "open"]]
    assert values_of({"score": "400"}) == [{"score": "400"}]


@pytest.mark.parametrize(
    "written",
    [
        [],
        {"from": "1", "to": "2", "step": "0"},
        {"from": "1", "to": "2", "step": "-1"},
        {"from": "1", "to": "6:4"},
        {"from": "0", "to": "1", "step": "0.0000001"},
        {"seeds": "0"},
        {"seeds": "1.5"},
    ],
)
def test_values_that_lead_nowhere_are_refused(written: Any) -> None:
    with pytest.raises(WrongValuesError):
        values_of(written)


def settings(**values: Any) -> SweepSettings:
    return SweepSettings.model_validate({"name": "x", "baseline": "x", **values})


def made(chosen: SweepSettings) -> list[dict[str, Any]]:
    document = Document({}, {}, [Path("sweep.yaml")])
    return [dict(variant.overrides) for variant in variants(chosen, document)]


def test_grids_multiply_and_follow_one_another_and_the_baseline_is_first() -> None:
    found = made(settings(vary=[{"a": ["1", "2"], "b": ["3", "4"]}, {"c": "5"}]))
    assert found == [
        {},
        *({"a": a, "b": b} for a in "12" for b in "34"),
        {"c": "5"},
    ]


def test_a_mapping_alone_is_one_grid() -> None:
    assert made(settings(vary={"a": ["1", "2"]})) == [{}, {"a": "1"}, {"a": "2"}]


def test_a_combination_that_stands_in_two_grids_is_run_once() -> None:
    assert made(settings(vary=[{"a": ["1", "2"]}, {"a": "2"}], tornado={"a": ["2", "3"]})) == [
        {},
        {"a": "1"},
        {"a": "2"},
        {"a": "3"},
    ]


def test_every_point_is_repeated_with_the_same_repeats() -> None:
    chosen = settings(vary={"a": "1"}, repeat={"seed": {"seeds": "2"}})
    document = Document({}, {}, [Path("sweep.yaml")])
    assert [(v.point, v.overrides) for v in variants(chosen, document)] == [
        (0, {"seed": "1"}),
        (0, {"seed": "2"}),
        (1, {"a": "1", "seed": "1"}),
        (1, {"a": "1", "seed": "2"}),
    ]


def test_targets_and_figures_are_read() -> None:
    target = target_of("general_share <= 60%")
    assert target.figure.indicator == "general_share_flow"
    assert target.is_met(target.bound)
    assert not target.is_met(target.bound + 1)
    assert target_of("first_choice_rate ≥ 0.5").is_met(target.bound)
    assert figure_of("first_choice_rate[area=A B]").group == "A B"
