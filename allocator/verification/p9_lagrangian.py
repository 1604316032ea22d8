"""P9 where caps cross: rows of ``prices`` as one sum, which is no larger than the objective (see ``p9_bound``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from allocator.scenario.cohort import IntArray
from allocator.scenario.scenario import Scenario
from allocator.verification.matrix import positions
from allocator.verification.objective_values import MAXIMISED, Value
from allocator.verification.optimal_counts import CountedScope, Counts
from allocator.verification.optimal_tables import OptimalTables
from allocator.verification.residual_network import Level

LARGEST = 2**60  # of what one admission may come to, in the prices' unit
TERMS = ("targets", "worst_target", "guideline")


@dataclass(frozen=True)
class PricedBatch:
    """What the bounds of one batch are computed from."""

    scenario: Scenario
    tables: OptimalTables
    counts: Counts
    values: Mapping[str, Value]  # of the objectives, as they were recomputed
    ladder: Sequence[str]
    costs: Mapping[str, Level]  # of the objectives that are sums over admissions
    scale: int


class ProvesNothingError(Exception):
    """A row of prices that proves nothing."""


@dataclass
class Lagrangian:
    """What an admission costs by way, programme, cell and scope, and what is not of any admission."""

    way: IntArray  # (way,)
    programme: IntArray  # (programme,)
    cell: IntArray  # (cell,)
    in_scope: IntArray  # (scope, 2) vocational, general
    constant: Fraction
    weight: dict[str, int]  # of objectives with terms: how much |y| each may spend


def as_minimised(objective: str, value: Fraction) -> Fraction:
    """The value as a number to be made small."""
    return -value if objective in MAXIMISED else value


def lagrangian(batch: PricedBatch, objective: str, rows: pl.DataFrame) -> Lagrangian:
    """All prices together, in units of 1/(scale × the guideline's denominator)."""
    tables, rule = batch.tables, batch.counts.guideline
    unit = rule.denominator if rule is not None else 1
    num_scopes = len(rule.scopes) if rule is not None else 0
    total = Lagrangian(
        way=np.zeros(len(tables.way_node), dtype=np.int64),
        programme=np.zeros(len(batch.counts.admitted), dtype=np.int64),
        cell=np.zeros(tables.batch.num_cells, dtype=np.int64),
        in_scope=np.zeros((num_scopes, 2), dtype=np.int64),
        constant=Fraction(0),
        weight={objective: batch.scale},
    )
    _add_objective(batch, total, objective, batch.scale * unit)
    before = list(batch.ladder[: list(batch.ladder).index(objective)])
    listed = list(rows.iter_rows(named=True))
    keys = [(r["kind"], r["name"], r["programme_id"], r["pool"], r["feeder_school_id"]) for r in listed]
    if len(set(keys)) != len(keys):
        raise ProvesNothingError
    for row in listed:  # they say how much the terms may spend
        if row["kind"] == "value":
            _add_value(batch, total, row, before, unit)
    _add_cells(batch, total, rows.filter(pl.col("kind") == "cell"), unit)
    spent: dict[str, int] = {}
    for row in listed:
        kind, name, price = row["kind"], row["name"] or "", row["price"]
        if price is None:
            raise ProvesNothingError
        if kind in ("at_most", "at_least"):
            _add_bound(batch, total, kind, name, price, unit)
        elif kind == "term":
            of, _, what = name.partition("/")
            _add_term(batch, total, of, what, price, before, unit)
            spent[of] = spent.get(of, 0) + abs(price)
        elif kind not in ("value", "cell"):
            raise ProvesNothingError
    if objective == "worst_target" and spent.get(objective, 0) > batch.scale:
        raise ProvesNothingError
    return total


def _add_objective(batch: PricedBatch, total: Lagrangian, objective: str, times: int) -> None:
    """An objective that is a sum over admissions; the others come as terms."""
    level = batch.costs.get(objective)
    if level is None:
        return
    for costs, sums in ((level.way_cost, total.way), (level.cell_cost, total.cell)):
        if costs is not None:
            if int(np.abs(costs).max(initial=0)) * times >= LARGEST:
                raise ProvesNothingError
            sums += costs * times


def _add_value(
    batch: PricedBatch, total: Lagrangian, row: Mapping[str, object], before: Sequence[str], unit: int
) -> None:
    """ρ·(F − v) for an objective before this one."""
    name, price = row["name"], row["price"]
    value = batch.values.get(str(name))
    if name not in before or not isinstance(price, int) or price < 0 or not isinstance(value, Fraction):
        raise ProvesNothingError
    if name in ("worst_choice", "worst_target"):
        raise ProvesNothingError
    _add_objective(batch, total, str(name), price * unit)
    total.constant -= price * unit * as_minimised(str(name), value)
    total.weight[str(name)] = price


def _add_cells(batch: PricedBatch, total: Lagrangian, rows: pl.DataFrame, unit: int) -> None:
    """p·(admissions − seats) of every cell with a price."""
    tables, cohort = batch.tables, batch.scenario.cohort
    programme = positions(rows["programme_id"], cohort.programmes.ids)
    pool = positions(rows["pool"], tables.batch.pool_names[:-1])
    school = positions(rows["feeder_school_id"], cohort.feeder_school_ids)
    price = rows["price"].to_numpy()
    if (programme < 0).any() or (pool < 0).any() or rows["price"].null_count() or (price < 0).any():
        raise ProvesNothingError
    per_school = tables.batch.per_school[pool]
    first = tables.batch.cell_first[programme, pool]
    if (first < 0).any() or (per_school != (school >= 0)).any():
        raise ProvesNothingError
    if len(price) and int(price.max()) * unit >= LARGEST:
        raise ProvesNothingError
    cell = first + np.where(per_school, school, 0)
    np.add.at(total.cell, cell, price * unit)
    seats = tables.standing.setting.seats[cell]
    total.constant -= unit * sum(p * s for p, s in zip(price.tolist(), seats.tolist(), strict=True))


def _add_bound(batch: PricedBatch, total: Lagrangian, kind: str, name: str, price: int, unit: int) -> None:
    """q·(count − at_most), r·(at_least − count), or q·(G − (share + tolerance)·B)."""
    if price < 0:
        raise ProvesNothingError
    rule = batch.counts.guideline
    if name.startswith("guideline/") and kind == "at_most" and rule is not None and rule.is_constraint:
        at, scope = _scope(batch, name.partition("/")[2])
        share = rule.share + rule.tolerance
        slopes = (-price * share if rule.basis_grows else Fraction(0), price)
        _add_scope(total, at, slopes, unit)
        total.constant += unit * price * (scope.earlier_general - share * scope.earlier_basis)
        return
    cap = next((cap for cap in batch.counts.caps if cap.of.rule.name == name), None)
    limit = None if cap is None else getattr(cap.of.rule, kind)
    if cap is None or limit is None:
        raise ProvesNothingError
    sign = 1 if kind == "at_most" else -1
    _add_programmes(total, cap.of.programmes, sign * price * unit)
    total.constant -= sign * unit * price * (limit - cap.earlier)


def _add_programmes(total: Lagrangian, programmes: np.ndarray, price: int) -> None:
    if abs(price) >= LARGEST:
        raise ProvesNothingError
    total.programme[programmes] += price


def _add_scope(total: Lagrangian, at: int, slopes: tuple[Fraction, Fraction | int], unit: int) -> None:
    """Slopes of an admission to the vocational and to the general track."""
    for track, of_basis in enumerate((slopes[0], slopes[0] + slopes[1])):
        slope = of_basis * unit
        if abs(slope) >= LARGEST or Fraction(slope).denominator != 1:
            raise ProvesNothingError
        total.in_scope[at, track] += int(slope)


def _scope(batch: PricedBatch, name: str) -> tuple[int, CountedScope]:
    rule = batch.counts.guideline
    scopes = rule.scopes if rule is not None else ()
    for at, scope in enumerate(scopes):
        if scope.name == name:
            return at, scope
    raise ProvesNothingError


def _add_term(
    batch: PricedBatch, total: Lagrangian, of: str, what: str, price: int, before: Sequence[str], unit: int
) -> None:
    """A line of slope y below one convex term."""
    is_worst_before = of == "worst_target" and of in before
    if of not in TERMS or (not is_worst_before and abs(price) > total.weight.get(of, -1)):
        raise ProvesNothingError
    if of == "guideline":
        rule = batch.counts.guideline
        assert rule is not None  # a scope was found
        at, scope = _scope(batch, what)
        of_basis = price * rule.share + abs(price) * rule.tolerance
        _add_scope(total, at, (-of_basis if rule.basis_grows else Fraction(0), price), unit)
        total.constant += unit * (price * scope.earlier_general - of_basis * scope.earlier_basis)
        return
    cap = next((cap for cap in batch.counts.caps if cap.of.rule.name == what), None)
    if cap is None or cap.of.rule.target is None:
        raise ProvesNothingError
    _add_programmes(total, cap.of.programmes, price * unit)
    total.constant += unit * price * (cap.earlier - cap.of.rule.target)
    if is_worst_before:
        value = batch.values[of]
        assert isinstance(value, Fraction)
        total.constant -= unit * abs(price) * value
