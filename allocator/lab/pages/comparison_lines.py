"""Lines (录取分数线) that moved from one outcome to another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from allocator.lab.pages.compared import Change, Compared
from allocator.lab.pages.differences import signed_decimal
from allocator.reports.blocks import Cell, Chart, Column, Section, Table
from allocator.reports.charts import dots
from allocator.scenario.settings import OPEN

MOST_DRAWN = 30  # lines in the chart
MOST_ROWS = 1000  # of the table on the page; all are in the workbook


def lines(compared: Compared, change: Change) -> Section:
    translate = compared.translate
    found = by_movement(change.pair.lines)
    of_pools = found.filter(pl.col("feeder_school_id").is_null())
    return Section(
        change.name("lines"),
        change.titled(translate("Lines that moved"), translate),
        notes=tuple(_notes(compared, found, of_pools)),
        charts=tuple(_chart(compared, change, of_pools)),
        tables=(_table(compared, change, of_pools.head(MOST_ROWS)),) if of_pools.height else (),
    )


def by_movement(found: pl.DataFrame) -> pl.DataFrame:
    """Those that moved most first; at the end those that have a score in one outcome only."""
    size = pl.col("movement").cast(pl.Decimal(38, 9)).abs()
    return found.sort(size, descending=True, nulls_last=True, maintain_order=True)


def _notes(compared: Compared, found: pl.DataFrame, of_pools: pl.DataFrame) -> Iterator[str]:
    translate = compared.translate
    if not found.height:
        yield translate("No line moved.")
        return
    yield translate("A line is the lowest admitted score. It decides where all seats of the pool are taken.")
    cells = found.height - of_pools.height
    if cells:
        said = translate("{count:,} lines of single feeder schools moved too; they are in the workbook.")
        yield said.format(count=cells)
    if of_pools.height > MOST_ROWS:
        said = translate("The {shown:,} that moved most of {all:,} lines; all are in the workbook.")
        yield said.format(shown=MOST_ROWS, all=of_pools.height)


def _chart(compared: Compared, change: Change, of_pools: pl.DataFrame) -> Iterator[Chart]:
    """The open lines that moved most among those that decided in both outcomes."""
    translate = compared.translate
    is_open = (pl.col("pool") == OPEN) & pl.col("full_before") & pl.col("full_after")
    decided = of_pools.filter(pl.col("movement").is_not_null() & is_open)
    drawn = decided.head(MOST_DRAWN)
    if not drawn.height:
        return
    titles = _titles(compared, drawn)
    names = (change.before.name, change.after.name)
    points = [
        (title, name, float(score))  # only drawn
        for title, *scores in zip(titles, drawn["before"], drawn["after"], strict=True)
        for name, score in zip(names, scores, strict=True)
    ]
    caption = translate("The {shown} open lines that moved most, of {all} that moved and decide in both outcomes")
    caption = change.titled(caption.format(shown=drawn.height, all=decided.height), translate)
    words = "; ".join(
        f"{title} {before} → {after}"
        for title, before, after in zip(titles[:10], drawn["before"], drawn["after"], strict=False)
    )
    spec = dots(points, group_order=titles, parts=names, title=translate("points"))
    yield Chart(change.name("lines-chart"), caption, words, spec)


def _titles(compared: Compared, drawn: pl.DataFrame) -> list[str]:
    """Programmes by name alone, so that a name fits; with the number, and with the batch, where that is not enough."""
    batches, ids = drawn["batch"].to_list(), drawn["programme_id"].to_list()
    names = [compared.names.programme[programme] for programme in ids]
    numbered = [compared.programme(programme) for programme in ids]
    for titles in (names, numbered):
        if len(set(titles)) == len(titles):
            return titles
    return [f"{batch} · {title}" for batch, title in zip(batches, numbered, strict=True)]


def _table(compared: Compared, change: Change, found: pl.DataFrame) -> Table:
    translate = compared.translate
    rows: list[tuple[Cell, ...]] = [
        (
            row["batch"],
            compared.programme(row["programme_id"]),
            compared.pool(row["pool"]),
            row["before"],
            row["after"],
            None if row["movement"] is None else signed_decimal(Decimal(row["movement"])),
        )
        for row in found.iter_rows(named=True)
    ]
    columns = (
        Column(translate("Batch")),
        Column(translate("Programme")),
        Column(translate("Pool")),
        Column(change.before.name, "number"),
        Column(change.after.name, "number"),
        Column(translate("Difference"), "number"),
    )
    caption = change.titled(translate("Lines that moved, by batch, programme and pool"), translate)
    return Table(change.name("lines-table"), caption, columns, tuple(rows))
