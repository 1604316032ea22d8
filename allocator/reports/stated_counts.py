"""Counts of groups in parts, as a table and as bars: all of them, or in a public notice those that tell about no few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.reports.blocks import Column, Table
from allocator.reports.material import Material
from allocator.reports.numbers import percent
from allocator.reports.small_groups import WITHHELD, withheld
from allocator.scenario.cohort import BoolArray, IntArray


def shown_counts(material: Material, counts: IntArray) -> BoolArray:
    """(row, column) which counts are stated: all, and in a public notice those that tell about no few."""
    return ~withheld(counts) if material.is_public else np.ones(counts.shape, dtype=np.bool_)


def drawn_counts(
    groups: Sequence[str], parts: Sequence[str], counts: IntArray, shown: BoolArray
) -> list[tuple[str, str, int]]:
    """Group, part and count for a chart, of the groups that are stated whole: half a bar would mislead."""
    return [
        (group, part, count)
        for group, row, is_shown in zip(groups, counts.tolist(), np.all(shown, axis=1).tolist(), strict=True)
        for part, count in zip(parts, row, strict=True)
        if is_shown
    ]


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
