"""From where to where applicants moved: between programmes, and between kinds of schools."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from allocator.indicators.dimensions import positions
from allocator.lab.pages.compared import Change, Compared
from allocator.lab.pages.comparison_moves import coloured
from allocator.lab.side_by_side import Side
from allocator.reports.blocks import Chart, Column, Section, Table
from allocator.reports.charts import COLOURS
from allocator.reports.material import DEMONSTRATION, UNPLACED, destination_titles, programme_kinds
from allocator.reports.stated_counts import counts_chart
from allocator.scenario.cohort import IntArray

MOST_FLOWS = 50  # on the page; all are in the workbook


def flows(compared: Compared, change: Change) -> Section:
    translate = compared.translate
    found = all_flows(compared, change)
    notes = () if found.rows else (translate("Nobody moved to another programme."),)
    if len(found.rows) > MOST_FLOWS:
        said = translate("The {shown} largest of {all:,} flows from one programme to another; all are in the workbook.")
        note = said.format(shown=MOST_FLOWS, all=len(found.rows))
        found = replace(found, rows=found.rows[:MOST_FLOWS], note=note)
    charts, kinds = _kinds(compared, change)
    return Section(
        change.name("flows"),
        change.titled(translate("From where to where"), translate),
        notes=notes,
        charts=charts,
        tables=(*kinds, *((found,) if found.rows else ())),
    )


def all_flows(compared: Compared, change: Change) -> Table:
    """From one programme to another, most first, with how many of each are better and worse off."""
    translate = compared.translate
    ends = ("from_programme_id", "to_programme_id")
    moved = change.pair.moves.filter(pl.col(ends[0]).ne_missing(pl.col(ends[1])))
    found = moved.group_by(ends).agg(
        applicants=pl.len(), better=(pl.col("change") == "better").sum(), worse=(pl.col("change") == "worse").sum()
    )
    found = found.sort("applicants", *ends, descending=[True, False, False])
    rows = tuple(
        (compared.programme(origin), compared.programme(goal), *counts) for origin, goal, *counts in found.iter_rows()
    )
    columns = (
        Column(translate("From")),
        Column(translate("To")),
        Column(translate("Applicants"), "number"),
        Column(translate("Better off"), "number"),
        Column(translate("Worse off"), "number"),
    )
    return Table(
        change.name("flows-table"), change.titled(translate("From programme to programme"), translate), columns, rows
    )


def _kinds(compared: Compared, change: Change) -> tuple[tuple[Chart, ...], tuple[Table, ...]]:
    """From which kind of school to which, of all who moved to another programme."""
    translate, moved = compared.translate, change.pair.moves
    moved = moved.filter(pl.col("from_programme_id").ne_missing(pl.col("to_programme_id")))
    origin = _kind(moved["from_programme_id"], change.before)
    goal = _kind(moved["to_programme_id"], change.after)
    counts = np.zeros((UNPLACED + 1, UNPLACED + 1), dtype=np.int64)
    np.add.at(counts, (origin, goal), 1)
    kinds = destination_titles(bool(counts[DEMONSTRATION].any() or counts[:, DEMONSTRATION].any()), translate)
    down, across = (np.flatnonzero(counts.any(axis=axis)).tolist() for axis in (1, 0))
    if not down:
        return (), ()
    counts = counts[np.ix_(down, across)]
    titles, parts = tuple(kinds[i] for i in down), tuple(kinds[j] for j in across)
    caption = change.titled(translate("From which kind of school to which"), translate)
    charts = counts_chart(
        change.name("kinds-chart"), caption, translate("applicants"), titles, parts, counts,
        np.ones(counts.shape, dtype=np.bool_), as_shares=False,
    )  # fmt: skip
    drawn = tuple(replace(c, spec=coloured(c.spec, tuple(COLOURS[j] for j in across))) for c in charts)
    columns = (
        Column(translate("From")),
        Column(translate("Total"), "number"),
        *(Column(translate("to: {place}").format(place=part), "number") for part in parts),
    )
    rows = tuple((title, int(row.sum()), *row.tolist()) for title, row in zip(titles, counts, strict=True))
    return drawn, (Table(change.name("kinds"), caption, columns, rows),)


def _kind(programme_id: pl.Series, side: Side) -> IntArray:
    """(move,) the kind of school, UNPLACED where there is none."""
    ids = pl.Series(side.scenario.cohort.programmes.ids, dtype=pl.String)
    kinds: IntArray = np.append(programme_kinds(side.scenario), UNPLACED)[positions(programme_id, ids)]
    return kinds
