"""Indicators of several outcomes beside each other, with their differences from the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from allocator.indicators import INDICATORS
from allocator.lab.exact import exact, rounded
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario

_KEY = ("indicator", "group_by", "group")
_FIGURES = ("numerator", "denominator", "value")


@dataclass(frozen=True)
class Side:
    """One of the outcomes that are compared, under the name it is shown by."""

    name: str
    scenario: Scenario
    outcome: Outcome


def side_by_side(names: Sequence[str], tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Every indicator of any of the outcomes: one row, with the values and differences of all.

    Columns: ``family``, ``indicator``, ``group_by``, ``group``, ``unit``; for each side ``value NAME``, and for all but
    the first ``difference NAME`` (from the first, exact, rounded to six places) and ``change NAME`` (``better``,
    ``worse``, or ``differs`` where neither can be said; null where nothing changed or a value is missing).

    Args:
        tables: of each side, INDICATORS_SCHEMA.
    """
    joined = tables[0].select("family", *_KEY, "unit", *(pl.col(name).alias(f"{name} 0") for name in _FIGURES))
    for i, table in enumerate(tables[1:], start=1):
        other = table.select("family", *_KEY, "unit", *(pl.col(name).alias(f"{name} {i}") for name in _FIGURES))
        joined = joined.join(
            other, on=["family", *_KEY, "unit"], how="full", coalesce=True, maintain_order="left_right"
        )
    place = {name: i for i, name in enumerate(INDICATORS)}
    # Rows that only a later outcome has stand at the end: beside those of the same indicator they are found.
    joined = joined.sort(pl.col("indicator").replace_strict(place), maintain_order=True)
    columns: list[pl.Series] = []
    first = _exact_values(joined, 0)
    for i, name in enumerate(names):
        values = first if i == 0 else _exact_values(joined, i)
        columns.append(pl.Series(f"value {name}", [_text(value) for value in values], dtype=pl.String))
        if i > 0:
            pairs = list(zip(first, values, strict=True))
            differences = [None if a is None or b is None else b - a for a, b in pairs]
            changes = [_change(*row) for row in zip(joined["indicator"], differences, strict=True)]
            columns.append(pl.Series(f"difference {name}", [_text(d) for d in differences], dtype=pl.String))
            columns.append(pl.Series(f"change {name}", changes, dtype=pl.String))
    return joined.select("family", *_KEY, "unit").with_columns(columns)


def _exact_values(joined: pl.DataFrame, i: int) -> list[Fraction | None]:
    return [exact(*row) for row in joined.select(*(f"{name} {i}" for name in _FIGURES)).iter_rows()]


def _text(value: Fraction | None) -> str | None:
    return None if value is None else rounded(value)


def _change(indicator: str, difference: Fraction | None) -> str | None:
    if not difference:
        return None
    higher_is = INDICATORS[indicator].higher_is
    if higher_is == "neither":
        return "differs"
    return "better" if (difference > 0) == (higher_is == "better") else "worse"
