"""What an optimal batch is counted by (R10): admissions of caps and of the guideline, those of earlier batches too."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.capped_sets import CappedSet, capped_sets
from allocator.verification.claims import Claims
from allocator.verification.p7_guideline import Scopes
from allocator.verification.tables import ScenarioTables


@dataclass(frozen=True)
class CountedCap:
    """A cap in one batch."""

    of: CappedSet
    earlier: int  # admissions of the batches before
    here: int

    @property
    def total(self) -> int:
        return self.earlier + self.here


@dataclass(frozen=True)
class CountedScope:
    """The guideline in one scope and batch: G and B of R8, as the batches before left them, and what came here."""

    name: str
    earlier_general: int
    earlier_basis: int
    general: int  # with this batch
    basis: int


@dataclass(frozen=True)
class CountedGuideline:
    """The guideline in one batch."""

    share: Fraction
    tolerance: Fraction
    basis_grows: bool  # the basis is the admitted
    is_constraint: bool
    scopes: tuple[CountedScope, ...]
    scope: IntArray  # (applicant,)

    @property
    def denominator(self) -> int:
        """Every value of the objective is a multiple of 1/this."""
        return lcm(self.share.denominator, self.tolerance.denominator)

    def distance(self, general: int, basis: int) -> Fraction:
        """What G lies off the share of B beyond the tolerance."""
        return max(Fraction(0), abs(general - self.share * basis) - self.tolerance * basis)


@dataclass(frozen=True)
class Counts:
    """All that one batch is counted by."""

    caps: tuple[CountedCap, ...]
    guideline: CountedGuideline | None
    least_size: IntArray  # (programme,) min_open where it binds this batch alone, 0 elsewhere
    admitted: IntArray  # (programme,) here


def counts_of(tables: ScenarioTables, claims: Claims, of_guideline: Scopes, position: int) -> Counts:
    """The counts of one batch, from the claimed admissions."""
    scenario = tables.scenario
    num_programmes = len(scenario.cohort.programmes)
    before = claims.programme[(claims.batch >= 0) & (claims.batch < position)]
    here = claims.programme[claims.batch == position]
    earlier = np.bincount(before, minlength=num_programmes)
    admitted = np.bincount(here, minlength=num_programmes)
    caps = tuple(
        CountedCap(cap, int(earlier[cap.programmes].sum()), int(admitted[cap.programmes].sum()))
        for cap in capped_sets(scenario)
    )
    least = np.zeros(num_programmes, dtype=np.int64)
    if scenario.settings.batches[position].mechanism == "optimal":
        offered = (tables.batches[position].cell_first >= 0).any(axis=1)
        least[offered] = scenario.cohort.programmes.min_open[offered]
    return Counts(caps, _guideline(tables, claims, of_guideline, position), least, admitted)


def _guideline(tables: ScenarioTables, claims: Claims, of_guideline: Scopes, position: int) -> CountedGuideline | None:
    rule = tables.scenario.settings.guideline
    if rule is None:
        return None
    grows = rule.basis == "admitted"
    before = (claims.batch >= 0) & (claims.batch < position)
    so_far = before | (claims.batch == position)
    is_general = tables.scenario.cohort.programmes.is_general[claims.programme]
    everybody = np.ones(len(claims.programme), dtype=np.bool_)

    def count(inside: BoolArray) -> list[int]:
        return [int(n) for n in np.bincount(of_guideline.of[inside], minlength=len(of_guideline.names))]

    numbers = zip(
        of_guideline.names,
        count(before & is_general),
        count(before if grows else everybody),
        count(so_far & is_general),
        count(so_far if grows else everybody),
        strict=True,
    )
    return CountedGuideline(
        share=Fraction(rule.general_share),
        tolerance=Fraction(rule.tolerance),
        basis_grows=grows,
        is_constraint=rule.enforce == "constraint",
        scopes=tuple(CountedScope(*row) for row in numbers),
        scope=of_guideline.of,
    )
