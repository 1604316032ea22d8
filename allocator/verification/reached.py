"""Which slots an applicant meets the line of: the ground of P3, P4 and P10."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.standing import Standing
from allocator.verification.tables import STRETCH


@dataclass(frozen=True)
class Reached:
    """The slots whose line is met, for one batch."""

    first: IntArray  # (applicant,) the first of them in the applicant's own order, -1 if there is none
    passed_over: IntArray  # (pair,) slots that are met, at programmes listed above what the applicant got
    by: IntArray  # (pair,) the applicant


def reached(standing: Standing) -> Reached:
    """P10's question to every slot, once; what P3 and P4 look for can only be among the answers.

    Whoever is envied or finds a seat empty meets that line: the line of a full cell is its last admission, and of
    another one everybody who is eligible meets it.
    """
    slots, key = standing.tables.slots, standing.setting.key
    line = standing.line.astype(np.int32)
    meets = np.empty(len(key), dtype=np.bool_)
    for first in range(0, len(key), STRETCH):
        part = slice(first, first + STRETCH)
        np.less_equal(key[part], line[slots.cell[part]], out=meets[part])
    met = np.append(np.flatnonzero(meets), len(key))
    next_met = met[np.searchsorted(met, slots.start[:-1])]
    first_met = np.where(next_met < slots.start[1:], next_met, -1)
    bound = _first_slot_of_what_they_got(standing)
    who = np.flatnonzero((first_met >= 0) & (first_met < bound))
    num_passed = np.searchsorted(met, bound[who]) - np.searchsorted(met, slots.start[who])
    by = np.repeat(who, num_passed)
    nth = np.arange(len(by)) - np.repeat(np.cumsum(num_passed) - num_passed, num_passed)
    passed_over = met[np.searchsorted(met, slots.start[by]) + nth]
    return Reached(first_met, passed_over, by)


def _first_slot_of_what_they_got(standing: Standing) -> IntArray:
    """(applicant,) where the slots of the programme they were admitted to begin; the end of the list for the others."""
    batch, row = standing.tables, standing.admissions.row
    bound = batch.slots.start[1:].copy()
    here: BoolArray = row >= 0
    bound[here] = np.searchsorted(batch.slots.place, (row[here] * batch.width).astype(np.int32))
    return bound
