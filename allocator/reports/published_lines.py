"""The lines (录取分数线) as people read them: the cells of a pool as one row, with ranks in the city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np

from allocator.indicators.scores import Order, order_of
from allocator.reports.material import Material
from allocator.reports.small_groups import withheld
from allocator.scenario.cohort import IntArray
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import PRIORITIES


@dataclass(frozen=True)
class PoolLine:
    """A pool of a programme in a batch."""

    batch: str
    programme_id: str
    pool: str
    floor: str | None
    seats: int
    admitted: int
    line: str | None  # lowest admitted score
    rank: int | None  # how many in the cohort have a higher score in the programme's ranking, plus 1
    line_choice: int | None  # of the last admission; None for a pool of cells, each of which has its own
    line_tie: str | None


@dataclass(frozen=True)
class Rankings:
    """The orders of the rankings that a scenario uses, and who of the cohort has which place."""

    scenario: Scenario

    @property
    def city(self) -> str | None:
        """The ranking in which the whole city is compared: the guideline's, or the first that has a score for all."""
        settings = self.scenario.settings
        named = [settings.guideline_ranking, *settings.rankings]
        return next((name for name in named if settings.rankings[name].score != PRIORITIES), None)

    @cached_property
    def orders(self) -> Mapping[str, Order]:
        settings, programmes = self.scenario.settings, self.scenario.cohort.programmes
        names = {batch.ranking for batch in settings.batches} | {name for name in programmes.ranking if name}
        return {name: order_of(self.scenario, name) for name in sorted(names | ({self.city} if self.city else set()))}

    @cached_property
    def _sorted(self) -> Mapping[str, IntArray]:
        return {name: np.sort(order.score[order.present]) for name, order in self.orders.items()}

    @cached_property
    def _programme(self) -> Mapping[str, int]:
        return {name: i for i, name in enumerate(self.scenario.cohort.programmes.ids)}

    def of(self, batch: str, programme_id: str) -> str:
        """The ranking of a programme in a batch (R2)."""
        own = self.scenario.cohort.programmes.ranking[self._programme[programme_id]]
        return own or next(rule.ranking for rule in self.scenario.settings.batches if rule.name == batch)

    def rank(self, ranking: str, score: str) -> int | None:
        """Place of a score among the cohort's; None for a programme's own order, where others are not compared."""
        if self.orders[ranking].keys is not None:
            return None
        known = self._sorted[ranking]
        above = len(known) - int(np.searchsorted(known, self.orders[ranking].least(Decimal(score)), side="right"))
        return above + 1


def pool_lines(material: Material, rankings: Rankings) -> list[PoolLine]:
    """All pools in the order of the published lines; the cells of a pool per feeder school together."""
    floors = {(f["batch"], f["programme_id"], f["pool"]): f["floor"] for f in material.outcome.floors.to_dicts()}
    cells: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in material.outcome.lines.to_dicts():
        cells.setdefault((row["batch"], row["programme_id"], row["pool"]), []).append(row)
    return [_together(key, rows, floors.get(key), rankings) for key, rows in cells.items()]


def withheld_pools(material: Material, found: Sequence[PoolLine]) -> list[bool]:
    """Of each line, whether a public notice withholds how many it admitted, and so the score of the last.

    How many each programme admitted can be counted in the roster, and how many each pool did is published.
    """
    if not material.is_public:
        return [False] * len(found)
    programmes = {name: i for i, name in enumerate(dict.fromkeys(line.programme_id for line in found))}
    pools = {key: j for j, key in enumerate(dict.fromkeys((line.batch, line.pool) for line in found))}
    counts = np.zeros((len(programmes), len(pools)), dtype=np.int64)
    places = [(programmes[line.programme_id], pools[line.batch, line.pool]) for line in found]
    for line, place in zip(found, places, strict=True):
        counts[place] = line.admitted
    hidden = withheld(counts)
    return [bool(hidden[place]) for place in places]


def _together(
    key: tuple[str, str, str], rows: Sequence[Mapping[str, Any]], floor: str | None, rankings: Rankings
) -> PoolLine:
    lines = [row["line"] for row in rows if row["line"] is not None]
    line = min(lines, key=Decimal, default=None)
    alone = rows[0] if len(rows) == 1 and rows[0]["feeder_school_id"] is None else None
    return PoolLine(
        *key,
        floor,
        sum(row["seats"] for row in rows),
        sum(row["admitted"] for row in rows),
        line,
        None if line is None else rankings.rank(rankings.of(key[0], key[1]), line),
        None if alone is None else alone["line_choice"],
        None if alone is None else alone["line_tie"],
    )
