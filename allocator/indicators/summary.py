"""The indicators of the whole city as a summary publishes them (formats.md, section 3)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import polars as pl

from allocator.indicators.table import indicators
from allocator.outcome.decimals import SHARE_PLACES, share
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario


def city_indicators(scenario: Scenario, outcome: Outcome) -> dict[str, dict[str, str | None]]:
    """By name: ``decimal``, rounded to six places, with the exact ``fraction`` where there is one; or why it is
    ``absent``."""
    table = indicators(scenario, outcome).filter(pl.col("group_by") == "")
    return {row["indicator"]: _published(row) for row in table.iter_rows(named=True)}


def _published(row: dict[str, Any]) -> dict[str, str | None]:
    numerator, denominator = row["numerator"], row["denominator"]
    if row["value"] is None:
        return {"absent": row["absent"]}
    if numerator is None:
        return {"decimal": str(Decimal(repr(row["value"])).quantize(SHARE_PLACES, ROUND_HALF_EVEN))}
    if denominator == 1:
        return {"decimal": str(numerator), "fraction": f"{numerator}/1"}
    return share(numerator, denominator)
