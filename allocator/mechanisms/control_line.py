"""R8: the guideline, measured or enforced by a control line that rises until the limit is met."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from allocator.market.market import BoolArray, IntArray, Market
from allocator.mechanisms.batches import Optimise, Solution, solve
from allocator.mechanisms.closed import Closures, with_closed
from allocator.mechanisms.closures import find, least_sizes
from allocator.scenario.settings import Guideline

NO_CONTROL_LINE = -(2**62)  # below every score


@dataclass(frozen=True)
class Round:
    """One run of all batches under control lines."""

    lines: IntArray  # (scope,) at the market's scale, NO_CONTROL_LINE if there is none
    general: IntArray  # (scope,) G
    basis: IntArray  # (scope,) B
    closures: Closures | None = None  # what closed in this run; None where no programme has a least size


SolveUnder = Callable[[IntArray], Solution]  # (scope,) control lines to what all batches come to


def run(
    market: Market,
    guideline: Guideline | None,
    optimise: Optimise | None = None,
    *,
    solve_under: SolveUnder | None = None,
) -> tuple[Solution, list[Round]]:
    """Run all batches, and again with higher control lines until the guideline holds; the rounds, in order.

    Args:
        solve_under: all batches under control lines, for callers who know some of the solutions already.
    """
    lines = np.full(len(market.scope_names), NO_CONTROL_LINE, dtype=np.int64)
    rounds: list[Round] = []
    while True:
        solution = solve_lines(market, lines, optimise) if solve_under is None else solve_under(lines)
        if guideline is None:
            return solution, []
        general, basis = _counts(market, solution, guideline)
        rounds.append(Round(lines.copy(), general, basis, solution.closures))
        limit = Fraction(guideline.limit)
        over = [s for s in range(len(lines)) if int(general[s]) > limit * int(basis[s])]
        if guideline.enforce != "control_line" or not over:
            return solution, rounds
        for s in over:
            excess = math.ceil(int(general[s]) - limit * int(basis[s]))
            lines[s] = _raised(market, solution, s, excess)


def solve_lines(market: Market, lines: IntArray, optimise: Optimise | None = None) -> Solution:
    """All batches under given control lines, without the programmes that close under them (R10)."""
    blocked = blocked_by(market, lines)
    if not least_sizes(market).any():
        return solve(market, blocked, optimise)

    def solve_without(closed: BoolArray) -> Solution:
        return solve(with_closed(market, closed), blocked, optimise)

    closures = find(market, blocked, solve_without)
    return replace(solve_without(closures.closed), closures=closures)


def blocked_by(market: Market, lines: IntArray) -> BoolArray:
    """Who is below the line of their scope; who has no score cannot pass a line; (applicant,)."""
    line = _of_scope(market, lines)
    blocked: BoolArray = (line != NO_CONTROL_LINE) & (market.line_missing | (market.line_score < line))
    return blocked


def _of_scope(market: Market, lines: IntArray) -> IntArray:
    if len(lines) == 0:  # by area, and there is no applicant
        return np.full(market.num_applicants, NO_CONTROL_LINE, dtype=np.int64)
    return lines[market.scope]


def _counts(market: Market, solution: Solution, guideline: Guideline) -> tuple[IntArray, IntArray]:
    """G and B of every scope; applicants are counted by their own area."""
    num_scopes = len(market.scope_names)
    admitted = solution.programme_of >= 0
    general = np.bincount(market.scope[_is_general(market, solution)], minlength=num_scopes)
    counted = admitted if guideline.basis == "admitted" else np.ones(market.num_applicants, dtype=np.bool_)
    return general, np.bincount(market.scope[counted], minlength=num_scopes)


def _is_general(market: Market, solution: Solution) -> BoolArray:
    admitted = solution.programme_of >= 0
    general = np.zeros(market.num_applicants, dtype=np.bool_)
    general[admitted] = market.is_general[solution.programme_of[admitted]]
    return general


def _raised(market: Market, solution: Solution, scope: int, excess: int) -> int:
    """R8, step 3: the lowest score of the cohort above the excess-th lowest of the scope's general admissions."""
    admitted = _is_general(market, solution) & (market.scope == scope)
    without_score = int((admitted & market.line_missing).sum())
    cohort = market.line_score[~market.line_missing]
    if excess <= without_score:  # who has no score counts as below every score
        above = cohort
    else:
        scores = market.line_score[admitted & ~market.line_missing]
        cut = np.partition(scores, excess - without_score - 1)[excess - without_score - 1]
        above = cohort[cohort > cut]
    if len(above):
        return int(above.min())
    highest = int(cohort.max()) if len(cohort) else 0
    return highest + int(10**market.scale)
