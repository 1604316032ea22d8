"""Differences as people read them: with their sign, and those of shares in percentage points."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from allocator.errors import Translate
from allocator.lab.exact import exact
from allocator.reports.numbers import NOTHING, PERCENT_PLACES, PLACES


def signed(number: int) -> str:
    """A difference of counts."""
    return f"{number:+,}" if number else "0"


def signed_decimal(number: Decimal) -> str:
    """A difference of scores."""
    return f"{number:+f}" if number else "0"


def share_difference(difference: Fraction, translate: Translate) -> str:
    """A difference of shares in percentage points (百分点)."""
    if not difference:
        return "0"
    return translate("{points} pp").format(points=_rounded(difference * 100, PERCENT_PLACES))


def difference_text(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, translate: Translate) -> str:
    """After − before of two rows of the indicators; a dash where one has no value.

    Shares that are no fractions of whole numbers are not shown as percentages, and their differences not in points.
    """
    if before is None or after is None:
        return NOTHING
    was, now = (exact(row["numerator"], row["denominator"], row["value"]) for row in (before, after))
    if was is None or now is None:
        return NOTHING
    if before["unit"] == "share" and before["numerator"] is not None and after["numerator"] is not None:
        return share_difference(now - was, translate)
    return signed(int(now - was)) if (now - was).denominator == 1 else _rounded(now - was, PLACES)


def _rounded(number: Fraction, places: Decimal) -> str:
    """A number that is not 0 but rounds to it keeps its sign: ``-0.00``."""
    value = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(places, ROUND_HALF_EVEN)
    return f"{value:+,f}"
