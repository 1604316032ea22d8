"""Outcomes beside each other: indicators, who moved and by which rule, winners and losers, lines that moved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from allocator.indicators import indicators, line_movements
from allocator.lab.deciding_lines import with_lines
from allocator.lab.moves import moves
from allocator.lab.reasons import with_reasons
from allocator.lab.side_by_side import Side, side_by_side
from allocator.lab.winners import winners
from allocator.outcome.folder import check_target, whole_folder

SUMMARY = "comparison.json"
INDICATORS = "indicators.csv"
PAGE, WORKBOOK = "comparison.html", "comparison.xlsx"


@dataclass(frozen=True)
class Pair:
    """What changed from the first outcome to another."""

    before: str
    after: str
    moves: pl.DataFrame  # MOVES_SCHEMA with reason, rule, line_before, line_after: one row per applicant who moved
    flows: pl.DataFrame  # from_programme_id, to_programme_id, applicants; most first
    groups: pl.DataFrame  # GROUPS_SCHEMA
    lines: pl.DataFrame  # MOVEMENTS_SCHEMA, only lines that moved
    only_before: int  # applicants who are not in the other outcome
    only_after: int

    def as_json(self) -> dict[str, Any]:
        city = self.groups.row(0, named=True)
        reasons = self.moves.filter(pl.col("reason").is_not_null()).group_by("change", "reason", "rule")
        return {
            "before": self.before,
            "after": self.after,
            **{name: value for name, value in city.items() if name not in ("group_by", "group")},
            "only_before": self.only_before,
            "only_after": self.only_after,
            "other_list": int((self.moves["change"] == "other_list").sum()),
            "lines_moved": self.lines.height,
            "reasons": reasons.len(name="applicants")
            .sort("applicants", "change", "reason", descending=[True, False, False])
            .to_dicts(),
        }


@dataclass(frozen=True)
class Comparison:
    """All outcomes beside the first."""

    sides: tuple[Side, ...]
    measured: tuple[pl.DataFrame, ...]  # of each side, INDICATORS_SCHEMA
    indicators: pl.DataFrame  # see side_by_side
    pairs: tuple[Pair, ...]  # the first with each of the others

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(side.name for side in self.sides)

    def as_json(self) -> dict[str, Any]:
        return {
            "outcomes": list(self.names),
            "changes": [pair.as_json() for pair in self.pairs],
            "indicators": self.indicators.filter(pl.col("group_by") == "").drop("group_by", "group").to_dicts(),
        }

    def write(self, folder: Path, *, pages: Mapping[str, bytes] | None = None, overwrite: bool = False) -> None:
        """Write a folder of CSV files: the indicators, and of each pair who moved, flows, groups and lines.

        Args:
            pages: the page and the workbook, by file name (``lab/pages/comparison.py`` makes them).

        Raises:
            UsageError: if the folder exists and may not be replaced.
        """
        with whole_folder(folder, overwrite=overwrite, is_ours=is_comparison) as new:
            self.indicators.write_csv(new / INDICATORS)
            for i, pair in enumerate(self.pairs, start=2):
                for name in _TABLES:
                    frame: pl.DataFrame = getattr(pair, name)
                    frame.write_csv(new / f"{name}-{i}.csv")
            text = json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n"
            (new / SUMMARY).write_text(text, encoding="utf-8", newline="\n")
            for name, content in (pages or {}).items():
                (new / name).write_bytes(content)


_TABLES = ("moves", "flows", "groups", "lines")  # of each pair; the first pair is of outcomes 1 and 2


def compare(sides: Sequence[Side]) -> Comparison:
    """Compare outcomes with the first of them."""
    measured = tuple(indicators(side.scenario, side.outcome) for side in sides)
    return Comparison(
        tuple(sides),
        measured,
        side_by_side([side.name for side in sides], measured),
        tuple(_pair(sides[0], side) for side in sides[1:]),
    )


def _pair(before: Side, after: Side) -> Pair:
    moved = with_lines(with_reasons(moves(before, after), before, after), before, after)
    flows = moved.group_by("from_programme_id", "to_programme_id").len(name="applicants")
    ids = [side.outcome.assignments["applicant_id"] for side in (before, after)]
    lines = line_movements(before.outcome, after.outcome)
    return Pair(
        before=before.name,
        after=after.name,
        moves=moved,
        flows=flows.sort("applicants", "from_programme_id", "to_programme_id", descending=[True, False, False]),
        groups=winners(moved, before, after),
        lines=lines.filter("moved"),
        only_before=int((~ids[0].is_in(ids[1].implode())).sum()),
        only_after=int((~ids[1].is_in(ids[0].implode())).sum()),
    )


def is_comparison(folder: Path) -> bool:
    """Whether a folder holds a comparison and nothing else, so that replacing it loses nothing."""
    there = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    tables = {name for name in there if name.rpartition("-")[0] in _TABLES and name.endswith(".csv")}
    pages = {PAGE, WORKBOOK} & there  # a folder of before they were made has none
    return {SUMMARY, INDICATORS} <= there and there == {SUMMARY, INDICATORS} | tables | pages


def check_place(folder: Path, *, overwrite: bool) -> None:
    """Refuse a place for a comparison before any work is done.

    Raises:
        UsageError: if it exists and may not be replaced.
    """
    check_target(folder, overwrite=overwrite, is_ours=is_comparison)
