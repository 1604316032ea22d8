"""Lines (录取分数线): of every programme and pool, with the rank in the city."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocator.reports.blocks import Cell, Chart, Column, Section, Table
from allocator.reports.charts import dots
from allocator.reports.material import Material
from allocator.reports.names import pool_title, titled
from allocator.reports.numbers import indicator_text
from allocator.reports.published_lines import PoolLine, Rankings, pool_lines, withheld_pools
from allocator.reports.small_groups import WITHHELD

MOST_DRAWN = 60  # programmes in the chart: what a page holds


def lines(material: Material) -> Section:
    translate = material.translate
    found = pool_lines(material, Rankings(material.scenario))
    return Section(
        "lines",
        translate("Lines"),
        notes=(
            translate("A line is the lowest admitted score. It decides where all seats of the pool are taken."),
            translate("The rank is the number of applicants with a higher score in the same ranking, plus one."),
        ),
        charts=tuple(_chart(material, found)),
        tables=(_table(material, found),),
    )


def _chart(material: Material, found: Sequence[PoolLine]) -> Iterator[Chart]:
    """The open lines and the lowest quota scores of the programmes that have the highest open lines."""
    translate, names = material.translate, material.names
    parts = {"open_line": translate("open line"), "quota_line": translate("lowest score through the quota")}
    # A programme with one small pool is left out whole: which of its pools the line is of need not be found out.
    hidden = withheld_pools(material, found)
    small = {line.programme_id for line, is_hidden in zip(found, hidden, strict=True) if is_hidden}
    rows = [
        (g, parts[i], row["value"])
        for (i, by, g), row in material.by_indicator.items()
        if i in parts and by == "programme" and row["value"] is not None and g not in small
    ]
    opened = {g: value for g, part, value in rows if part == parts["open_line"]}
    drawn = sorted(opened, key=lambda g: (-opened[g], g))[:MOST_DRAWN]
    if not drawn:
        return
    shown = {g: titled(g, names.programme[g]) for g in drawn}
    points = [(shown[g], part, value) for g, part, value in rows if g in shown]
    if len(opened) > len(drawn):
        caption = translate("Lines of the {drawn} programmes with the highest open lines, of {all}")
    else:
        caption = translate("Lines of the {drawn} programmes with an open line")
    caption = caption.format(drawn=len(drawn), all=len(opened))
    words = "; ".join(
        f"{shown[g]} {indicator_text(material.by_indicator['open_line', 'programme', g])}" for g in drawn[:10]
    )
    present = [part for part in parts.values() if any(p == part for _, p, _ in points)]
    spec = dots(points, group_order=[shown[g] for g in drawn], parts=present, title=translate("points"))
    yield Chart("lines-chart", caption, words, spec)


def _table(material: Material, found: Sequence[PoolLine]) -> Table:
    translate, settings = material.translate, material.scenario.settings
    is_general = dict(
        zip(material.scenario.cohort.programmes.ids, material.scenario.cohort.programmes.is_general, strict=True)
    )
    rows: list[tuple[Cell, ...]] = []
    for line, small in zip(found, withheld_pools(material, found), strict=True):
        rows.append(
            (
                line.batch,
                titled(line.programme_id, material.names.programme[line.programme_id]),
                translate("general") if is_general[line.programme_id] else translate("vocational"),
                pool_title(settings, line.pool, translate),
                line.floor,
                line.seats,
                WITHHELD if small else line.admitted,
                WITHHELD if small else line.line,
                WITHHELD if small else line.rank,
                WITHHELD if small else line.line_choice,
            )
        )
    columns = (
        Column(translate("Batch")),
        Column(translate("Programme")),
        Column(translate("Track")),
        Column(translate("Pool")),
        Column(translate("Floor"), "number"),
        Column(translate("Seats"), "number"),
        Column(translate("Admitted"), "number"),
        Column(translate("Line"), "number"),
        Column(translate("Rank"), "number"),
        Column(translate("Choice number of the last"), "number"),
    )
    return Table("lines-table", translate("Lines by batch, programme and pool"), columns, tuple(rows))
