"""R10, `min_open` in stable batches: who closed had to, who opened could, and what is published about it is true.

That no other set of closures is better is proven by search, which is not repeated here: what is checked is that no
closed programme could have stayed open by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.certificate import Breach, Witness, breach
from allocator.verification.claims import Claims
from allocator.verification.closed import closed_programmes, with_closed
from allocator.verification.matrix import positions
from allocator.verification.p7_guideline import Scopes
from allocator.verification.rerun import open_alone, rising_lines
from allocator.verification.standing import walk
from allocator.verification.tables import ScenarioTables

_UNKNOWN = message("{count} rows of the closures are of no programme with a least size, or stand twice (R10).")
_SUMMARY = message("The summary says something else about closures than the tables and the assignments (R10).")
_ADMITS = message("{count} closed programmes admit somebody (R10).")
_TOO_SMALL = message("{count} open programmes are under their least size (R10).")
_ROWS = message("{count} programmes would open under their least size and are not in the closures, or the reverse.")
_IF_OPEN = message("{count} numbers in the closures are not those of a run with all programmes open (R10).")
_NOT_NEEDED = message("{count} programmes were closed that could have opened alone, with no fewer placed (R10).")
_SIMPLE = message("{count} programmes are said to close by the simple rule and do not, or the reverse (R10).")


def closures_breaches(
    tables: ScenarioTables, outcome: Outcome, claims: Claims, lines: IntArray, scopes: Scopes
) -> Iterator[Breach]:
    """R10: every closed programme admits nobody, and could not have opened; every open one has its least size.

    Args:
        tables: with nothing closed.
        lines: (scope,) the control lines in force.
    """
    scenario, frame = tables.scenario, outcome.closures
    again = _Again(tables, lines, scopes)
    at = positions(frame["programme_id"], scenario.cohort.programmes.ids)
    known = (at >= 0) & (np.append(again.least, 0)[at] > 0)
    if not known.all() or len(np.unique(at)) < len(at):
        yield breach("P9", _UNKNOWN, int((~known).sum()) or len(at) - len(np.unique(at)))
        return
    closed = closed_programmes(scenario, frame.filter("closed")["programme_id"])
    by_rule = closed_programmes(scenario, frame.filter("closed_by_simple_rule")["programme_id"])
    admitted = np.bincount(claims.programme[claims.programme >= 0], minlength=len(closed))
    in_stable = again.admitted(claims.programme, claims.batch)
    yield from _each(_ADMITS, tables, closed & (admitted > 0))
    yield from _each(_TOO_SMALL, tables, ~closed & (in_stable < again.least))
    if again.can_run and again.least.any():
        yield from _again(tables, again, outcome, at, closed, by_rule, int(in_stable.sum()))
    yield from _told(again, outcome, int(in_stable.sum()))


def _each(template: str, tables: ScenarioTables, wrong: BoolArray) -> Iterator[Breach]:
    """One breach for all programmes where something is wrong."""
    if wrong.any():
        ids = tables.scenario.cohort.programmes.ids
        witnesses: Iterator[Witness] = ({"programme_id": ids[p]} for p in np.flatnonzero(wrong).tolist())
        yield breach("P9", template, int(wrong.sum()), witnesses)


@dataclass(frozen=True)
class _Run:
    admitted: IntArray  # (programme,) in stable batches
    too_small: BoolArray  # (programme,) open, and under its least size

    @property
    def placed(self) -> int:
        return int(self.admitted.sum())


class _Again:
    """Independent runs of the stable batches, with other programmes closed."""

    def __init__(self, tables: ScenarioTables, lines: IntArray, scopes: Scopes) -> None:
        self._lines, self._scopes = lines, scopes
        self.is_stable = np.array([batch.rule.mechanism == "stable" for batch in tables.batches], dtype=np.bool_)
        last = int(np.flatnonzero(self.is_stable).max(initial=-1)) + 1
        # An optimal batch before a stable one cannot be run again here.
        self.can_run = bool(self.is_stable[:last].all())
        # What is carried beyond the last stable batch changes nothing before it.
        kept = (replace(b, carries_to=np.where(b.carries_to < last, b.carries_to, -1)) for b in tables.batches[:last])
        self._tables = replace(tables, batches=tuple(kept))
        offered = np.zeros(len(tables.scenario.cohort.programmes), dtype=np.bool_)
        for batch in tables.batches:
            if batch.rule.mechanism == "stable":
                offered |= (batch.cell_first >= 0).any(axis=1)
        self.least = np.where(offered, tables.scenario.cohort.programmes.min_open, 0)
        self.can_fall = not self.can_run or any(
            (batch.admit_all & (batch.cell_first >= 0).any(axis=1)).any()
            or any((floor := tables.scenario.settings.pool(name).floor) and floor.of for name in batch.rule.pools)
            for batch in self._tables.batches
        )

    def admitted(self, programme: IntArray, batch: IntArray) -> IntArray:
        """(programme,) admissions of the stable batches."""
        here = (programme >= 0) & (batch >= 0)
        here &= np.append(self.is_stable, False)[batch]
        return np.bincount(programme[here], minlength=len(self.least))

    def __call__(self, closed: BoolArray) -> _Run:
        tables = with_closed(self._tables, closed)
        admitted = np.zeros(len(closed), dtype=np.int64)
        for standing in walk(tables, self._lines, self._scopes.of, self._scopes.score, rising_lines, open_alone):
            programme = standing.admissions.programme
            admitted += np.bincount(programme[programme >= 0], minlength=len(closed))
        return _Run(admitted, ~closed & (admitted < self.least))

    def simple_rule(self, all_open: _Run) -> tuple[BoolArray, int]:
        """Close the emptiest, the last of equals, until none is under its least size; and who is placed then."""
        closed, run = np.zeros(len(self.least), dtype=np.bool_), all_open
        while run.too_small.any():
            small = np.flatnonzero(run.too_small)
            closed[small[np.lexsort((-small, run.admitted[small]))[0]]] = True
            run = self(closed)
        return closed, run.placed


def _again(
    tables: ScenarioTables,
    again: _Again,
    outcome: Outcome,
    at: IntArray,
    closed: BoolArray,
    by_rule: BoolArray,
    placed: int,
) -> Iterator[Breach]:
    """What runs with other closures say."""
    all_open = again(np.zeros_like(closed))
    rows = np.zeros_like(closed)
    rows[at] = True
    # Where fills can fall as more close, programmes that are large enough may have to close too.
    missing = all_open.too_small & ~rows
    yield from _each(_ROWS, tables, missing if again.can_fall else missing | (rows & ~all_open.too_small))
    numbers = np.stack([again.least, all_open.admitted], axis=1)[at]
    claimed = outcome.closures.select(pl.col("min_open", "admitted_if_open").fill_null(-1)).to_numpy()
    wrong = np.zeros_like(closed)
    wrong[at] = (numbers != claimed).any(axis=1) if len(at) else False
    yield from _each(_IF_OPEN, tables, wrong)
    needless = np.zeros_like(closed)
    for programme in np.flatnonzero(closed).tolist():
        without = closed.copy()
        without[programme] = False
        run = again(without)
        needless[programme] = not run.too_small.any() and run.placed >= placed
    yield from _each(_NOT_NEEDED, tables, needless)
    expected, simple_placed = again.simple_rule(all_open)
    yield from _each(_SIMPLE, tables, expected != by_rule)
    simple = _section(outcome, "closures").get("simple_rule")
    if not isinstance(simple, Mapping) or simple.get("placed") != simple_placed:
        yield breach("P9", _SUMMARY, 1)


def _told(again: _Again, outcome: Outcome, placed: int) -> Iterator[Breach]:
    """The section of the summary."""
    if not again.least.any() and "closures" not in outcome.summary:
        return
    told, frame = _section(outcome, "closures"), outcome.closures
    expected = {
        "candidates": frame.height,
        "closed": frame.filter("closed")["programme_id"].to_list(),
        "placed": placed,
    }
    simple, bound = told.get("simple_rule"), told.get("bound")
    by_rule = frame.filter("closed_by_simple_rule")["programme_id"].to_list()
    if (
        any(told.get(key) != value for key, value in expected.items())
        or not isinstance(simple, Mapping)
        or simple.get("closed") != by_rule
        or not isinstance(bound, int)
        or bound < placed
        or (told.get("proven") is True and bound != placed)
    ):
        yield breach("P9", _SUMMARY, 1)


def _section(outcome: Outcome, name: str) -> Mapping[str, Any]:
    """A section of the summary; empty where there is none."""
    section = outcome.summary.get(name)
    return section if isinstance(section, Mapping) else {}
