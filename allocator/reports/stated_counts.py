"""Counts of groups in parts, as a table and as bars; in a public notice without those that tell about few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from allocator.indicators.dimensions import Dimension
from allocator.reports.blocks import Chart, Column, Table
from allocator.reports.charts import stacked_counts, stacked_shares
from allocator.reports.material import Material
from allocator.reports.numbers import percent
from allocator.reports.small_groups import WITHHELD, withheld
from allocator.scenario.cohort import BoolArray, IntArray


def counts_by_destination(material: Material, dimension: Dimension) -> IntArray:
    """(group, destination) how many."""
    counts = np.zeros((len(dimension.groups), len(material.destination_titles)), dtype=np.int64)
    inside = dimension.group_of >= 0
    np.add.at(counts, (dimension.group_of[inside], material.destination[inside]), 1)
    return counts


def shown_counts(material: Material, counts: IntArray) -> BoolArray:
    """(row, column) which counts are stated: all, and in a public notice those that tell about no few."""
    return ~withheld(counts) if material.is_public else np.ones(counts.shape, dtype=np.bool_)


def counts_chart(
    name: str,
    caption: str,
    axis: str,
    groups: Sequence[str],
    parts: Sequence[str],
    counts: IntArray,
    shown: BoolArray,
    *,
    as_shares: bool,
) -> Iterator[Chart]:
    """One bar for each group that is stated whole, since half a bar would mislead; no chart where there is none."""
    whole = np.flatnonzero(np.all(shown, axis=1)).tolist()
    if not whole or not parts:
        return
    rows = [(groups[i], part, int(counts[i, j])) for i in whole for j, part in enumerate(parts)]
    said = [f"{groups[i]}: {', '.join(f'{p} {n:,}' for p, n in zip(parts, counts[i], strict=True))}" for i in whole]
    bars = stacked_shares if as_shares else stacked_counts
    spec = bars(rows, group_order=[groups[i] for i in whole], parts=parts, title=axis)
    yield Chart(name, caption, "; ".join(said), spec)


def counts_table(
    material: Material,
    name: str,
    caption: str,
    head: str,
    groups: tuple[str, ...],
    parts: tuple[str, ...],
    counts: IntArray,
    shown: BoolArray,
) -> Table:
    """Groups down, parts across, with the total and each part's share of it."""
    translate = material.translate
    rows = []
    for i, group in enumerate(groups):
        total = int(counts[i].sum())
        cells = [
            f"{n:,} ({percent(n, total)})" if is_shown else WITHHELD
            for n, is_shown in zip(counts[i].tolist(), shown[i].tolist(), strict=True)
        ]
        rows.append((group, total if shown[i].any() else WITHHELD, *cells))
    columns = (Column(head), Column(translate("Total"), "number"), *(Column(part, "number") for part in parts))
    return Table(name, caption, columns, tuple(rows))
