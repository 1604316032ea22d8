"""P5's ground: the order of R2, lottery numbers included, and the keys of R3, from the tables alone."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allocator.scenario.cohort import BoolArray, Cohort, IntArray
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import PRIORITIES, Batch, Ranking
from allocator.verification.exact import at_scale

Int32Array = NDArray[np.int32]


@dataclass(frozen=True)
class Order:
    """The order of one ranking (R2). A row is an applicant, or a row of the priorities table."""

    rank: IntArray  # (row,) smaller is better; rows are equal only where the ranking admits equals together
    score: IntArray  # (row,) at the common scale
    missing: BoolArray  # (row,) no score, so not eligible (R1)
    admit_all: bool
    from_priorities: bool
    num_lottery: int  # applicants whose place only the lottery decides


def lottery_digests(scenario: Scenario, applicants: IntArray) -> bytes:
    """The SHA-256 digests of R2, 32 bytes for each of the applicants, one after another."""
    start = f"{scenario.settings.lottery_seed}\n"
    return b"".join([sha256((start + i).encode()).digest() for i in scenario.cohort.applicants.ids.gather(applicants)])


def orders(scenario: Scenario, scale: int) -> dict[str, Order]:
    """The order of every ranking that some programme uses in some batch."""
    used = {batch.ranking for batch in scenario.settings.batches} | set(scenario.cohort.programmes.ranking)
    return {
        name: _order(scenario, ranking, scale) for name, ranking in scenario.settings.rankings.items() if name in used
    }


def _order(scenario: Scenario, ranking: Ranking, scale: int) -> Order:
    numbers = scenario.cohort.applicants.numbers
    from_priorities = ranking.score == PRIORITIES
    if from_priorities:
        rows = scenario.cohort.priorities
        applicant = rows.applicant if rows else np.zeros(0, dtype=np.int64)
        score = rows.priority.at_scale(scale) if rows else np.zeros(0, dtype=np.int64)
        missing = rows.priority.missing if rows else np.zeros(0, dtype=np.bool_)
        chain = [numbers[column].unscaled[applicant] for column in ranking.tie_break]
    else:
        applicant = np.arange(len(scenario.cohort.applicants), dtype=np.int64)
        score, missing = numbers[ranking.score].at_scale(scale), numbers[ranking.score].missing
        chain = [numbers[column].unscaled for column in ranking.tie_break]
    rank = equal_ranks([np.where(missing, score.min(initial=0), score), *chain])
    num_lottery = 0
    if ranking.ties == "lottery":
        num_tied = np.bincount(rank, minlength=len(rank))
        tied = np.flatnonzero((num_tied[rank] > 1) & ~missing)
        num_lottery = len(tied)
        rank = _split_by_lottery(scenario, rank, tied, applicant)
    return Order(rank, score, missing, ranking.ties == "admit_all", from_priorities, num_lottery)


def equal_ranks(columns: list[IntArray]) -> IntArray:
    """For each row the number of rows that are strictly better: columns in turn decide, larger is better."""
    order = _descending(columns)
    size = len(order)
    new = np.zeros(size, dtype=np.bool_)
    new[:1] = True
    for column in columns:
        in_order = column[order]
        new[1:] |= in_order[1:] != in_order[:-1]
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.maximum.accumulate(np.where(new, np.arange(size), 0)) if size else order
    return rank


def _descending(columns: list[IntArray]) -> IntArray:
    """The rows sorted by the columns in turn, larger first; in one sort where the columns fit one integer."""
    spans = [int(column.max(initial=0)) - int(column.min(initial=0)) + 1 for column in columns]
    product = 1
    for span in spans:
        product *= span
    if product >= 2**63:
        return np.lexsort([-column for column in reversed(columns)])
    packed = np.zeros(len(columns[0]), dtype=np.int64)
    for column, span in zip(columns, spans, strict=True):
        packed = packed * span + (int(column.max(initial=0)) - column)
    return np.argsort(packed)


def _split_by_lottery(scenario: Scenario, rank: IntArray, tied: IntArray, applicant: IntArray) -> IntArray:
    """The ranks with every class of equals put in the order of lottery numbers; those without a score stay equal."""
    if not len(tied):
        return rank
    words = np.frombuffer(lottery_digests(scenario, applicant[tied]), dtype=">u8").reshape(-1, 4).astype(np.uint64)
    order = np.lexsort((words[:, 3], words[:, 2], words[:, 1], words[:, 0], rank[tied]))
    by_number = tied[order]
    classes = rank[by_number]
    place = np.arange(len(by_number))
    first = np.concatenate(([True], classes[1:] != classes[:-1]))
    result = rank.copy()
    result[by_number] = classes + place - np.maximum.accumulate(np.where(first, place, 0))
    return result


@dataclass(frozen=True)
class ChoicePriority:
    """R3 for every choice of a batch. Keys are compared inside a programme only."""

    key: Int32Array  # (choice,) smaller is better; equal only where the ranking admits equals together
    scored: BoolArray | None  # (choice,) there is a score in the programme's ranking; None: everywhere
    row_of: IntArray | None  # (choice,) row of the order; None: the applicant
    of_choice: IntArray | None  # (choice,) which of the orders; None: the only one
    orders: tuple[Order, ...]
    applicant: IntArray  # (choice,)

    def scores(self, choices: IntArray | Int32Array) -> IntArray:
        """The scores of some choices in their programmes' rankings, at the common scale; 0 where there is none."""
        rows = self.applicant[choices] if self.row_of is None else self.row_of[choices]
        if self.of_choice is None:
            return _at(self.orders[0].score, rows)
        which = self.of_choice[choices]
        result = np.zeros(len(choices), dtype=np.int64)
        for i, order in enumerate(self.orders):
            result[which == i] = _at(order.score, rows[which == i])
        return result


def _at(values: IntArray, rows: IntArray) -> IntArray:
    return values[rows] if len(values) else np.zeros(len(rows), dtype=np.int64)


def choice_priority(
    cohort: Cohort,
    batch: Batch,
    ranking: tuple[str, ...],
    order_of: dict[str, Order],
    programme: IntArray,
    applicant: IntArray,
    number: IntArray,
    scale: int,
) -> ChoicePriority:
    """R3 for every choice of a batch.

    Args:
        ranking: (programme,) the name of the ranking in force.
        programme, applicant, number: (choice,) the choices.
    """
    names = sorted(set(ranking)) or [batch.ranking]
    used = tuple(order_of[name] for name in names)
    tier, num_tiers = _tiers(number, batch)
    if len(used) == 1 and not used[0].from_priorities:
        key = _keys(batch, used[0], applicant, tier, num_tiers, scale)
        scored = ~used[0].missing[applicant] if used[0].missing.any() else None
        return ChoicePriority(_narrow(key), scored, None, None, used, applicant)
    of_choice = np.array([names.index(name) for name in ranking], dtype=np.int64)[programme]
    key, row = np.zeros(len(programme), dtype=np.int64), np.zeros(len(programme), dtype=np.int64)
    scored = np.zeros(len(programme), dtype=np.bool_)
    for i, order in enumerate(used):
        here = np.flatnonzero(of_choice == i)
        if order.from_priorities:
            row[here], listed = _priority_row(cohort, programme[here], applicant[here])
        else:
            row[here], listed = applicant[here], np.ones(len(here), dtype=np.bool_)
        if len(order.rank):
            scored[here] = listed & ~order.missing[row[here]]
            key[here] = _keys(batch, order, row[here], tier[here] if tier is not None else None, num_tiers, scale)
    return ChoicePriority(_narrow(key), scored, row, of_choice, used, applicant)


def _keys(batch: Batch, order: Order, row: IntArray, tier: IntArray | None, num_tiers: int, scale: int) -> IntArray:
    """R3 for choices whose programmes use one ranking; ranks over the whole priorities table serve as well."""
    if tier is None or not len(order.rank):
        return order.rank[row]
    if batch.order == "choice_first":
        return tier * len(order.rank) + order.rank[row]
    assert batch.band_width is not None
    # The band is the first criterion of both orders, so all of a better band are ranked before all of a worse one:
    # the band's first rank stands for the band, and its size for the width of a tier in it.
    band = order.score // at_scale(batch.band_width, scale)
    band = np.where(order.missing, band.min(), band)
    before = equal_ranks([band])
    size = np.bincount(before, minlength=len(before))[before]
    key: IntArray = before[row] * num_tiers + tier * size[row] + (order.rank[row] - before[row])
    return key


def _narrow(key: IntArray) -> Int32Array:
    """Keys in 32 bits, below the two values that stand for `barred` and `any`; only their order counts."""
    if int(key.max(initial=0)) >= 2**31 - 2:
        key = np.unique(key, return_inverse=True)[1]
    return key.astype(np.int32)


def _tiers(number: IntArray, batch: Batch) -> tuple[IntArray | None, int]:
    """The tier of each choice and a bound above all tiers; no tiers where the order has none."""
    if batch.order == "score_first":
        return None, 1
    tier = np.maximum(number - 1, 0) // batch.choice_tier  # in a reassignment all choice numbers are 0
    bound = int(tier.max(initial=0)) + 1
    if bound > 1000:  # gaps between choice numbers may be wide, and only the order of tiers counts
        found, tier = np.unique(tier, return_inverse=True)
        bound = len(found)
    return tier, bound


def _priority_row(cohort: Cohort, programme: IntArray, applicant: IntArray) -> tuple[IntArray, BoolArray]:
    """The row of the priorities table for each choice, and whether there is one (absent: not acceptable)."""
    rows = cohort.priorities
    if rows is None or not len(rows.programme):
        return np.zeros(len(programme), dtype=np.int64), np.zeros(len(programme), dtype=np.bool_)
    width = len(cohort.applicants)
    listed, wanted = rows.programme * width + rows.applicant, programme * width + applicant
    row = np.minimum(np.searchsorted(listed, wanted), len(listed) - 1)
    return row, listed[row] == wanted


def hexadecimal(scenario: Scenario, applicants: IntArray) -> pl.Series:
    """Lottery numbers as published: 64 lower-case hexadecimal digits each."""
    digits = lottery_digests(scenario, applicants).hex()
    return pl.Series([digits[i : i + 64] for i in range(0, len(digits), 64)], dtype=pl.String)
