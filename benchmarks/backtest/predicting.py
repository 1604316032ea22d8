"""The prediction: the engine's lines of the next year, at expectations that come true.

Families know last year's lines and this year's plan. They begin with last year's ranks; then the year is run, what
came out is what they expect half-way, and so on, until the lines hardly move. So nobody files in vain for a rank that
the larger plan has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor

from allocator.synthetic.expectation import NEVER_FULL
from benchmarks.backtest.tables import Published, score_at, usual_prediction
from benchmarks.backtest.year import Result, Year, known_at_first, mean_result

SEEDS = (11, 12, 13, 14, 15)  # not those of the fit: the fit must not rest on its own cohorts
ROUNDS = 6
CREDIBILITY = Fraction(4, 5)  # of the engine's movement against "ranks repeat": a judgement, not fitted


def predict(year: Year, published: Published, seeds: Sequence[int], rounds: int = ROUNDS) -> dict[str, int]:
    """The open lines of the year by school code, for the schools that had one the year before."""
    result = settled(year, published.after, seeds, rounds)
    return {
        code: _whole(usual + CREDIBILITY * (result.line[code] - usual))
        for code, usual in sorted(usual_prediction(published).items())
        if code in result.line
    }


def control_line_after(published: Published, seats_before: int, seats_after: int) -> int:
    """The next control line if, for each seat of the batch, as many applicants reach it as the year before."""
    reached = published.before[published.control_line] * seats_after
    return score_at(published.after, reached, seats_before)


def settled(year: Year, at_or_above: Mapping[int, int], seeds: Sequence[int], rounds: int = ROUNDS) -> Result:
    """The year's result at expectations that come true. at_or_above: the year's applicants, by score."""
    known = known_at_first(year)
    result = mean_result(year, seeds, known)
    for _ in range(rounds - 1):
        known = _learned(known, result, at_or_above)
        result = mean_result(year, seeds, known)
    return result


def _whole(line: Fraction) -> int:
    """A whole score, rounded half up."""
    return floor(line + Fraction(1, 2))


def _learned(known: Mapping[str, float], result: Result, at_or_above: Mapping[int, int]) -> dict[str, float]:
    """Expectations half-way to what came out, as rank shares; where none was known, what came out."""
    everybody = max(at_or_above.values())
    learned = dict(known)
    for programme_id, line in result.line.items():
        rank = at_or_above[min(round(line), max(at_or_above))] / everybody
        before = known.get(programme_id, rank)
        learned[programme_id] = rank if before >= NEVER_FULL else (before + rank) / 2
    return learned
