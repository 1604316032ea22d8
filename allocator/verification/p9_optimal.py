"""P9: for R10 and R11, feasibility, every objective's value, and optimality, from the assignments alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import OptimalBatch, Outcome
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.certificate import Breach, Witness, breach
from allocator.verification.claims import Claims
from allocator.verification.counted_sets import bounded_sets, fixed_sets, opened_sets, united
from allocator.verification.matrix import positions
from allocator.verification.objective_values import PROFILES, Given, Value, claimed, given, same, value
from allocator.verification.optimal_counts import Counts, counts_of
from allocator.verification.optimal_tables import (
    NOT_PLACED,
    OptimalTables,
    in_own_area,
    optimal_tables,
    ranking_order,
)
from allocator.verification.p7_guideline import Scopes
from allocator.verification.p9_bound import TERMS, UNPRICED, PricedBatch, as_minimised, bound, priced
from allocator.verification.p9_ladder import LadderVerdict, judge_ladder, levels
from allocator.verification.p9_score import better_by_score
from allocator.verification.residual_network import Network, network
from allocator.verification.standing import Standing
from allocator.verification.tables import ScenarioTables
from allocator.verification.witnesses import of_applicants

STRUCTURES = ("network", "crossing bounds", "classes")

_CLAIMS = message("The outcome does not state its optimal and reassignment batches, each once and in order (P9).")
_LADDER = message("Batch {batch}: the objectives that are stated are not those of the scenario (P9).")
_VALUE = message("Batch {batch}: {objective} is stated as {found}; the assignments give {expected} (P9).")
_AT_MOST = message("Batch {batch}: {name} has {found} admissions, and may have at most {limit} (P9, R10).")
_AT_LEAST = message("Batch {batch}: {name} has {found} admissions, and must have at least {limit} (P9, R10).")
_GUIDELINE = message("Batch {batch}: the general track is above the limit of the guideline in {count} scopes (P9).")
_TOO_SMALL = message("Batch {batch}: {count} programmes opened with fewer admissions than their least size (P9, R10).")
_STRUCTURE = message("Batch {batch} is said to be “{found}”, which it is not (P9).")
_COUNTS = message("Batch {batch}: {count} of the published counts are not those of the assignments (P9).")
_NOT_OPTIMAL = message("Batch {batch}: {objective} can be made better at no loss to the objectives before it (P9).")
_SCORE = message(
    "Batch {batch}: {count} applicants could have a better choice at no loss to an objective, nor to anybody before "
    "them in the ranking (P9, R10: score)."
)
_PROGRAMME = message("Batch {batch}: {count} applicants have an equal choice with a later programme_id (P9, R10).")
_POOL = message("Batch {batch}: {count} applicants sit in a later pool than they could (P9, R10).")
_BOUND = message("Batch {batch}: the bound {found} of {objective} cannot be, or its prices do not prove it (P9).")


@dataclass(frozen=True)
class _Judged:
    """One batch: what is wrong, and how its objectives were looked at."""

    breaches: tuple[Breach, ...]
    proven: int = 0
    recomputed: int = 0


def p9_optimal(
    tables: ScenarioTables, claims: Claims, outcome: Outcome, standings: Sequence[Standing], of_guideline: Scopes
) -> tuple[list[Breach], Mapping[str, int]]:
    """P9: every optimal and reassignment batch is feasible, as good as it is said to be, and cannot be made better.

    Returns:
        The breaches, and how many batches and objectives were checked: `proven` by the verifier itself, or only
        `recomputed`, where the proof is a search that is not repeated or the outcome says that there is none.
    """
    here = [standing for standing in standings if standing.tables.rule.mechanism != "stable"]
    stated = [claim.batch for claim in outcome.optimal]
    breaches: list[Breach] = []
    if stated != [standing.tables.rule.name for standing in here]:
        breaches.append(breach("P9", _CLAIMS, 1))
    judged = []
    for standing in here:
        name = standing.tables.rule.name
        claim = next((claim for claim in outcome.optimal if claim.batch == name), None)
        if claim is not None:
            counts = counts_of(tables, claims, of_guideline, standing.tables.position)
            optimal = optimal_tables(standing)
            one = _Batch(tables, standing, claim, _within_reach(counts, optimal), optimal, outcome.prices)
            judged.append(_judge(one))
    breaches += [found for one in judged for found in one.breaches]
    return breaches, {
        "batches": len(judged),
        "objectives proven": sum(one.proven for one in judged),
        "objectives recomputed": sum(one.recomputed for one in judged),
    }


@dataclass(frozen=True)
class _Batch:
    tables: ScenarioTables
    standing: Standing
    claim: OptimalBatch
    counts: Counts
    optimal: OptimalTables
    prices: pl.DataFrame

    @property
    def name(self) -> str:
        return self.standing.tables.rule.name

    @property
    def ladder(self) -> tuple[str, ...]:
        return tuple(name for name in self.standing.tables.rule.ladder if name != "score")

    @property
    def is_general(self) -> BoolArray:
        """(programme,) of the general track, and within reach."""
        return self.tables.scenario.cohort.programmes.is_general & _reached(self.optimal)


def _within_reach(counts: Counts, optimal: OptimalTables) -> Counts:
    """Caps cut down to the programmes that anybody can be given in this batch: the rest always counts 0."""
    reached = _reached(optimal)
    cut = (replace(cap, of=replace(cap.of, programmes=cap.of.programmes & reached)) for cap in counts.caps)
    return replace(counts, caps=tuple(cut))


def _reached(optimal: OptimalTables) -> BoolArray:
    """(programme,) some way leads there."""
    reached = np.zeros(len(optimal.batch.cell_first), dtype=np.bool_)
    reached[optimal.way_programme[optimal.way_programme != NOT_PLACED]] = True
    return reached


def _judge(batch: _Batch) -> _Judged:
    own_area = in_own_area(batch.tables.scenario, batch.optimal)
    got = given(batch.optimal, own_area)
    values = {name: value(name, got, batch.counts) for name in batch.ladder}
    breaches = [*_values(batch, values), *_feasible(batch)]
    if breaches or not batch.optimal.is_sound:
        return _Judged(tuple(breaches), recomputed=len(batch.ladder))
    in_network = _in_network(batch)
    is_network = in_network is not None and not batch.counts.least_size.any()
    proven: set[str] = set()
    if in_network is not None:
        # What cannot be better where every programme may open cannot be better where some may not.
        verdict = judge_ladder(in_network, batch.ladder, values, batch.counts, own_area, got.largest)
        proven |= set(verdict.proven)
        if is_network:
            breaches += _improved(batch, verdict)
    breaches += _structure(batch, is_network)
    of_bounds, by_prices = _bounds(batch, values, own_area, got)
    breaches += of_bounds
    proven |= by_prices
    if not breaches:
        if batch.claim.counts or not is_network:
            breaches += _within_counts(batch, values, own_area, got)
        else:
            breaches += _by_score(batch, verdict)
    return _Judged(tuple(breaches), len(proven), len(batch.ladder) - len(proven))


def _values(batch: _Batch, values: Mapping[str, Value]) -> Iterator[Breach]:
    """Every objective has the value that is stated."""
    stated = batch.claim.values
    if set(stated) != set(values):
        yield breach("P9", _LADDER, 1, batch=batch.name)
    for name, found in values.items():
        if name in stated and not same(found, claimed(stated[name])):
            expected = str(found) if isinstance(found, Fraction) else list(found)
            yield breach("P9", _VALUE, 1, batch=batch.name, objective=name, found=stated[name], expected=expected)


def _feasible(batch: _Batch) -> Iterator[Breach]:
    """Caps, the guideline as a constraint, and least sizes hold."""
    for cap in batch.counts.caps:
        rule = cap.of.rule
        for template, limit, holds in (
            (_AT_MOST, rule.at_most, rule.at_most is None or cap.total <= rule.at_most),
            (_AT_LEAST, rule.at_least, rule.at_least is None or cap.total >= rule.at_least),
        ):
            if not holds:
                yield breach("P9", template, 1, batch=batch.name, name=rule.name, found=cap.total, limit=limit)
    guideline = batch.counts.guideline
    if guideline is not None and guideline.is_constraint:
        most = guideline.share + guideline.tolerance
        over = [scope.name for scope in guideline.scopes if scope.general > most * scope.basis]
        if over:
            yield breach("P9", _GUIDELINE, len(over), ({"scope": name} for name in over), batch=batch.name)
    small = np.flatnonzero((batch.counts.admitted > 0) & (batch.counts.admitted < batch.counts.least_size))
    if len(small):
        ids = batch.tables.scenario.cohort.programmes.ids
        witnesses: Iterator[Witness] = ({"programme_id": ids[p]} for p in small.tolist())
        yield breach("P9", _TOO_SMALL, len(small), witnesses, batch=batch.name)


def _in_network(batch: _Batch) -> Network | None:
    """The batch as a network, if its counted sets allow it; every programme may open, however few it admits."""
    sets = bounded_sets(batch.counts, batch.is_general, batch.ladder)
    everything = np.ones(len(batch.optimal.way_node), dtype=np.bool_)
    return None if sets is None else network(batch.optimal, sets, everything)


def _improved(batch: _Batch, verdict: LadderVerdict) -> Iterator[Breach]:
    """No objective can be made better."""
    if verdict.improved is not None:
        who = batch.optimal.participant[np.unique(batch.optimal.row[verdict.circle])]
        witnesses = of_applicants(batch.tables, batch.standing.tables, who)
        yield breach("P9", _NOT_OPTIMAL, 1, witnesses, batch=batch.name, objective=verdict.improved)


def _structure(batch: _Batch, is_network: bool) -> Iterator[Breach]:
    """What is said about how it was solved can be true, and published counts are those of the assignments."""
    found = batch.claim.structure
    if found not in STRUCTURES or (found == "network" and not is_network):
        yield breach("P9", _STRUCTURE, 1, batch=batch.name, found=found)
    published = _published(batch)
    wrong = sum(members is None or int(batch.counts.admitted[members].sum()) != count for members, count in published)
    if wrong:
        yield breach("P9", _COUNTS, wrong, batch=batch.name)


def _published(batch: _Batch) -> list[tuple[BoolArray | None, int]]:
    """The published counts, each with its programmes; None where it names what does not exist."""
    ids = batch.tables.scenario.cohort.programmes.ids
    found: list[tuple[BoolArray | None, int]] = []
    for row in batch.claim.counts:
        listed, count = row.get("programmes"), row.get("count")
        at = positions(pl.Series(listed if isinstance(listed, list | tuple) else [None], dtype=pl.String), ids)
        members = np.zeros(len(ids), dtype=np.bool_)
        members[at] = True
        found.append((None if (at < 0).any() or not isinstance(count, int) else members, int(str(count or 0))))
    return found


def _within_counts(batch: _Batch, values: dict[str, Value], own_area: BoolArray, got: Given) -> Iterator[Breach]:
    """Where it is no network: with the published counts as they are, nothing is better, and ``score`` holds.

    Where no counts are published, only the programmes with a least size stay open or closed as they are.
    """
    reached = _reached(batch.optimal)  # as caps are cut down
    published = [members & reached for members, _ in _published(batch) if members is not None]
    ladder: Sequence[str] = batch.ladder
    sets = bounded_sets(batch.counts, batch.is_general, ladder) if not batch.claim.counts else None
    if sets is None:
        sets = fixed_sets(batch.counts, published, batch.is_general, ladder)
        ladder = [name for name in ladder if name not in TERMS]
    within = network(batch.optimal, united([*sets, *opened_sets(batch.counts)]), _of_their_track(batch))
    if within is None:
        yield breach("P9", _STRUCTURE, 1, batch=batch.name, found=batch.claim.structure)
        return
    verdict = judge_ladder(within, ladder, values, batch.counts, own_area, got.largest)
    if verdict.improved is not None:
        yield from _improved(batch, verdict)
    else:
        yield from _by_score(batch, verdict)


def _of_their_track(batch: _Batch) -> BoolArray:
    """(way,) where a guideline by area counts, everybody keeps their track, or stays without a place."""
    optimal, rule = batch.optimal, batch.counts.guideline
    counts = rule is not None and (rule.is_constraint or "guideline" in batch.ladder)
    if rule is None or not counts or not any(scope.name for scope in rule.scopes):
        return np.ones(len(optimal.way_node), dtype=np.bool_)
    status: IntArray = np.where(
        optimal.way_programme == NOT_PLACED, 2, batch.is_general[optimal.way_programme].astype(np.int64)
    )
    kept: BoolArray = status == np.repeat(status[optimal.held], np.diff(optimal.start))
    return kept


def _by_score(batch: _Batch, verdict: LadderVerdict) -> Iterator[Breach]:
    """``score`` and what settles equal choices: nobody in ranking order could have had something better."""
    order = ranking_order(batch.tables, batch.optimal)
    better = better_by_score(batch.tables.scenario, verdict.network, verdict.free, order)
    for template, rows in (
        (_SCORE, better.by_choice),
        (_PROGRAMME, better.by_programme),
        (_POOL, better.by_pool),
    ):
        if len(rows):
            who = batch.optimal.participant[rows]
            witnesses = of_applicants(batch.tables, batch.standing.tables, who)
            yield breach("P9", template, len(rows), witnesses, batch=batch.name)
            return  # what comes after is settled on another ground


def _bounds(
    batch: _Batch, values: Mapping[str, Value], own_area: BoolArray, got: Given
) -> tuple[list[Breach], set[str]]:
    """Stated bounds are no better than the prices prove, and not beyond the value; where the two meet it is proven."""
    breaches: list[Breach] = []
    proven: set[str] = set()
    costs = {
        name: one
        for name in batch.ladder
        if name not in (*PROFILES, "worst_choice", "worst_target")
        for one in levels(name, batch.optimal, own_area, batch.counts, got.largest)
    }
    scale = batch.claim.price_scale
    of_batch = PricedBatch(batch.tables.scenario, batch.optimal, batch.counts, values, batch.ladder, costs, scale)
    rows = {name: own for name, own in priced(batch.prices, batch.name) if name not in UNPRICED}
    for name in [*rows, *(name for name in batch.claim.bounds if name not in rows)]:
        found, stated = values.get(name), batch.claim.bounds.get(name)
        least = bound(of_batch, name, rows[name]) if name in rows and found is not None else None
        limit = claimed(stated) if stated is not None else None
        if found is None or (name in rows and least is None) or (stated is not None and limit is None):
            breaches.append(breach("P9", _BOUND, 1, batch=batch.name, objective=name, found=stated))
            continue
        if not isinstance(found, Fraction) or isinstance(limit, tuple):
            continue  # a profile's bound is not a number
        reached = as_minimised(name, found)
        claim = None if limit is None else as_minimised(name, limit)
        if claim is not None and (claim > reached or (least is not None and claim > least)):
            breaches.append(breach("P9", _BOUND, 1, batch=batch.name, objective=name, found=stated))
        if least == reached:
            proven.add(name)
    return breaches, proven
