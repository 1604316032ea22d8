"""Names and identifiers in a public notice: enough for those concerned to find themselves, no more."""

from __future__ import annotations

SHOWN = 4  # last characters of an identifier
HIDDEN = "*"


def masked_identifier(identifier: str) -> str:
    """The last four characters, and of a short identifier at most half."""
    shown = min(SHOWN, len(identifier) // 2)
    return HIDDEN * (len(identifier) - shown) + identifier[len(identifier) - shown :]


def masked_name(name: str) -> str:
    """The first character, mostly the family name; whatever the length, one or two signs stand for the rest."""
    name = name.strip()
    return name[:1] + HIDDEN * min(max(len(name) - 1, 0), 2)
