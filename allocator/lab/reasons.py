"""By which rule somebody moved: what keeps them, in one of two outcomes, from the better of their two programmes.

Whoever is worse off was refused after the change what they had before it; whoever is better off had been refused
before it. The refusal is looked at where it happened, under that outcome's published lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.indicators.dimensions import at, positions
from allocator.indicators.eligibility import below_control_line, floors, least_scores, standing
from allocator.indicators.facts import Facts, facts
from allocator.indicators.scores import order_of
from allocator.lab.side_by_side import Side
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.groups import members
from allocator.scenario.indicator_settings import IndicatorSettings
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


def with_reasons(moves: pl.DataFrame, before: Side, after: Side) -> pl.DataFrame:
    """The moves with ``reason`` (see REASONS) and ``rule``; null where it is the same programme or another list."""
    better = moves["change"] == "better"
    worse = moves["change"] == "worse"
    reason = np.full(moves.height, "", dtype=object)
    for which, side, refusing, accepting in ((better, "to", before, after), (worse, "from", after, before)):
        rows = np.flatnonzero(which.to_numpy())
        if len(rows):
            some = moves[rows]
            columns = (some[name] for name in ("applicant_id", *(f"{side}_{c}" for c in ("programme_id", "batch", "pool"))))
            reason[rows] = _reasons(Asked(*columns), refusing, accepting)
    found = pl.Series("reason", [name or None for name in reason], dtype=pl.String)
    rules = {name: rule for name, (rule, _) in REASONS.items()}
    rule = found.replace_strict(rules, default=None, return_dtype=pl.String).alias("rule")
    return moves.with_columns(found, rule)


def _reasons(asked: Asked, refusing: Side, accepting: Side) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    scenario = refusing.scenario
    known = facts(scenario, refusing.outcome, IndicatorSettings())
    applicant = positions(asked.applicant_id, scenario.cohort.applicants.ids)
    programme = positions(asked.programme_id, pl.Series(scenario.cohort.programmes.ids, dtype=pl.String))
    batch_names = [batch.name for batch in scenario.settings.batches]
    batch = positions(asked.batch, pl.Series(batch_names, dtype=pl.String))
    pool = asked.pool.replace(REVERTED, OPEN)
    result = np.full(len(applicant), "", dtype=object)

    def mark(name: str, where: BoolArray, rows: IntArray | slice = slice(None)) -> None:
        found = result[rows]
        found[where & (found == "")] = name
        result[rows] = found

    mark("offer", (programme < 0) | (batch < 0))
    closed = set(refusing.outcome.closures.filter("closed")["programme_id"])
    mark("closed", asked.programme_id.is_in(list(closed)).to_numpy())
    barred = below_control_line(known)[applicant] & at(scenario.cohort.programmes.is_general.astype(np.int64), programme).astype(np.bool_)
    for i, rule in enumerate(scenario.settings.batches):
        for name in rule.pools:
            rows = np.flatnonzero((batch == i) & (pool == name).to_numpy() & (programme >= 0))
            if len(rows):
                _of_pool(known, rule, name, rows, applicant[rows], programme[rows], barred[rows], mark)
        rest = np.flatnonzero((batch == i) & (result == ""))
        mark("offer", ~pool.gather(rest).is_in(list(rule.pools)).to_numpy(), rest)
        mark("objectives", np.full(len(rest), rule.mechanism == "optimal"), rest)
        mark("leftover", np.full(len(rest), rule.mechanism == "reassign"), rest)
    mark("seats", _seats(asked, refusing) < _seats(asked, accepting))
    others = {rule.name: rule for rule in accepting.scenario.settings.batches}
    for i, rule in enumerate(scenario.settings.batches):
        other = others.get(rule.name)
        mark("order", (batch == i) & (other is None or _order(rule) != _order(other)))
    mark("line", np.ones(len(result), dtype=np.bool_))
    return result


def _of_pool(known: Facts, rule: Batch, pool: str, rows: IntArray, applicant: IntArray, programme: IntArray, barred: BoolArray, mark) -> None:  # type: ignore[no-untyped-def]
    ...
