"""The objectives of R10 and R11, recomputed from who got what."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.optimal_counts import Counts
from allocator.verification.optimal_tables import OptimalTables

Value = Fraction | tuple[int, ...]
MAXIMISED = ("placed", "feeder", "same_area")
PROFILES = ("profile_greedy", "profile_generous")


@dataclass(frozen=True)
class Given:
    """The admissions of a batch, as far as objectives look at them."""

    number: IntArray  # (admission,) choice number
    through_cell: BoolArray  # (admission,) through a pool per feeder school
    in_own_area: BoolArray  # (admission,)
    largest: int  # choice number that occurs in the lists


def given(optimal: OptimalTables, own_area: BoolArray) -> Given:
    """What the participants got."""
    inside = np.flatnonzero(optimal.held_cell >= 0)
    way, batch = optimal.held[inside], optimal.batch
    return Given(
        number=optimal.way_number[way],
        through_cell=batch.per_school[batch.cell_pool[optimal.held_cell[inside]]],
        in_own_area=own_area[way],
        largest=int(batch.number.max(initial=0)),
    )


def value(objective: str, got: Given, counts: Counts) -> Value:
    """The value of an objective but ``score``: a number, or a profile from choice number 1 on."""
    number = got.number
    if objective == "placed":
        return Fraction(len(number))
    if objective == "feeder":
        return Fraction(int(got.through_cell.sum()))
    if objective == "same_area":
        return Fraction(int(got.in_own_area.sum()))
    if objective == "choice":
        return Fraction(int(number.sum()))
    if objective == "choice_squared":
        return Fraction(int((number * number).sum()))
    if objective == "worst_choice":
        return Fraction(int(number.max(initial=0)))
    if objective in PROFILES:
        profile = np.bincount(number, minlength=got.largest + 1)[1:]
        return tuple(int(n) for n in profile)
    if objective == "guideline":
        rule = counts.guideline
        assert rule is not None  # the scenario is refused otherwise
        return sum((rule.distance(s.general, s.basis) for s in rule.scopes), start=Fraction(0))
    distances = [abs(cap.total - cap.of.rule.target) for cap in counts.caps if cap.of.rule.target is not None]
    return Fraction(sum(distances) if objective == "targets" else max(distances, default=0))


def claimed(stated: object) -> Value | None:
    """A published value: a whole number, n/d, or a profile; None for anything else."""
    if isinstance(stated, bool):
        return None
    if isinstance(stated, int | Fraction):
        return Fraction(stated)
    if isinstance(stated, str):
        numerator, _, denominator = stated.partition("/")
        digits = (numerator.removeprefix("-"), denominator or "1")
        if not all(part.isascii() and part.isdigit() for part in digits) or int(digits[1]) == 0:
            return None
        return Fraction(int(numerator), int(digits[1]))
    if isinstance(stated, list | tuple) and all(type(n) is int for n in stated):
        return tuple(stated)
    return None


def same(found: Value, stated: Value | None) -> bool:
    """Whether a published value is the one found; a profile may stop where nothing but zeros follow."""
    if isinstance(found, tuple) and isinstance(stated, tuple):
        size = max(len(found), len(stated))
        return found + (0,) * (size - len(found)) == stated + (0,) * (size - len(stated))
    return found == stated
