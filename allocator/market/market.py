"""The market: a scenario compiled to read-only arrays, once; every solve of the run reads them and nothing else.

Scores of all rankings, floors, control lines and least scores are integers at one common decimal scale, so that they
can be compared with each other exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocator.scenario.settings import Mechanism, Objective

IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
MaskArray = NDArray[np.uint64]
BoolArray = NDArray[np.bool_]

NO_FLOOR = -(2**62)  # below every score
NO_LINE = 2**62  # a programme without an open line
NO_CHOICE = 0  # choice number in a reassignment, where nobody has a list


@dataclass(frozen=True)
class FloorRule:
    """R6, one pool of one batch: the parts of its floor, at the market's scale."""

    score: int  # NO_FLOOR if none is given
    below_line: int  # points under the open line
    of_batch: int  # position of the earlier batch, PROVISIONAL, or NO_BATCH


PROVISIONAL = -1
NO_BATCH = -2


@dataclass(frozen=True)
class RankingKeys:
    """R2 for one ranking: the key of each applicant, or of each row of the priorities table.

    ``rank`` counts those of strictly higher priority, among all of the row's group (the city, or the programme).
    """

    score: IntArray  # (row,) at the market's scale
    missing: BoolArray  # (row,) no score: not eligible
    rank: IntArray  # (row,) smaller is better; equal only under admit_all
    admit_all: bool


# Key, score and pools of applicants at programmes, by R1 to R3: of a list's choices, or of any pairs of the two.
Priority = Callable[[IntArray, IntArray], tuple[Int32Array, IntArray, MaskArray]]


@dataclass(frozen=True)
class ByObjectives:
    """What an optimal or reassignment batch has besides (R10, R11)."""

    ladder: tuple[Objective, ...]  # the last is `score`
    order: IntArray  # (applicant,) in ranking order, best first, equals by applicant_id
    takes_part: BoolArray  # (applicant,) the group of a reassignment
    priority: Priority  # (pair,) programmes and applicants; for batches without lists


@dataclass(frozen=True)
class BatchMarket:
    """One batch. Choices are grouped by applicant, best first; a programme has the same position in every batch."""

    position: int
    pools: tuple[str, ...]
    open_pool: int  # position of `open` in pools, -1 if the batch does not list it
    leftover: bool  # R7: its seats are what earlier batches left
    choice_start: IntArray  # (applicant + 1,)
    choice_programme: Int32Array  # (choice,)
    choice_number: Int32Array  # (choice,) as written on the form
    choice_key: Int32Array  # (choice,) priority at the programme by R3, smaller is better; equal only under admit_all
    choice_score: IntArray  # (choice,) score in the programme's ranking
    choice_pools: MaskArray  # (choice,) bit j: may use pool j by all of R1 but floors and the control line
    cell_first: Int32Array  # (programme, pool) first cell of the pool, -1 if the programme has no such pool here
    pool_per_school: BoolArray  # (pool,) one cell per feeder school, at cell_first + feeder school
    pool_reverts: BoolArray  # (pool,) unfilled seats go to `open` (R5, R7)
    cell_seats: IntArray  # (cell,) seats of the tables; carried, reverted and leftover seats come at run time
    reverted_cell: Int32Array  # (programme,) the cell of reverted seats, -1 if the programme can have none
    admit_all: BoolArray  # (programme,) its ranking admits equals together (R4)
    floors: tuple[FloorRule | None, ...]  # (pool,)
    carries_to: Int32Array  # (programme,) R7: the batch that receives unfilled seats; -1: they lapse or revert here
    ranking_index: Int32Array  # (programme,) position in the scenario's rankings of the ranking in force here
    mechanism: Mechanism = "stable"
    by_objectives: ByObjectives | None = None  # R10, R11; None for R7

    @property
    def num_cells(self) -> int:
        return len(self.cell_seats)

    def cells_of_pool(self, j: int, num_schools: int, programmes: IntArray | BoolArray | None = None) -> IntArray:
        """The cells of a pool at those of the programmes that have it; all programmes if none are given."""
        first = self.cell_first[:, j] if programmes is None else self.cell_first[programmes, j]
        width = num_schools if self.pool_per_school[j] else 1
        return (first[first >= 0][:, None] + np.arange(width)).ravel()


@dataclass(frozen=True)
class CappedSet:
    """A cap of the scenario (R10)."""

    name: str
    members: BoolArray  # (programme,)
    at_least: int | None
    at_most: int | None
    target: int | None


@dataclass(frozen=True)
class Market:
    """A scenario as arrays."""

    num_applicants: int
    num_programmes: int
    num_schools: int  # feeder schools
    scale: int  # decimal places of every score
    is_general: BoolArray  # (programme,)
    min_open: IntArray  # (programme,) fewest admissions with which it opens, 0 if it always does (R10)
    applicant_school: Int32Array  # (applicant,) feeder school, -1 if none
    batches: tuple[BatchMarket, ...]
    scope: Int32Array  # (applicant,) scope of the guideline: 0 for the city, else the area
    scope_names: tuple[str, ...]  # "" is the whole city
    line_score: IntArray  # (applicant,) score of the guideline's ranking
    line_missing: BoolArray  # (applicant,) has no such score: cannot pass a control line
    caps: tuple[CappedSet, ...]
    programme_order: IntArray  # (programme,) its place by programme_id
    applicant_area: IntArray  # (applicant,) -1 if none
    programme_area: IntArray  # (programme,) as applicants' areas are numbered, -1 if none of them
