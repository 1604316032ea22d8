"""P9 where caps cross: the published prices prove a bound, by weak duality, in exact integers.

Every objective is taken as a number to be made small: F(x) = sum of costs of admissions + convex terms of counts;
``placed``, ``feeder`` and ``same_area`` cost −1 an admission. Prices are whole numbers, in 1/``price_scale`` of a unit.
Rows of ``prices`` for objective k (one row per key; what has no row has price 0; zero rows may be left out):

- ``cell`` (programme_id, pool, feeder_school_id): p ≥ 0 for admissions − seats ≤ 0.
- ``at_most``, name of a cap: q ≥ 0 for count − at_most ≤ 0. With name ``guideline/<scope>`` (``guideline/`` for the
  city), where the guideline is a constraint: q ≥ 0 for G − (share + tolerance)·B ≤ 0.
- ``at_least``, name of a cap: r ≥ 0 for at_least − count ≤ 0.
- ``value``, name of an objective before k: ρ ≥ 0 for F(x) − v ≤ 0, v its published value (negative where maximised).
  Not for profiles. Of ``worst_choice`` no price is needed: options with a larger choice number are left out.
- ``term``, signed y, name ``<objective>/<cap or scope>`` of one convex term, replaces the term by a line below it:
  ``targets/<cap>``: y·(count − target); ``worst_target/<cap>``: the same;
  ``guideline/<scope>``: y·(G − share·B) − |y|·tolerance·B.
  |y| ≤ scale for a term of k itself and |y| ≤ ρ for a term of an objective that has a ``value`` row. Of
  ``worst_target`` as k the sum of all |y| is ≤ scale; where it stands before k with value v, each y is free and
  stands for y·(count − target) − |y|·v ≤ 0.

Counts, G and B include earlier batches, as do at_most, at_least and target. Then

    bound·scale = sum over applicants of min(0, least over their options and cells of
                      scale·cost_k + Σ ρ·cost + p[cell] + Σ caps around it (q − r) + slopes of terms and guideline)
                  − Σ p·seats − Σ q·(at_most − earlier) + Σ r·(at_least − earlier) − Σ ρ·v
                  + what earlier batches alone make of every term and of the guideline's constraint

is at most F_k of every assignment that keeps the earlier values, and is rounded up to the next value that F_k can have
(multiples of 1/(common denominator of share and tolerance) for ``guideline``, of 1 for the others).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil

import numpy as np
import polars as pl

from allocator.verification.objective_values import PROFILES
from allocator.verification.optimal_tables import NOT_PLACED
from allocator.verification.p9_lagrangian import LARGEST, Lagrangian, ProvesNothingError, lagrangian
from allocator.verification.p9_lagrangian import TERMS as TERMS
from allocator.verification.p9_lagrangian import PricedBatch as PricedBatch
from allocator.verification.p9_lagrangian import as_minimised as as_minimised

UNPRICED = (*PROFILES, "worst_choice")  # prices say nothing about them; rows of theirs are not looked at


def bound(batch: PricedBatch, objective: str, rows: pl.DataFrame) -> Fraction | None:
    """The least value of an objective, as a number to be made small, that the prices leave possible.

    None if they prove nothing: a row that stands for nothing, a price of the wrong sign, numbers beyond 64 bits.
    """
    if objective in UNPRICED or batch.scale < 1:
        return None
    try:
        total = lagrangian(batch, objective, rows)
    except ProvesNothingError:
        return None
    unit = batch.counts.guideline.denominator if batch.counts.guideline is not None else 1
    largest = sum(int(np.abs(part).max(initial=0)) for part in (total.way, total.programme, total.cell, total.in_scope))
    if largest >= LARGEST // max(1, len(batch.tables.way_node)):
        return None
    before = batch.ladder[: list(batch.ladder).index(objective)]
    least = total.constant + _least_of_everybody(batch, total, before)
    least /= unit * batch.scale
    step = unit if objective == "guideline" else 1
    return Fraction(ceil(least * step), step)


def _least_of_everybody(batch: PricedBatch, total: Lagrangian, before: Sequence[str]) -> int:
    """The sum over applicants of the least that any of their ways comes to; nothing if all cost more than nothing."""
    tables = batch.tables
    node = np.zeros(tables.num_nodes, dtype=np.int64)
    node[: tables.batch.num_cells] = total.cell
    node[tables.batch.num_cells :] = np.iinfo(np.int64).max
    np.minimum.at(node, tables.entry_node, total.cell[tables.entry_cell])
    given = np.flatnonzero(tables.way_programme != NOT_PLACED)
    if "worst_choice" in before:
        worst = batch.values["worst_choice"]
        assert isinstance(worst, Fraction)
        given = given[tables.way_number[given] <= int(worst)]
    programme = tables.way_programme[given]
    cost = total.way[given] + node[tables.way_node[given]] + total.programme[programme]
    rule = batch.counts.guideline
    if rule is not None:
        scope = rule.scope[tables.participant[tables.row[given]]]
        cost += total.in_scope[scope, batch.scenario.cohort.programmes.is_general[programme].astype(np.int64)]
    least = np.zeros(len(tables.participant), dtype=np.int64)
    np.minimum.at(least, tables.row[given], cost)
    return int(least.sum())


def priced(prices: pl.DataFrame, batch: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rows of each objective of a batch."""
    here = prices.filter(pl.col("batch") == batch)
    for objective in here["objective"].unique(maintain_order=True):
        yield objective, here.filter(pl.col("objective") == objective)
