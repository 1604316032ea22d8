"""R1 as far as the published outcome tells it: scores, least scores, floors and control lines, exact."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import polars as pl

from allocator.indicators.dimensions import positions
from allocator.indicators.facts import Facts
from allocator.indicators.scores import Order, order_of
from allocator.scenario.cohort import BoolArray, IntArray, Numbers

_NO_SCORE = -(2**62)  # below every score: no floor


def standing(
    facts: Facts, orders: Mapping[str, Order], ranking: tuple[str, ...], programme: IntArray, applicant: IntArray
) -> tuple[IntArray, IntArray, BoolArray]:
    """(pair,) rank and score of applicants at programmes, and whether they have a score there."""
    rank, score = np.zeros(len(programme), dtype=np.int64), np.zeros(len(programme), dtype=np.int64)
    present = np.zeros(len(programme), dtype=np.bool_)
    for name, at in by_ranking(ranking, programme):
        order = orders[name]
        rows, listed = order.rows(programme[at], applicant[at], len(facts.batch))
        present[at] = listed
        if len(order.rank):
            rank[at], score[at] = order.rank[rows], order.score[rows]
    return rank, score, present


def by_ranking(ranking: tuple[str, ...], programme: IntArray) -> list[tuple[str, IntArray | slice]]:
    """The pairs by the ranking of their programme."""
    names = sorted(set(ranking))
    if len(names) == 1:
        return [(names[0], slice(None))]
    of_programme = np.array([names.index(name) for name in ranking], dtype=np.int64)
    return [(name, np.flatnonzero(of_programme[programme] == i)) for i, name in enumerate(names)]


def least_scores(bounds: Numbers, orders: Mapping[str, Order], ranking: tuple[str, ...]) -> IntArray:
    """(programme,) the least score of its own that a programme asks for, at the scale of its ranking."""
    least = np.full(len(ranking), _NO_SCORE, dtype=np.int64)
    for programme in np.flatnonzero(~bounds.missing).tolist():
        bound = bounds.decimal(programme)
        if bound is not None:
            least[programme] = orders[ranking[programme]].least(bound)
    return least


def floors(facts: Facts, orders: Mapping[str, Order], ranking: tuple[str, ...], batch: str, pool: str) -> IntArray:
    """(programme,) the floor in force of a pool in a batch (R6), at the scale of the programme's ranking."""
    floor = np.full(len(ranking), _NO_SCORE, dtype=np.int64)
    rows = facts.outcome.floors.filter((pl.col("batch") == batch) & (pl.col("pool") == pool))
    where = positions(rows["programme_id"], pl.Series(facts.scenario.cohort.programmes.ids, dtype=pl.String))
    for programme, text in zip(where.tolist(), rows["floor"], strict=True):
        floor[programme] = orders[ranking[programme]].least(Decimal(text))
    return floor


def below_control_line(facts: Facts) -> BoolArray:
    """(applicant,) below the control line of their scope (R8)."""
    settings, people = facts.scenario.settings, facts.scenario.cohort.applicants
    below = np.zeros(len(people), dtype=np.bool_)
    if not facts.outcome.control_line_steps or settings.guideline is None:
        return below
    order = order_of(facts.scenario, settings.guideline_ranking)
    for scope, line in facts.outcome.control_line_steps[-1].lines.items():
        passes = order.present & (order.score >= order.least(Decimal(line)))
        if settings.guideline.scope == "city":
            below |= ~passes
        else:
            below |= ~passes & (people.area == facts.scenario.cohort.area_names.index(scope))
    return below
