"""P9: the sets of programmes whose counts are bounded or valued, as far as they make an optimal batch a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor

import numpy as np

from allocator.scenario.cohort import BoolArray
from allocator.scenario.settings import Cap
from allocator.verification.optimal_counts import CountedGuideline, CountedScope, Counts

FREE = 2**40  # more admissions than there ever are

Worth = Callable[[int], Fraction]  # what a set adds to an objective that is made small, by its admissions here; convex


@dataclass(frozen=True)
class CountedSet:
    """A set of programmes, with bounds on its admissions in this batch, and what objectives make of them."""

    programmes: BoolArray  # (programme,)
    at_least: int = 0
    at_most: int = FREE
    worth: dict[str, tuple[Worth, ...]] = field(default_factory=dict)  # by objective

    def merged(self, other: CountedSet) -> CountedSet:
        """Both sets in one, which has the same programmes."""
        names = {**self.worth, **other.worth}
        return replace(
            self,
            at_least=max(self.at_least, other.at_least),
            at_most=min(self.at_most, other.at_most),
            worth={name: self.worth.get(name, ()) + other.worth.get(name, ()) for name in names},
        )


def bounded_sets(counts: Counts, is_general: BoolArray, ladder: Sequence[str]) -> list[CountedSet] | None:
    """All sets that this ladder looks at, bounds and objectives together; None if some count is not of a set alone."""
    sets = []
    for cap in counts.caps:
        rule = cap.of.rule
        worth: dict[str, tuple[Worth, ...]] = {}
        if rule.target is not None:
            off = _distance(rule.target - cap.earlier)
            worth = {name: (off,) for name in ("targets", "worst_target") if name in ladder}
        at_least = 0 if rule.at_least is None else max(0, rule.at_least - cap.earlier)
        at_most = FREE if rule.at_most is None else rule.at_most - cap.earlier
        if worth or at_least > 0 or at_most < FREE:
            sets.append(CountedSet(cap.of.programmes, at_least, at_most, worth))
    guideline = counts.guideline
    if guideline is not None and (guideline.is_constraint or "guideline" in ladder):
        of_guideline = _general_track(guideline, is_general, ladder)
        if of_guideline is None:
            return None
        sets.append(of_guideline)
    return united(sets)


def united(sets: Sequence[CountedSet]) -> list[CountedSet]:
    """The sets, each set of programmes once, and none that is empty or counts nothing at all."""
    by_programmes: dict[bytes, CountedSet] = {}
    for one in sets:
        key = one.programmes.tobytes()
        by_programmes[key] = by_programmes[key].merged(one) if key in by_programmes else one
    return [one for one in by_programmes.values() if one.programmes.any()]


def _distance(target: int) -> Worth:
    return lambda count: Fraction(abs(count - target))


def _general_track(rule: CountedGuideline, is_general: BoolArray, ladder: Sequence[str]) -> CountedSet | None:
    """The guideline as a set: of one scope, and with a basis that does not change.

    A basis of the admitted does not change where ``placed`` stands before: every better assignment has as many.
    """
    if len(rule.scopes) != 1 or (rule.basis_grows and not _placed_before_guideline(rule, ladder)):
        return None
    (scope,) = rule.scopes
    worth: dict[str, tuple[Worth, ...]] = {}
    if "guideline" in ladder:
        worth["guideline"] = (_off_the_share(rule, scope),)
    most = FREE
    if rule.is_constraint:
        most = floor((rule.share + rule.tolerance) * scope.basis) - scope.earlier_general
    return CountedSet(is_general, 0, most, worth)


def _placed_before_guideline(rule: CountedGuideline, ladder: Sequence[str]) -> bool:
    if rule.is_constraint:
        return False  # the bound itself moves with the number placed
    return "placed" in ladder and list(ladder).index("placed") < list(ladder).index("guideline")


def _off_the_share(rule: CountedGuideline, scope: CountedScope) -> Worth:
    return lambda count: rule.distance(scope.earlier_general + count, scope.basis)


def fixed_sets(
    counts: Counts, published: Sequence[BoolArray], is_general: BoolArray, ladder: Sequence[str]
) -> list[CountedSet]:
    """The sets whose counts are published stay as they are; likewise what else this ladder counts.

    What is counted of applicants of one area stays as it is because everybody keeps their track.
    """
    bounded = [cap.of.programmes for cap in counts.caps if _looks_at(cap.of.rule, ladder)]
    if counts.guideline is not None and (counts.guideline.is_constraint or "guideline" in ladder):
        bounded += [is_general, np.ones(len(is_general), dtype=np.bool_)]
    sets = [*published, *(programmes for programmes in bounded if not _is_made_of(programmes, published))]
    return united([_fixed(programmes, counts) for programmes in sets])


def _looks_at(rule: Cap, ladder: Sequence[str]) -> bool:
    has_goal = rule.target is not None and ("targets" in ladder or "worst_target" in ladder)
    return has_goal or rule.at_least is not None or rule.at_most is not None


def _fixed(programmes: BoolArray, counts: Counts) -> CountedSet:
    count = int(counts.admitted[programmes].sum())
    return CountedSet(programmes, count, count)


def _is_made_of(programmes: BoolArray, parts: Sequence[BoolArray]) -> bool:
    """Whether some of the parts, which do not meet, are together exactly these programmes."""
    made = np.zeros(len(programmes), dtype=np.int64)
    for part in parts:
        if not (part & ~programmes).any():
            made += part
    return bool((made == programmes).all())


def opened_sets(counts: Counts) -> list[CountedSet]:
    """Programmes with a least size: those that are open keep it, and those that are closed stay so."""
    sets = []
    for p in np.flatnonzero(counts.least_size).tolist():
        alone = np.zeros(len(counts.least_size), dtype=np.bool_)
        alone[p] = True
        is_open = bool(counts.admitted[p])
        sets.append(CountedSet(alone, int(counts.least_size[p]) if is_open else 0, FREE if is_open else 0))
    return sets
