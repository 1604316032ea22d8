"""One optimal batch as an optimisation problem, free of any solver (R10, R11).

An applicant has *options*: their choices here, or in a reassignment every programme that may take them. A programme's
seats are *cells*: a pool, or the part of a pool that belongs to one feeder school. Reserved seats are for their own
pools alone, so an admission is one option and one of the cells that the option may use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from allocator.market.market import BoolArray, Int32Array, IntArray, MaskArray

UNBOUNDED = 2**40  # more admissions than there ever are


@dataclass(frozen=True)
class Options:
    """What every applicant can be given, by R1 with floors and control lines; grouped by applicant, best first.

    An applicant without options (admitted earlier, below a line, no list) simply has none. A choice that may use no
    pool is not an option.
    """

    start: IntArray  # (applicant + 1,)
    programme: Int32Array  # (option,)
    number: Int32Array  # (option,) choice number, NO_CHOICE in a reassignment; rising, equal ones are indifferent
    pools: MaskArray  # (option,) bit j: may use pool j; never 0
    choice: IntArray  # (option,) position among the batch's choices
    in_own_area: BoolArray  # (option,) the programme lies in the applicant's area

    @property
    def applicant(self) -> IntArray:
        """(option,)"""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


@dataclass(frozen=True)
class Cells:
    """The seats; numbered as in the market's batch."""

    first: Int32Array  # (programme, pool) first cell of the pool, -1 if the programme has no such pool here
    per_school: BoolArray  # (pool,) one cell per feeder school, at first + feeder school: feeder seats (指标)
    num_schools: int  # feeder schools, the cells of such a pool at one programme
    seats: IntArray  # (cell,) seats in force: the table's, carried in, or left over; 0 in cells of reverted seats

    def of_pool(self, j: int) -> tuple[IntArray, IntArray]:
        """The programmes that have a pool, and (programme, school or 1) their cells in it."""
        programme = np.flatnonzero(self.first[:, j] >= 0)
        width = self.num_schools if self.per_school[j] else 1
        return programme, self.first[programme, j].astype(np.int64)[:, None] + np.arange(width)


@dataclass(frozen=True)
class CountedSet:
    """Admissions that are counted together: to some programmes, of some applicants."""

    programmes: BoolArray  # (programme,)
    applicants: BoolArray | None = None  # (applicant,) None: everybody


@dataclass(frozen=True)
class Bound:
    """A constraint on the admissions of this batch in a set of programmes, in the scenario's own words."""

    name: str  # of the cap in the scenario
    members: CountedSet
    at_least: int  # what earlier batches admitted is taken off already; 0 if not given
    at_most: int  # likewise; UNBOUNDED if not given, below 0 if earlier batches admitted more than the cap
    target: int | None  # likewise, may be below 0
    earlier: int  # admissions of earlier batches, which the three numbers have been reduced by


@dataclass(frozen=True)
class GuidelineTerm:
    """The guideline in this batch: its share, and what earlier batches admitted, scope by scope (R8, R10).

    Of a scope, G = earlier_general + admissions here to the general track of applicants of the scope, and B is
    earlier_basis + all admissions here of its applicants where the basis is the admitted, and earlier_basis alone
    where it is the applicants. Objective: the sum over scopes of max(0, |G − share·B| − tolerance·B).
    Constraint: G ≤ (share + tolerance)·B in every scope.
    """

    share: Fraction
    tolerance: Fraction
    basis_grows: bool  # the basis is the admitted: B grows with the admissions of this batch
    is_constraint: bool  # guideline.enforce is `constraint`
    scope: Int32Array  # (applicant,) scope of each applicant; all 0 for the city
    scope_names: tuple[str, ...]  # "" is the whole city
    earlier_general: IntArray  # (scope,)
    earlier_basis: IntArray  # (scope,)


@dataclass(frozen=True)
class Problem:
    """One optimal batch."""

    options: Options
    cells: Cells
    applicant_school: Int32Array  # (applicant,) feeder school, -1 if none
    is_general: BoolArray  # (programme,)
    order: IntArray  # (applicant,) the applicants in ranking order, best first, equals by applicant_id
    programme_order: IntArray  # (programme,) place of each programme by programme_id
    ladder: tuple[str, ...]  # the objectives, the last is `score`
    bounds: tuple[Bound, ...] = ()
    guideline: GuidelineTerm | None = None
    # R10: a programme with fewer admissions in this batch than this does not open; 0 where it always does.
    min_open: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # (programme,) or empty: none

    @property
    def num_applicants(self) -> int:
        return len(self.options.start) - 1

    @property
    def num_schools(self) -> int:
        """Feeder schools, whether an applicant comes from them or not."""
        return self.cells.num_schools

    @property
    def num_programmes(self) -> int:
        return len(self.is_general)


@dataclass(frozen=True)
class Assignment:
    """Who got what: an admission is an option and a cell."""

    option: IntArray  # (applicant,) position among the options, -1 if not admitted here
    cell: IntArray  # (applicant,) -1 if not admitted here


@dataclass(frozen=True)
class Price:
    """One multiplier of a proof by weak duality, in 1/price_scale of the objective's unit (P9)."""

    objective: str
    kind: str  # cell, at_most, at_least, value, term
    name: str | None  # of the cap, the earlier objective or the counted set; None for cells
    cell: int | None
    price: int


@dataclass(frozen=True)
class Solved:
    """An optimal batch, solved; or the best that was found, where ``bounds`` says what is unproven."""

    assignment: Assignment
    values: Mapping[str, int | Fraction | tuple[int, ...]]  # by objective of the ladder but `score`
    structure: str  # `network`, `crossing bounds` or `classes`: how it was solved
    bounds: Mapping[str, int | Fraction] = field(default_factory=dict)  # of what is unproven: the best that could be
    counts: tuple[tuple[CountedSet, int], ...] = ()  # counts within which `score` was settled, where bounds cross
    statuses: IntArray | None = None  # (applicant,) likewise: unplaced, general, vocational (guideline by area)
    prices: tuple[Price, ...] = ()
    price_scale: int = 1


@dataclass(frozen=True)
class Infeasible:
    """No assignment satisfies these rules together, and fewer of them would not do: names in the scenario's words."""

    conflict: tuple[str, ...]  # each a phrase such as "private at most 9000"
