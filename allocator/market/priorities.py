"""R3: the priority of every choice inside its programme, as one integer."""

from __future__ import annotations

import numpy as np

from allocator.errors import InputError, Problem, Where
from allocator.market.market import BoolArray, Int32Array, IntArray, RankingKeys
from allocator.scenario.numbers import unscaled
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import PRIORITIES, Batch


def priorities(
    scenario: Scenario,
    rule: Batch,
    rankings: list[str],
    keys: dict[str, RankingKeys],
    programme: IntArray,
    number: IntArray,
    applicant: IntArray,
    scale: int,
) -> tuple[Int32Array, IntArray, BoolArray]:
    """R3 for every choice: key, score, and whether there is a score."""
    tier, num_tiers = np.zeros(len(number), dtype=np.int64), 1
    if rule.order != "score_first":
        tiers, tier = np.unique((number - 1) // rule.choice_tier, return_inverse=True)
        num_tiers = max(1, len(tiers))  # tiers that occur, renumbered without gaps: only their order counts
    key = np.zeros(len(programme), dtype=np.int64)
    score = np.zeros(len(programme), dtype=np.int64)
    scored = np.zeros(len(programme), dtype=np.bool_)
    of_programme = np.array([list(keys).index(name) for name in rankings], dtype=np.int64)
    for position, (name, ranking) in enumerate(keys.items()):
        if not (of_programme == position).any():
            continue
        here = np.flatnonzero(of_programme[programme] == position) if (of_programme != position).any() else slice(None)
        if scenario.settings.rankings[name].score == PRIORITIES:
            row, found = _priority_rows(scenario, programme[here], applicant[here])
            rows = scenario.cohort.priorities
            assert rows is not None
            group = rows.programme
        else:
            row, found = applicant[here], ~ranking.missing[applicant[here]]
            group = np.zeros(len(ranking.rank), dtype=np.int64)
        first, size = _bands(rule, ranking, group, scale)
        position_in_band = ranking.rank[row] - first[row]
        # Bands best first, inside a band tiers best first, inside a tier by rank: one integer that orders all three.
        key[here] = np.where(found, first[row] * num_tiers + tier[here] * size[row] + position_in_band, 0)
        score[here] = np.where(found, ranking.score[row], 0)
        scored[here] = found
    if int(key.max(initial=0)) >= 2**31:
        raise InputError(
            [Problem(Where(key=f"batches.{rule.name}"), "too many applicants and choice tiers for one batch")]
        )
    return key.astype(np.int32), score, scored


def _priority_rows(scenario: Scenario, programme: IntArray, applicant: IntArray) -> tuple[IntArray, BoolArray]:
    """The row of the priorities table for each pair, and whether there is one (absent = not acceptable)."""
    rows = scenario.cohort.priorities
    assert rows is not None
    width = len(scenario.cohort.applicants)
    pairs = rows.programme * width + rows.applicant
    if not len(pairs):
        return np.zeros(len(programme), dtype=np.int64), np.zeros(len(programme), dtype=np.bool_)
    wanted = programme * width + applicant
    row = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    return row, pairs[row] == wanted


def _bands(rule: Batch, ranking: RankingKeys, group: IntArray, scale: int) -> tuple[IntArray, IntArray]:
    """For each row of a ranking, the first rank of its score band and the band's size; without bands, all in one."""
    num_rows = len(ranking.rank)
    if rule.order == "score_first":
        return np.zeros(num_rows, dtype=np.int64), np.zeros(num_rows, dtype=np.int64)
    if rule.order == "choice_first":
        return np.zeros(num_rows, dtype=np.int64), np.full(num_rows, num_rows, dtype=np.int64)
    assert rule.band_width is not None  # a banded batch without it is a problem of the input
    band = ranking.score // unscaled(rule.band_width, scale)
    order = np.lexsort((ranking.rank, -band, ranking.missing, group))
    start = np.ones(num_rows, dtype=np.bool_)
    for values in (band[order], ranking.missing[order], group[order]):
        start[1:] &= values[1:] == values[:-1]
    start[1:] = ~start[1:]
    band_of = np.cumsum(start) - 1
    first, size = np.empty(num_rows, dtype=np.int64), np.empty(num_rows, dtype=np.int64)
    first[order] = ranking.rank[order][start][band_of] if num_rows else first
    size[order] = np.bincount(band_of)[band_of] if num_rows else size
    return first, size
