"""What a batch whose bounds cross is given and gives back: limits that repeat exactly, and the optimum (R10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.problem import CountedSet, Price

Value = int | Fraction | tuple[int, ...]

UNPLACED, GENERAL, VOCATIONAL = 0, 1, 2  # statuses


@dataclass(frozen=True)
class Limits:
    """How long to search, counted in work done: the clock would make the answer depend on the machine."""

    deterministic_time: float = 60.0  # of CP-SAT, for one level
    for_counts: float = 0.5  # of CP-SAT, for one choice of the atoms' counts
    options_in_one_model: int = 20_000  # above this many, prices and flows take the place of one model
    num_rounds: int = 60  # of prices and flows
    near: Fraction = Fraction(1, 1100)  # of a value: so near its bound, a city's search ends
    seed: int = 2026


@dataclass(frozen=True)
class Optimum:
    """The optimum of every objective but ``score``, and the counts within which ``score`` is to be settled."""

    values: Mapping[str, Value]
    bounds: Mapping[str, int | Fraction]  # of objectives that are not proven: the best that could be
    counts: tuple[tuple[CountedSet, int], ...]
    statuses: IntArray | None  # (applicant,) UNPLACED, GENERAL, VOCATIONAL; None where the guideline is not by area
    prices: tuple[Price, ...] = ()
    price_scale: int = 1


@dataclass(frozen=True)
class Stopped:
    """The limits were reached, and no assignment can be given."""

    objective: str | None = None  # where some were found, and not one as good in the objectives before this one


def status_of(is_general: bool | np.bool_) -> int:
    """The status of somebody who is admitted."""
    return GENERAL if is_general else VOCATIONAL
