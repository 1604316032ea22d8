"""Sharing a whole number out by weights, exactly: every part whole, the parts adding up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal


def whole_shares(total: int, weights: Sequence[int]) -> list[int]:
    """Largest remainders of total · weight / Σ weights; equal remainders go to the earlier part.

    Without any weight all parts are 0.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def to_weight(share: Decimal) -> int:
    """A share as a whole weight, in millionths."""
    return int(share * 1_000_000)
