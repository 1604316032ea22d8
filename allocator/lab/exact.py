"""Exact figures of indicators, and their differences as text."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from allocator.outcome.decimals import SHARE_PLACES


def exact(numerator: int | None, denominator: int | None, value: float | None) -> Fraction | None:
    """The value of an indicator: the fraction where the table has it, else the decimal that was published."""
    if numerator is not None and denominator:
        return Fraction(numerator, denominator)
    return None if value is None else Fraction(str(value))


def rounded(number: Fraction) -> str:
    """Rounded half to even at six places, without trailing zeros, as every published share."""
    quotient = Decimal(number.numerator) / Decimal(number.denominator)
    text = f"{quotient.quantize(SHARE_PLACES, ROUND_HALF_EVEN):f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
