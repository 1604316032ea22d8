"""The market: a scenario compiled to read-only arrays, once; every solve of the run reads them and nothing else.

Scores of all rankings, floors, control lines and least scores are integers at one common decimal scale, so that they
can be compared with each other exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocator.scenario.settings import Mechanism

IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
MaskArray = NDArray[np.uint64]
BoolArray = NDArray[np.bool_]

NO_FLOOR = -(2**62)  # below every score
NO_LINE = 2**62  # a programme without an open line


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
    mechanism: Mechanism = "stable"  # R7, or by objectives: R10, R11

    @property
    def num_cells(self) -> int:
        return len(self.cell_seats)


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
