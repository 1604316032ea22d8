"""The smallest change of one lever that meets a target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from allocator.lab.exact import exact
from allocator.lab.measure import Measured
from allocator.lab.sweep_settings import Figure, Find
from allocator.lab.values import Value, number_of, values_of
from allocator.scenario.scenario import Scenario

Measure = Callable[[Sequence[Mapping[str, Value]]], list[Measured]]


@dataclass(frozen=True)
class Found:
    """What came of the search."""

    find: Find
    baseline: Value  # of the lever; None where the baseline does not set it
    value: Value  # the one that is nearest and meets the target
    reached: Fraction | None  # the figure there; None where no value meets the target
    tried: tuple[tuple[Value, Fraction | None], ...]  # nearest first, with the figure; None where there is no outcome


def search(find: Find, scenario: Scenario, measure: Measure, num_workers: int) -> Found:
    """Try the values of the lever, nearest to the baseline's first, until one meets the target.

    Nothing is assumed about how the figure moves with the lever, so no nearer value of the given ones meets it.
    """
    baseline = written_value(scenario.effective, find.by)
    target = find.target
    tried: list[tuple[Value, Fraction | None]] = []
    values = nearest_first(values_of(find.within), baseline)
    for start in range(0, len(values), num_workers):
        together = values[start : start + num_workers]
        results = measure([{**find.set, find.by: value} for value in together])
        for value, result in zip(together, results, strict=True):
            reached = figure_in(result.frame(), target.figure)
            tried.append((value, reached))
            if reached is not None and target.is_met(reached):
                return Found(find, baseline, value, reached, tuple(tried))
    return Found(find, baseline, None, None, tuple(tried))


def nearest_first(values: list[Value], baseline: Value) -> list[Value]:
    """Numbers by their distance from the baseline's, the smaller of two first; other values as they are written."""
    numbers, base = [number_of(value) for value in values], number_of(baseline)
    if base is None or any(number is None for number in numbers):
        return values

    def distance(i: int) -> tuple[Decimal, Decimal]:
        number = numbers[i]
        assert number is not None  # seen above
        assert base is not None
        return abs(number - base), number

    return [values[i] for i in sorted(range(len(values)), key=distance)]


def figure_in(rows: pl.DataFrame, figure: Figure) -> Fraction | None:
    """The value of a figure among the rows of one variant."""
    here = rows.filter(
        (pl.col("indicator") == figure.indicator)
        & (pl.col("group_by") == figure.group_by)
        & (pl.col("group") == figure.group)
    )
    if not here.height:
        return None
    return exact(here["numerator"][0], here["denominator"][0], here["value"][0])


def written_value(effective: Mapping[str, Any], path: str) -> Value:
    """The value of the scenario at a path, as `--set` names it; None where it has none."""
    value: Any = effective
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list):
            named = [item for item in value if isinstance(item, Mapping) and item.get("name") == part]
            value = named[0] if named else value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            return None
    found: Value = value
    return found
