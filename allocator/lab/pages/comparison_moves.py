"""Why applicants moved, and who won and lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from allocator.errors import Translate, message
from allocator.lab.pages.compared import Change, Compared
from allocator.lab.reasons import REASONS
from allocator.reports.blocks import Cell, Chart, Column, Section, Table
from allocator.reports.charts import COLOURS
from allocator.reports.group_names import group_title, grouping_title
from allocator.reports.numbers import percent
from allocator.reports.stated_counts import counts_chart
from allocator.scenario.cohort import BoolArray

_CHANGES = {
    "better": message("better off"),
    "worse": message("worse off"),
    "same": message("same programme in another way"),
    "other_list": message("with another list"),
}


def why(compared: Compared, change: Change) -> Section:
    translate = compared.translate
    found = reasons(compared, change)
    note = translate(
        "What decided is what keeps a mover from the better of their two places: those better off it kept from it "
        "before, those worse off it keeps from it now. Rule numbers are those of the project's rules (docs/rules.md)."
    )
    return Section(
        change.name("why"),
        change.titled(translate("Why they moved"), translate),
        notes=(note,) if found.rows else (translate("Nobody moved."),),
        tables=(found,) if found.rows else (),
    )


def reasons(compared: Compared, change: Change) -> Table:
    """How many moved for each reason; those for whom there is none to find at the end."""
    translate, moved = compared.translate, change.pair.moves
    counts = moved.group_by("change", "reason", "rule").len()
    counts = counts.sort(pl.col("reason").is_null(), "len", "change", "reason", descending=[False, True, False, False])
    rows = tuple(
        (
            translate(_CHANGES[kind]),
            rule,
            None if reason is None else translate(REASONS[reason][1]),
            number,
            percent(number, moved.height),
        )
        for kind, reason, rule, number in counts.iter_rows()
    )
    columns = (
        Column(translate("Change")),
        Column(translate("Rule")),
        Column(translate("What decided")),
        Column(translate("Applicants"), "number"),
        Column(translate("Share of those who moved"), "number"),
    )
    return Table(change.name("reasons"), change.titled(translate("What decided who moved"), translate), columns, rows)


def winners(compared: Compared, change: Change) -> Section:
    translate = compared.translate
    return Section(
        change.name("winners"),
        change.titled(translate("Winners and losers"), translate),
        charts=tuple(_winners_charts(compared, change)),
        tables=(groups(compared, change),),
    )


def _winners_charts(compared: Compared, change: Change) -> Iterator[Chart]:
    """One chart for each grouping in which somebody won or lost."""
    translate, found = compared.translate, change.pair.groups
    parts = (translate("better off"), translate("worse off"))
    for group_by in found["group_by"].unique(maintain_order=True):
        here = found.filter(pl.col("group_by") == group_by)
        counts = np.asarray(here.select("better", "worse").to_numpy(), dtype=np.int64)
        if group_by == "" or not counts.any():
            continue
        caption = translate("Winners and losers by group: {grouping}")
        caption = caption.format(grouping=grouping_title(group_by, translate))
        titles = [group_title(group_by, group, translate) for group in here["group"]]
        shown: BoolArray = np.ones(counts.shape, dtype=np.bool_)
        charts = counts_chart(
            change.name(f"winners-{group_by}-chart"), change.titled(caption, translate), translate("applicants"),
            titles, parts, counts, shown, as_shares=False,
        )  # fmt: skip
        for chart in charts:
            yield replace(chart, spec=coloured(chart.spec, (COLOURS[0], COLOURS[2])))


def coloured(spec: Mapping[str, Any], colours: tuple[str, ...]) -> dict[str, Any]:
    """The parts in colours that are the same in all charts of a kind, and no half persons on the axis."""
    encoding = spec["encoding"]
    color = {**encoding["color"], "scale": {**encoding["color"]["scale"], "range": list(colours)}}
    x = {**encoding["x"], "axis": {**encoding["x"]["axis"], "tickMinStep": 1}}
    return {**spec, "encoding": {**encoding, "color": color, "x": x}}


def _group(group_by: str, group: str, translate: Translate) -> str:
    """A group and what it is one of."""
    title = group_title(group_by, group, translate)
    return f"{grouping_title(group_by, translate)} · {title}" if group_by else title


def groups(compared: Compared, change: Change) -> Table:
    """Who moved in each group, first in the whole city."""
    translate = compared.translate
    rows: list[tuple[Cell, ...]] = [
        (
            _group(row["group_by"], row["group"], translate),
            row["applicants"],
            row["moved"],
            *(f"{row[name]:,} ({percent(row[name], row['applicants'])})" for name in ("better", "worse")),
            *(row[name] for name in ("newly_placed", "no_longer_placed", "to_general", "from_general")),
        )
        for row in change.pair.groups.iter_rows(named=True)
    ]
    columns = (
        Column(translate("Group")),
        Column(translate("Applicants"), "number"),
        Column(translate("Moved"), "number"),
        Column(translate("Better off"), "number"),
        Column(translate("Worse off"), "number"),
        Column(translate("Newly placed"), "number"),
        Column(translate("No longer placed"), "number"),
        Column(translate("Came to the general track"), "number"),
        Column(translate("Left the general track"), "number"),
    )
    return Table(
        change.name("groups"), change.titled(translate("Who moved, by group"), translate), columns, tuple(rows)
    )
