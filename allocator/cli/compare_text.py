"""A comparison as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from allocator.cli.indicator_names import indicator_name
from allocator.cli.text_table import text_table
from allocator.errors import Translate, message
from allocator.lab.reasons import REASONS

if TYPE_CHECKING:
    from allocator.lab.compare import Comparison, Pair

MOST_SHOWN = 10  # flows and lines
_CHANGES = {"better": message("better off"), "worse": message("worse off")}


def compare_text(found: Comparison, language: str, translate: Translate) -> str:
    """City-wide indicators side by side; then for each outcome after the first who moved, and which lines."""
    lines = [translate("Indicators of the whole city:"), *text_table(_indicator_rows(found, language))]
    for pair in found.pairs:
        lines += ["", translate("From {before} to {after}:").format(before=pair.before, after=pair.after)]
        lines += _pair_lines(pair, translate)
    return "\n".join(lines)


def _indicator_rows(found: Comparison, language: str) -> list[list[str]]:
    heads = [found.names[0], *(head for name in found.names[1:] for head in (name, "±"))]
    rows = [["", *heads]]
    for row in found.indicators.filter(pl.col("group_by") == "").iter_rows(named=True):
        values = [row[f"value {name}"] for name in found.names]
        if any(value is not None for value in values):
            cells = [values[0] or "-"]
            for name, value in zip(found.names[1:], values[1:], strict=True):
                cells += [value or "-", _signed(row[f"difference {name}"])]
            rows.append([indicator_name(row["indicator"], language), *cells])
    return rows


def _signed(difference: str | None) -> str:
    if difference is None:
        return "-"
    return difference if difference.startswith("-") or difference == "0" else f"+{difference}"


def _pair_lines(pair: Pair, translate: Translate) -> Iterator[str]:
    city = pair.groups.row(0, named=True)
    yield "  " + translate(
        "{moved:,} of {applicants:,} applicants moved: {better:,} better off, {worse:,} worse off; "
        "{newly_placed:,} newly placed, {no_longer_placed:,} no longer; "
        "{to_general:,} to the general track, {from_general:,} from it."
    ).format(**city)
    if pair.only_before or pair.only_after:
        said = translate("{before:,} applicants are only in the first, {after:,} only in the second.")
        yield "  " + said.format(before=pair.only_before, after=pair.only_after)
    yield from _reason_lines(pair, translate)
    if pair.groups.height > 1:
        yield "  " + translate("Winners and losers by group:")
        heads = ["", translate("applicants"), translate("better off"), translate("worse off")]
        groups = [
            [f"{row['group_by']} {row['group']}", *(f"{row[name]:,}" for name in ("applicants", "better", "worse"))]
            for row in pair.groups[1:].iter_rows(named=True)
        ]
        yield from text_table([heads, *groups], indent="    ")
    flows = pair.flows.filter(pl.col("from_programme_id").ne_missing(pl.col("to_programme_id")))
    if flows.height:
        yield "  " + translate("From where to where, most first:")
        nowhere = translate("(nowhere)")
        rows = [
            [f"{row['from_programme_id'] or nowhere} → {row['to_programme_id'] or nowhere}", f"{row['applicants']:,}"]
            for row in flows.head(MOST_SHOWN).iter_rows(named=True)
        ]
        yield from text_table(rows, indent="    ")
    yield from _line_lines(pair, translate)


def _reason_lines(pair: Pair, translate: Translate) -> Iterator[str]:
    counts = pair.moves.filter(pl.col("reason").is_not_null()).group_by("change", "reason", "rule").len()
    counts = counts.sort("len", "change", "reason", descending=[True, False, False])
    if counts.height:
        yield "  " + translate("What decided, where they were refused the better place:")
    rows = [
        [f"{translate(_CHANGES[change])}, {rule}: {translate(REASONS[reason][1])}", f"{number:,}"]
        for change, reason, rule, number in counts.iter_rows()
    ]
    yield from text_table(rows, indent="    ")


def _line_lines(pair: Pair, translate: Translate) -> Iterator[str]:
    known = pair.lines.filter(pl.col("movement").is_not_null())
    said = translate("{count:,} lines moved; those that moved most, cells of feeder schools apart:")
    yield "  " + said.format(count=pair.lines.height)
    size = pl.col("movement").cast(pl.Decimal(38, 9)).abs()
    most = known.filter(pl.col("feeder_school_id").is_null()).sort(size, descending=True, maintain_order=True)
    rows = [
        [
            f"{row['batch']} / {row['programme_id']} / {row['pool']}",
            row["before"],
            row["after"],
            _signed(row["movement"]),
        ]
        for row in most.head(MOST_SHOWN).iter_rows(named=True)
    ]
    yield from text_table(rows, indent="    ")
