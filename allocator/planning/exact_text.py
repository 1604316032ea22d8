"""Exact numbers as text."""

from __future__ import annotations

import math
from fractions import Fraction


def decimal(value: Fraction, places: int = 6) -> str:
    """A number as a plain decimal, rounded half up where it has more places."""
    scaled = math.floor(abs(value) * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    digits = str(rest).rjust(places, "0").rstrip("0")
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
