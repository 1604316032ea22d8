"""A baseline and its variants in one process: tables are read once, and compiled once for all that share them.

A variant is what loading the scenario with its overrides gives, and its outcome is what running that gives. Only the
work is shared: levers of the guideline change neither the tables nor the compiled market; floors, orders and bounds
change the market and not the tables.
"""

from __future__ import annotations

import copy
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from allocator.errors import Where
from allocator.lab.values import Value
from allocator.market.compile import compile_market
from allocator.market.market import IntArray, Market
from allocator.mechanisms import control_line
from allocator.mechanisms.batches import Solution
from allocator.mechanisms.control_line import NO_CONTROL_LINE, Round
from allocator.mechanisms.publish import publish
from allocator.optimise.assignment.batch import OptimalBatches, UnsolvedError
from allocator.optimise.assignment.claims import claims
from allocator.optimise.feeder_seats import feeder_seats
from allocator.outcome.outcome import Outcome
from allocator.outcome.unsolved import Infeasible, Unfinished
from allocator.scenario.cohort import FeederSeatRows
from allocator.scenario.document import Document, override, plain
from allocator.scenario.scenario import Scenario
from allocator.scenario.validation import settings_of

_WORDS = ("name", "year", "source")
# Values on which no compiled market depends; `*` is any key or item.
NOT_COMPILED = (
    *((word,) for word in (*_WORDS, "indicators")),
    *(("guideline", key) for key in ("source", "general_share", "tolerance", "basis", "enforce")),
)
# Values on which no table depends, nor how it is checked: other numbers in the same places.
NOT_IN_TABLES = (
    *NOT_COMPILED,
    ("lottery_seed",),
    *(("pools", "*", key) for key in ("source", "unfilled")),
    *(("pools", "*", "floor", key) for key in ("score", "below_line")),
    *(("pools", "*", "apportion", key) for key in ("method", "minimum")),
    *(("batches", "*", key) for key in ("source", "order", "choice_tier", "band_width", "objectives")),
    *(("caps", "*", key) for key in ("at_least", "at_most", "target")),
)
MOST_COHORTS, MOST_MARKETS = 2, 4  # kept; a market of 96,000 applicants takes some 50 MB
MOST_LINES = 100  # kept of each market; the admissions of 96,000 applicants take 0.8 MB

T = TypeVar("T")


@dataclass(frozen=True)
class Compiled:
    """A market, and the admissions under every control line that was tried in it.

    Variants that differ in their share try the same few lines: scores are whole points, and shares are not.
    """

    feeder_seats: FeederSeatRows
    market: Market
    known: OrderedDict[bytes, Solution] = field(default_factory=OrderedDict)

    def solve_under(self, lines: IntArray) -> Solution:
        """Who is admitted where under control lines (R7); without the batches, which the search does not look at."""
        solution = self.known.get(lines.tobytes())
        if solution is None:
            solution = control_line.solve_lines(self.market, lines)
            if solution.closures is not None:
                return solution  # how it was found is part of it
            solution = replace(solution, batches=())
            while len(self.known) >= MOST_LINES:
                self.known.popitem(last=False)
            self.known[lines.tobytes()] = solution
        return solution


@dataclass(frozen=True)
class Solved:
    """A variant that has been solved."""

    scenario: Scenario
    compiled: Compiled
    solution: Solution
    rounds: list[Round]
    same: str | None  # variants with the same text have the same admissions and lines; None: not known

    def outcome(self) -> Outcome:
        """What is published of it."""
        market, solution = self.compiled.market, self.solution
        if not solution.batches:  # only the admissions were remembered
            lines = self.rounds[-1].lines if self.rounds else np.full(len(market.scope_names), NO_CONTROL_LINE)
            solution = control_line.solve_lines(market, lines)
        made = claims(self.scenario, market, solution)
        return publish(self.scenario, market, self.compiled.feeder_seats, solution, self.rounds, *made)


class Laboratory:
    """Runs variants of one baseline; several threads may use it."""

    def __init__(self, baseline: Scenario) -> None:
        self._baseline = baseline
        self._lock = threading.Lock()
        self._cohorts: OrderedDict[str, Scenario] = OrderedDict()
        self._markets: OrderedDict[str, Compiled] = OrderedDict()
        self._cohorts[_shared(baseline.effective, NOT_IN_TABLES)] = baseline

    def scenario(self, overrides: Mapping[str, Value]) -> Scenario:
        """The variant of the baseline with these values.

        Raises:
            InputError: if it is not valid.
        """
        document = self._document(overrides)
        settings = settings_of(document)
        key = _shared(document.value, NOT_IN_TABLES)
        with self._lock:
            cohort = _kept(self._cohorts, key, MOST_COHORTS, lambda: self._baseline.replace(overrides))
        return replace(cohort, settings=settings, effective=document.value)

    def check(self, overrides: Mapping[str, Value]) -> None:
        """Check the rules of a variant, as far as they can be without its tables.

        Raises:
            InputError: if they are not valid.
        """
        settings_of(self._document(overrides))

    def order(self, overrides: Mapping[str, Value]) -> tuple[str, str]:
        """Variants that share tables, and then a market, sort together."""
        value = self._document(overrides).value
        return _shared(value, NOT_IN_TABLES), _shared(value, NOT_COMPILED)

    def solve(self, scenario: Scenario) -> Solved | Infeasible | Unfinished:
        """Solve a variant; it is not published yet, nor verified.

        Raises:
            InputError: if it cannot be run.
        """
        key = _shared(scenario.effective, NOT_COMPILED)
        with self._lock:
            compiled = _kept(self._markets, key, MOST_MARKETS, lambda: _compile(scenario))
        market, guideline = compiled.market, scenario.settings.guideline
        try:
            if _is_stable(scenario):
                solution, rounds = control_line.run(market, guideline, solve_under=compiled.solve_under)
            else:
                solution, rounds = control_line.run(market, guideline, OptimalBatches(scenario.settings))
        except UnsolvedError as stopped:
            return stopped.result
        return Solved(scenario, compiled, solution, rounds, _same_outcome(scenario, solution, rounds, key))

    def _document(self, overrides: Mapping[str, Value]) -> Document:
        path = self._baseline.path
        document = Document(plain(self._baseline.effective), {(): Where(file=path.name)}, [path])
        for key, value in overrides.items():
            override(document, key, value)
        return document


def _compile(scenario: Scenario) -> Compiled:
    matrix = feeder_seats(scenario)
    return Compiled(matrix, compile_market(scenario, matrix))


def _same_outcome(scenario: Scenario, solution: Solution, rounds: list[Round], market: str) -> str | None:
    """Where only stable batches run, the market and the final control lines decide the outcome, and nothing else (R7).

    What closes for want of applicants is left out: how far that is proven depends on the rounds before too.
    """
    if solution.closures is not None or not _is_stable(scenario):
        return None
    lines = rounds[-1].lines.tolist() if rounds else []
    indicators = json.dumps(scenario.effective.get("indicators"), sort_keys=True, ensure_ascii=False)
    return f"{market} {indicators} {lines}"


def _is_stable(scenario: Scenario) -> bool:
    return all(batch.mechanism == "stable" for batch in scenario.settings.batches)


def _kept(cache: OrderedDict[str, T], key: str, most: int, make: Callable[[], T]) -> T:
    """What is kept under the key, or made now; the one that was used least recently gives way."""
    if key not in cache:
        made = make()
        while len(cache) >= most:
            cache.popitem(last=False)
        cache[key] = made
    cache.move_to_end(key)
    return cache[key]


def _shared(effective: Mapping[str, Any], left_out: tuple[tuple[str, ...], ...]) -> str:
    """The scenario without some values, as text."""
    rest = copy.deepcopy(dict(effective))
    for path in left_out:
        _remove(rest, path)
    return json.dumps(rest, sort_keys=True, ensure_ascii=False)


def _remove(value: Any, path: tuple[str, ...]) -> None:
    """Replace what stands at a path by a sign that something does."""
    step, rest = path[0], path[1:]
    if step == "*":
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            _remove(item, rest)
    elif isinstance(value, dict) and value.get(step) is not None:
        if rest:
            _remove(value[step], rest)
        else:
            value[step] = True
