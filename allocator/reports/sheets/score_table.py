"""一分一段表: how many have each score in the city's ranking, and how many that or more."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from allocator.outcome.decimals import decimal_text
from allocator.reports.material import Material
from allocator.reports.published_lines import Rankings
from allocator.reports.sheets.sheet import Sheet, SheetColumn, Value
from allocator.reports.small_groups import LEAST_GROUP


def score_table(material: Material, rankings: Rankings, ranking: str) -> Sheet:
    """Every score that somebody has; in a public notice bands of scores that enough have."""
    translate, order = material.translate, rankings.orders[ranking]
    values, counts = np.unique(order.score[order.present], return_counts=True)
    scores = [Decimal(value).scaleb(-order.scale) for value in values.tolist()]
    exact = list(zip(scores, counts.tolist(), strict=True))
    bands = banded(exact[::-1], LEAST_GROUP if material.is_public else 1)
    rows: list[tuple[Value, ...]] = []
    total = 0
    for highest, lowest, count in bands:
        total += count
        ends = [decimal_text(int(v.scaleb(order.scale)), order.scale) for v in (lowest, highest)]
        rows.append((lowest if highest == lowest else "–".join(ends), count, total))
    columns = (
        SheetColumn(translate("Score"), "number", 14),
        SheetColumn(translate("Number"), "number", 12),
        SheetColumn(translate("This score or more"), "number", 16),
    )
    heading = translate("Score table: {ranking}").format(ranking=ranking)
    return Sheet(translate("Score table"), heading, columns, rows)


def banded(counts: Sequence[tuple[Decimal, int]], least: int) -> list[tuple[Decimal, Decimal, int]]:
    """Neighbouring scores put together until each band has enough: highest, lowest, number.

    Too few at the lower end join the last band; where all together are too few, there is no band.

    Args:
        counts: scores from the highest, with their numbers.
        least: fewest applicants of a band.
    """
    bands: list[tuple[Decimal, Decimal, int]] = []
    start, number = None, 0
    for value, count in counts:
        start = value if start is None else start
        number += count
        if number >= least:
            bands.append((start, value, number))
            start, number = None, 0
    if start is not None and bands:  # too few at the end
        highest, _, before = bands[-1]
        bands[-1] = (highest, counts[-1][0], before + number)
    return bands
