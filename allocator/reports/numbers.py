"""Numbers as people read them: shares as percentages, counts with separators, everything from exact values."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

NOTHING = "–"
PERCENT_PLACES = Decimal("0.01")
PLACES = Decimal("0.0001")


def percent(numerator: int, denominator: int) -> str:
    """A share as a percentage with two places; a dash where there is nothing to divide by."""
    if denominator == 0:
        return NOTHING
    share = Decimal(numerator) * 100 / Decimal(denominator)
    return f"{share.quantize(PERCENT_PLACES, ROUND_HALF_EVEN)}%"


def published_share(share: Mapping[str, Any]) -> str:
    """A share of the summary as a percentage."""
    numerator, denominator = (int(part) for part in str(share["fraction"]).split("/"))
    return percent(numerator, denominator)


def indicator_text(row: Mapping[str, Any]) -> str:
    """The value of a row of the indicators; a dash where there is none."""
    if row["value"] is None:
        return NOTHING
    if row["numerator"] is None:
        return f"{Decimal(row['value']).quantize(PLACES, ROUND_HALF_EVEN)}"
    if row["unit"] == "share":
        return percent(row["numerator"], row["denominator"])
    value = Decimal(row["numerator"]) / Decimal(row["denominator"])
    if value == value.to_integral_value():
        return f"{int(value):,}"
    return f"{value.quantize(PLACES, ROUND_HALF_EVEN)}"
