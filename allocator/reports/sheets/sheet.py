"""A sheet of the workbook: data only, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Value = str | int | Decimal | None


@dataclass(frozen=True)
class SheetColumn:
    """A column: identifiers and names are text, so that leading zeros stay."""

    title: str
    kind: Literal["text", "number"] = "text"
    width: int = 12  # characters of Latin text


@dataclass(frozen=True)
class Sheet:
    """One table with its heading; printed on A4, its headers on every page."""

    title: str  # at most 31 characters, none of []:*?/\\
    heading: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[tuple[Value, ...]]
    breaks: tuple[int, ...] = ()  # positions of rows that begin a new page
    landscape: bool = False


def score(text: str | None) -> Decimal | None:
    """An exact decimal as a number of the sheet."""
    return None if text is None else Decimal(text)
