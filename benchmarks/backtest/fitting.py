"""The fit: merits of schools at which the computed lines of 2023 are the published ones.

A fixed point over common random numbers: whoever's computed line is too high becomes a little less attractive, all
schools at once, on the same cohorts in every round. A school with empty seats has no line of its own, only the control
line; that it did not fill is known, and how far it filled is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from benchmarks.backtest.tables import Published
from benchmarks.backtest.year import Result, Year, mean_result, with_merits

FIT_SEEDS = (1, 2, 3)
ROUNDS = 40
STEP = Fraction(12)  # thousandths of utility per point of the line
LAST_STEP = Fraction(4)  # in the last third of the rounds
MOST_POINTS = 25  # no round moves a school further than for so many points
PER_EMPTY = 25  # points that a wholly empty school counts as too low, where the published line says it was full
PER_SHARE = 30  # points for a share of seats 1 above what is assumed, where the line is the control line
FILLED = {True: Fraction(15, 100), False: Fraction(12, 100)}  # assumed there, for public and for private schools
PER_POINT, AT_CONTROL_LINE, FEES = 45, -1500, 800  # where the rounds begin, thousandths of utility

Merits = dict[str, int]  # thousandths of utility by school code
Report = Callable[[int, Result], None]


def fit(year: Year, published: Published, seeds: Sequence[int], rounds: int, report: Report) -> Merits:
    """Merits, thousandths by school code, the least 0: only differences count."""
    merits = {code: Fraction(start) for code, start in _start(published).items()}
    for count in range(rounds):
        result = mean_result(with_merits(year, _whole(merits)), seeds)
        report(count, result)
        step = STEP if 3 * count < 2 * rounds else LAST_STEP
        for code in merits:
            merits[code] -= step * points_too_high(published, code, result)
    return _whole(merits)


def points_too_high(published: Published, code: str, result: Result) -> Fraction:
    """By how much a school came out too attractive, in points, within what one round may move."""
    public = code not in published.private_lines
    line = published.lines.get(code, published.control_line)
    if line == published.control_line:
        off = PER_SHARE * (result.taken[code] - FILLED[public])
    else:
        off = result.line[code] - line - PER_EMPTY * (1 - result.taken[code])
    return min(Fraction(MOST_POINTS), max(Fraction(-MOST_POINTS), off))


def _start(published: Published) -> dict[str, int]:
    """A first guess: merit in proportion to the line, less for private schools, which ask fees."""
    start = {}
    for code in published.names:
        above = published.lines.get(code, published.control_line) - published.control_line
        start[code] = PER_POINT * above if above else AT_CONTROL_LINE
        start[code] -= FEES if code in published.private_lines else 0
    return start


def _whole(merits: Mapping[str, Fraction]) -> Merits:
    """Whole thousandths, the least 0."""
    least = min(merits.values())
    return {code: round(merit - least) for code, merit in merits.items()}
