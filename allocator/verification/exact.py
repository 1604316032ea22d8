"""Exact numbers: one common decimal scale for everything that is compared with a score, and their canonical text."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np
import polars as pl

from allocator.errors import InputError, Problem, Where
from allocator.scenario.cohort import IntArray, Numbers
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import PRIORITIES

LOWEST = -(2**62)  # below every score: no floor, no control line
HIGHEST = 2**62  # above every score: no line


def common_scale(scenario: Scenario) -> int:
    """The decimal places that every score, least score, floor and band of the scenario fits.

    Raises:
        InputError: if a score at this scale does not fit 64 bits with room for a difference.
    """
    settings, cohort = scenario.settings, scenario.cohort
    columns: list[Numbers] = [cohort.programmes.min_score]
    columns += [cohort.applicants.numbers[r.score] for r in settings.rankings.values() if r.score != PRIORITIES]
    if cohort.priorities is not None:
        columns.append(cohort.priorities.priority)
    floors = [pool.floor for pool in settings.pools.values() if pool.floor is not None]
    written = [n for floor in floors for n in (floor.score, floor.below_line) if n is not None]
    written += [batch.band_width for batch in settings.batches if batch.band_width is not None]
    scale = max(0, *(column.scale for column in columns), *(_places(number) for number in written), 0)
    sizes = [_largest(column) * 10 ** (scale - column.scale) for column in columns]
    if max([*sizes, *(abs(number.scaleb(scale)) for number in written)]) >= 2**61:
        raise InputError([Problem(Where(key="rankings"), "the scores have too many digits to be compared exactly")])
    return scale


def _places(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


def _largest(column: Numbers) -> int:
    if not len(column.unscaled):
        return 0
    return max(abs(int(column.unscaled.max())), abs(int(column.unscaled.min())))


def at_scale(number: Decimal, scale: int) -> int:
    """number × 10**scale; between two integers, the larger: a score reaches the number when it reaches that."""
    return int((number.scaleb(scale)).to_integral_value(rounding="ROUND_CEILING"))


def texts(unscaled: IntArray, scale: int) -> pl.Series:
    """The canonical text of each unscaled / 10**scale: no exponent, no trailing zeros after the point."""
    whole = pl.Series(unscaled, dtype=pl.Int64)
    if scale == 0:
        return whole.cast(pl.String)
    unit = 10**scale
    size = np.abs(unscaled)
    sign = pl.Series(np.where(unscaled < 0, "-", ""), dtype=pl.String)
    fraction = pl.Series(size % unit).cast(pl.String).str.zfill(scale).str.strip_chars_end("0")
    point = pl.Series(np.where(size % unit > 0, ".", ""), dtype=pl.String)
    return sign + pl.Series(size // unit).cast(pl.String) + point + fraction


def masked_texts(unscaled: IntArray, scale: int, absent: Iterable[bool]) -> pl.Series:
    """The texts, null where there is no number."""
    away = pl.Series(absent, dtype=pl.Boolean)
    return texts(np.where(away.to_numpy(), 0, unscaled), scale).set(away, None)
