"""R2: the ranking of applicants, with verifiable lottery numbers."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from allocator.market.market import BoolArray, IntArray, RankingKeys


def lottery_number(seed: str, applicant_id: str) -> bytes:
    """R2: the SHA-256 digest of seed, line feed, identifier; as a big-endian integer, the smaller wins."""
    return hashlib.sha256(f"{seed}\n{applicant_id}".encode()).digest()


def rank(
    group: IntArray,
    score: IntArray,
    missing: BoolArray,
    tie_break: list[IntArray],
    *,
    applicant: IntArray,
    ids: pl.Series,
    lottery_seed: str,
    admit_all: bool,
) -> RankingKeys:
    """Rank rows within their groups.

    Args:
        group: (row,) rows are compared within a group only: a programme, or all alike.
        score: (row,) larger is better.
        missing: (row,) no score: ranked last, whatever the rest.
        tie_break: the chain, (row,) each, larger is better, 0 where missing.
        applicant: (row,) whose lottery number decides.
        ids: identifiers of applicants.
    """
    keys = (*(-column for column in reversed(tie_break)), -score, missing, group)
    order = np.lexsort(keys)
    new_group = _changes(group[order])
    differs = new_group | _changes(missing[order]) | _changes(score[order])
    for column in tie_break:
        differs |= _changes(column[order])
    if not admit_all:
        order = _by_lottery(order, differs, missing, applicant, ids, lottery_seed)
        differs = np.ones(len(order), dtype=np.bool_)
    # The rank of a row is the number of rows before its class of equals, counted from the start of its group.
    place = np.arange(len(order), dtype=np.int64)
    class_start = np.maximum.accumulate(np.where(differs, place, 0))
    group_start = np.maximum.accumulate(np.where(new_group, place, 0))
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = class_start - group_start
    return RankingKeys(score, missing, ranks, admit_all)


def _changes(values: np.ndarray) -> BoolArray:
    """(row,) whether a row differs from the one before; true for the first."""
    changed = np.ones(len(values), dtype=np.bool_)
    changed[1:] = values[1:] != values[:-1]
    return changed


def _by_lottery(
    order: IntArray, differs: BoolArray, missing: BoolArray, applicant: IntArray, ids: pl.Series, seed: str
) -> IntArray:
    """The order with every class of equals sorted by lottery number; only those who need a number get one."""
    class_of = np.cumsum(differs) - 1
    sizes = np.bincount(class_of)
    tied = (sizes[class_of] > 1) & ~missing[order]
    if not tied.any():
        return order
    rows = order[tied]
    digests = b"".join(lottery_number(seed, i) for i in ids.gather(applicant[rows]))
    words = np.frombuffer(digests, dtype=">u8").reshape(-1, 4)
    by_number = np.lexsort((words[:, 3], words[:, 2], words[:, 1], words[:, 0], class_of[tied]))
    result = order.copy()
    result[tied] = rows[by_number]
    return result
