"""What a report is made of: data only, in the reader's language; a template lays it out, and golden files hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Tone = Literal["good", "bad", "plain"]


@dataclass(frozen=True)
class Defined:
    """A cell that names an indicator, with the definition behind it."""

    text: str
    definition: str  # name of the indicator


Cell = str | int | Defined | None


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    kind: Literal["text", "number"] = "text"
    definition: str = ""  # name of the indicator that says what is counted


@dataclass(frozen=True)
class Table:
    """A table that the reader can sort and filter."""

    name: str  # unique in the report; an anchor
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = False  # opened by the reader; left out of print
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A figure as a Vega-Lite specification with its data, and in words for those who do not see it."""

    name: str
    caption: str
    words: str
    spec: Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """One number with what it is."""

    title: str
    value: str
    definition: str = ""  # name of its indicator
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """A verdict in one sentence."""

    title: str
    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Definition:
    """What an indicator counts exactly."""

    name: str
    title: str
    family: str
    text: str
    unit: str
    source: str


@dataclass(frozen=True)
class Section:
    """A part of the report under one heading, laid out in the order of its fields."""

    name: str
    title: str
    statements: tuple[Statement, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    definitions: tuple[Definition, ...] = ()
    text: str = ""  # of a file, shown as it is


@dataclass(frozen=True)
class Report:
    """A report, whole."""

    language: str
    title: str
    subtitle: str
    words: Mapping[str, str]  # of the page itself: its buttons and labels
    sections: tuple[Section, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as plain data; parts that are empty are left out."""
        return {**asdict(self), "sections": [_filled(asdict(section)) for section in self.sections]}


def _filled(section: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in section.items() if value}
