"""Numbers as published: exact decimals without exponent or trailing zeros, and shares with their fraction."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

SHARE_PLACES = Decimal("0.000001")


def decimal_text(unscaled: int, scale: int) -> str:
    """unscaled / 10**scale as text: ``655``, ``12.5``, ``-0.25``."""
    if scale == 0:
        return str(unscaled)
    sign = "-" if unscaled < 0 else ""
    whole, fraction = divmod(abs(unscaled), 10**scale)
    digits = str(fraction).rjust(scale, "0").rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def share(numerator: int, denominator: int) -> dict[str, str | None]:
    """A share as a decimal string, rounded to six places, and as the exact fraction; no decimal of nothing."""
    rounded = None
    if denominator:
        rounded = str((Decimal(numerator) / Decimal(denominator)).quantize(SHARE_PLACES, ROUND_HALF_EVEN))
    return {"decimal": rounded, "fraction": f"{numerator}/{denominator}"}
