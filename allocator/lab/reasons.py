"""By which rule somebody moved: what keeps them, in one of two outcomes, from the better of their two programmes.

Whoever is worse off was refused after the change what they had before it; whoever is better off had been refused
before it. The refusal is looked at where it happened, under that outcome's published lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.indicators.dimensions import positions
from allocator.indicators.eligibility import below_control_line, floors, least_scores, standing
from allocator.indicators.facts import facts
from allocator.indicators.scores import order_of
from allocator.lab.same_ranking import same_ranking
from allocator.lab.seats_of_places import PLACE, own_seats, programme_seats
from allocator.lab.side_by_side import Side
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.groups import members
from allocator.scenario.settings import OPEN, REVERTED, Batch

# In the order in which they are looked for; of the rules that refuse somebody, the first one counts.
REASONS = {
    "offer": ("R1", message("the programme or the pool is not offered there")),
    "closed": ("R10", message("the programme closed for want of applicants")),
    "score": ("R1", message("no score, or under the programme's own least score")),
    "group": ("R1", message("not in the pool's group")),
    "control_line": ("R8", message("below the control line")),
    "floor": ("R6", message("under the pool's floor")),
    "objectives": ("R10", message("the objectives of an optimal batch")),
    "leftover": ("R11", message("seats that are left over at the end")),
    "seats": ("R4", message("fewer seats")),
    "pool_seats": ("R5", message("fewer seats in that pool or cell, though not in the programme")),
    "ranking": ("R2", message("scores, or how they are compared, are others")),
    "order": ("R3", message("another order of priority, or of pools (R5)")),
    "line": ("R7", message("the line is higher because others came")),
}


@dataclass(frozen=True)
class Asked:
    """What movers would have liked better of the two: where, and through which pool they once got it."""

    applicant_id: pl.Series  # (move,)
    programme_id: pl.Series  # (move,)
    batch: pl.Series  # (move,)
    pool: pl.Series  # (move,)
    feeder_school_id: pl.Series  # (move,) the mover's


def with_reasons(moves: pl.DataFrame, before: Side, after: Side) -> pl.DataFrame:
    """The moves with ``reason`` (see REASONS) and ``rule``; null where it is the same programme or another list."""
    reason = np.full(moves.height, None, dtype=object)
    for change, side, refusing, accepting in (("better", "to", before, after), ("worse", "from", after, before)):
        rows = np.flatnonzero((moves["change"] == change).to_numpy())
        if len(rows):
            some = moves[rows]
            programme_id, batch, pool = (some[f"{side}_{name}"] for name in ("programme_id", "batch", "pool"))
            asked = Asked(some["applicant_id"], programme_id, batch, pool, some["feeder_school_id"])
            reason[rows] = _reasons(asked, refusing, accepting)
    found = pl.Series("reason", reason.tolist(), dtype=pl.String)
    rules = {name: rule for name, (rule, _) in REASONS.items()}
    return moves.with_columns(found, found.replace_strict(rules, default=None, return_dtype=pl.String).alias("rule"))


def _reasons(asked: Asked, refusing: Side, accepting: Side) -> list[str]:
    """(move,) the first of REASONS that holds in the refusing outcome."""
    batches = refusing.scenario.settings.batches
    refused = _in_positions(asked, refusing)
    mechanism = np.array([rule.mechanism for rule in batches] + [""])[refused.batch]
    others = {rule.name: rule for rule in accepting.scenario.settings.batches}
    reordered = [rule.name not in others or _order(rule) != _order(others[rule.name]) for rule in batches]
    reordered_here = np.array([*reordered, False], dtype=np.bool_)[refused.batch]
    places = pl.DataFrame([getattr(asked, name).alias(name) for name in PLACE])
    seats, own = ([of(places, side.outcome) for side in (refusing, accepting)] for of in (programme_seats, own_seats))
    # Which seats revert follows from the order of pools too.
    by_order = reordered_here & np.asarray((asked.pool == REVERTED).fill_null(False).to_numpy(), dtype=np.bool_)
    closed = refusing.outcome.closures.filter("closed")["programme_id"]
    fails = {
        "offer": ~_offered(asked, refused, refusing),
        "closed": np.asarray(asked.programme_id.is_in(closed.implode()).to_numpy(), dtype=np.bool_),
        **_ineligible(refused, refusing),
        "objectives": mechanism == "optimal",
        "leftover": mechanism == "reassign",
        "seats": seats[0] < seats[1],
        "pool_seats": (own[0] < own[1]) & ~by_order,
        "ranking": _ranked_otherwise(refused, refusing, accepting),
        "order": reordered_here,
        "line": np.ones(len(refused.applicant), dtype=np.bool_),
    }
    names = list(REASONS)
    first = np.argmax(np.stack([fails[name] for name in names]), axis=0)
    return [names[i] for i in first.tolist()]


@dataclass(frozen=True)
class _Refused:
    """The refusals by position in the tables of the outcome where they happened; -1 where it has no such thing."""

    applicant: IntArray  # (move,)
    programme: IntArray  # (move,)
    batch: IntArray  # (move,)
    pool: pl.Series  # (move,) `open` where it was `reverted`


def _in_positions(asked: Asked, side: Side) -> _Refused:
    cohort = side.scenario.cohort
    batch_names = [batch.name for batch in side.scenario.settings.batches]
    return _Refused(
        positions(asked.applicant_id, cohort.applicants.ids),
        positions(asked.programme_id, pl.Series(cohort.programmes.ids, dtype=pl.String)),
        positions(asked.batch, pl.Series(batch_names, dtype=pl.String)),
        asked.pool.replace(REVERTED, OPEN),
    )


def _offered(asked: Asked, refused: _Refused, side: Side) -> BoolArray:
    """(move,) whether the programme has the pool in the batch; a reassignment has no pools of its own."""
    known = side.outcome.lines.select("batch", "programme_id", "pool").unique().with_columns(there=pl.lit(True))
    wanted = pl.DataFrame(
        [asked.batch.alias("batch"), asked.programme_id.alias("programme_id"), refused.pool.alias("pool")]
    )
    there = wanted.join(known, on=wanted.columns, how="left", maintain_order="left")["there"].fill_null(False)
    return np.asarray(there.to_numpy(), dtype=np.bool_)


def _ineligible(refused: _Refused, side: Side) -> dict[str, BoolArray]:
    """R1 in the refusing outcome: score, group, control line and floor; (move,) whether each bars them."""
    scenario, num = side.scenario, len(refused.applicant)
    known = facts(scenario, side.outcome, scenario.settings.indicators)
    fails = {name: np.zeros(num, dtype=np.bool_) for name in ("score", "group", "control_line", "floor")}
    exists = (refused.programme >= 0) & (refused.batch >= 0)
    general = np.append(scenario.cohort.programmes.is_general, False)[refused.programme]
    fails["control_line"] = below_control_line(known)[refused.applicant] & general
    own = scenario.cohort.programmes.ranking
    for index, rule in enumerate(scenario.settings.batches):
        ranking = tuple(name or rule.ranking for name in own)
        orders = {name: order_of(scenario, name) for name in set(ranking)} if (refused.batch == index).any() else {}
        for pool in rule.pools:
            rows = np.flatnonzero(exists & (refused.batch == index) & (refused.pool == pool).to_numpy())
            if not len(rows):
                continue
            applicant, programme = refused.applicant[rows], refused.programme[rows]
            _, score, present = standing(known, orders, ranking, programme, applicant)
            least = least_scores(scenario.cohort.programmes.min_score, orders, ranking)
            fails["score"][rows] = ~present | (score < least[programme])
            fails["floor"][rows] = score < floors(known, orders, ranking, rule.name, pool)[programme]
            group = scenario.settings.pool(pool).group
            if group is not None:
                inside = members(scenario.cohort.applicants, scenario.settings.groups[group])
                fails["group"][rows] = ~inside[applicant]
    return fails


def _ranked_otherwise(refused: _Refused, refusing: Side, accepting: Side) -> BoolArray:
    """(move,) whether the programme's ranking, or a score or tie-breaker of it, differs between the outcomes (R2)."""
    result = np.zeros(len(refused.applicant), dtype=np.bool_)
    programmes = accepting.scenario.cohort.programmes
    others = dict(zip(programmes.ids, programmes.ranking, strict=True))
    other_batches = {rule.name: rule.ranking for rule in accepting.scenario.settings.batches}
    own = refusing.scenario.cohort.programmes
    same: dict[tuple[str, str], bool] = {}
    for index, rule in enumerate(refusing.scenario.settings.batches):
        here = np.flatnonzero((refused.batch == index) & (refused.programme >= 0))
        if rule.name not in other_batches:
            continue  # a batch that is new is another order
        differs = np.zeros(len(own), dtype=np.bool_)
        for programme in np.unique(refused.programme[here]).tolist():
            ours = own.ranking[programme] or rule.ranking
            theirs = others.get(own.ids[programme]) or other_batches[rule.name]
            if (ours, theirs) not in same:
                same[ours, theirs] = same_ranking(refusing.scenario, ours, accepting.scenario, theirs)
            differs[programme] = not same[ours, theirs]
        result[here] = differs[refused.programme[here]]
    return result


def _order(rule: Batch) -> tuple[object, ...]:
    """What R3 and R5 make of a batch's order."""
    return rule.order, rule.choice_tier, rule.band_width, rule.pools
