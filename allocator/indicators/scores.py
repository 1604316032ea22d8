"""Scores and the order of R2, exact, for applicants at programmes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import PRIORITIES


@dataclass(frozen=True)
class Order:
    """The order of one ranking. A row is an applicant, or where the score is `priorities` a row of that table."""

    rank: IntArray  # (row,) smaller is better; equals are those that only the lottery separates
    score: IntArray  # (row,) unscaled
    present: BoolArray  # (row,) there is a score
    scale: int  # score = unscaled / 10**scale
    admits_equals: bool  # `admit_all`: equals are never separated
    keys: IntArray | None  # (row,) programme × applicants + applicant, ascending; None where a row is an applicant

    def rows(self, programme: IntArray, applicant: IntArray, num_applicants: int) -> tuple[IntArray, BoolArray]:
        """The row of each applicant at each programme, and whether there is a score; (pair,) each."""
        if self.keys is None:
            return applicant, self.present[applicant]
        if not len(self.keys):
            return np.zeros(len(applicant), dtype=np.int64), np.zeros(len(applicant), dtype=np.bool_)
        wanted = programme * num_applicants + applicant
        row = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return row, (self.keys[row] == wanted) & self.present[row]

    def least(self, bound: Decimal) -> int:
        """The least unscaled score that reaches a bound."""
        return int(bound.scaleb(self.scale).to_integral_value(ROUND_CEILING))


def order_of(scenario: Scenario, ranking: str) -> Order:
    """The order of a ranking: the score, then the tie-breakers; the lottery is left to ``Lottery``."""
    rule, cohort = scenario.settings.rankings[ranking], scenario.cohort
    numbers, admits_equals = cohort.applicants.numbers, rule.ties == "admit_all"
    chain = [numbers[column].unscaled for column in rule.tie_break]
    if rule.score != PRIORITIES:
        score = numbers[rule.score]
        rank = _ranks([score.unscaled, *chain])
        return Order(rank, score.unscaled, ~score.missing, score.scale, admits_equals, None)
    table = cohort.priorities
    if table is None:
        nothing = np.zeros(0, dtype=np.int64)
        return Order(nothing, nothing, np.zeros(0, dtype=np.bool_), 0, admits_equals, nothing)
    rank = _ranks([table.priority.unscaled, *(column[table.applicant] for column in chain)])
    keys = table.programme * len(cohort.applicants) + table.applicant
    return Order(rank, table.priority.unscaled, ~table.priority.missing, table.priority.scale, admits_equals, keys)


def _ranks(columns: list[IntArray]) -> IntArray:
    """(row,) place in the descending order by the columns in turn; equals have the same."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        # Ranks so far refined by one more column; both stay below the number of rows, so the product fits.
        key = _dense(key * (len(column) + 1) + (len(column) - _dense(column)))
    return key


def _dense(values: IntArray) -> IntArray:
    """(row,) position of each value among the different ones."""
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    if high - low <= 8 * len(values) + 1024:  # the usual case: a count is quicker than a sort
        seen = np.zeros(high - low + 1, dtype=np.bool_)
        seen[values - low] = True
        places: IntArray = np.cumsum(seen) - 1
        return places[values - low]
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


class Lottery:
    """Lottery numbers (R2), each computed when it is first needed: few ties come down to them."""

    def __init__(self, scenario: Scenario) -> None:
        self._start = f"{scenario.settings.lottery_seed}\n"
        self._ids = scenario.cohort.applicants.ids
        self._known: dict[int, bytes] = {}

    def places(self, applicants: IntArray) -> IntArray:
        """(applicant given,) place in the order of lottery numbers among those given; the smallest is 0."""
        different, which = np.unique(applicants, return_inverse=True)
        new = [applicant for applicant in different.tolist() if applicant not in self._known]
        for applicant, name in zip(new, self._ids.gather(new), strict=True):
            self._known[applicant] = sha256((self._start + name).encode()).digest()
        numbers = [self._known[applicant] for applicant in different.tolist()]
        place = np.empty(len(numbers), dtype=np.int64)
        place[sorted(range(len(numbers)), key=numbers.__getitem__)] = np.arange(len(numbers))
        result: IntArray = place[which]
        return result


@dataclass(frozen=True)
class Admitted:
    """Admissions by cell: what somebody must beat to have justified envy."""

    cell: IntArray  # (admission,) any number that tells cells apart
    key: IntArray  # (admission,) smaller is better; equals are those that only the lottery separates
    applicant: IntArray  # (admission,)


def beats_somebody(
    lottery: Lottery,
    admitted: Admitted,
    num_cells: int,
    *,
    cell: IntArray,
    key: IntArray,
    applicant: IntArray,
    admits_equals: BoolArray,
) -> BoolArray:
    """(pair,) whether somebody was admitted to the cell who comes after the applicant.

    Args:
        cell, key, applicant: (pair,) who asks, with what key, at which cell.
        admits_equals: (pair,) equals are never separated there, so somebody of the same key is enough.
    """
    worst = np.full(num_cells, -1, dtype=np.int64)
    np.maximum.at(worst, admitted.cell, admitted.key)
    result: BoolArray = worst[cell] > key
    level = worst[cell] == key
    result |= level & admits_equals
    tied = np.flatnonzero(level & ~admits_equals)
    if len(tied):
        last = np.flatnonzero(admitted.key == worst[admitted.cell])
        last = last[np.isin(admitted.cell[last], cell[tied])]
        number = lottery.places(np.concatenate([applicant[tied], admitted.applicant[last]]))
        largest = np.full(num_cells, -1, dtype=np.int64)
        np.maximum.at(largest, admitted.cell[last], number[len(tied) :])
        result[tied] = number[: len(tied)] < largest[cell[tied]]
    return result
