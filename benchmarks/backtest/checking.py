"""Checks inside 2023: cohorts the fit has not seen, the same year predicted again, and schools held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median_low

from benchmarks.backtest.tables import Published
from benchmarks.backtest.year import Year, mean_result, with_merits

FOLDS = 5


def mean_absolute_error(published: Published, line: Mapping[str, Fraction]) -> Fraction:
    """Over the public schools with a published open line, points."""
    errors = [abs(line[code] - score) for code, score in published.open_lines.items()]
    return sum(errors, Fraction(0)) / len(errors)


def held_out_error(year: Year, published: Published, merits: Mapping[str, int], seeds: Sequence[int]) -> Fraction:
    """The error at schools whose merit is guessed as a new school's is, a fifth of the schools at a time, points."""
    codes = sorted(published.open_lines)
    errors: list[Fraction] = []
    for fold in range(FOLDS):
        held_out = set(codes[fold::FOLDS])
        guess = median_low([merits[code] for code in codes if code not in held_out])
        guessed = {code: guess if code in held_out else merit for code, merit in merits.items()}
        line = mean_result(with_merits(year, guessed), seeds).line
        errors += [abs(line[code] - published.open_lines[code]) for code in sorted(held_out)]
    return sum(errors, Fraction(0)) / len(errors)
