"""Scenario → Market: identifiers become positions, rules become arrays (R1 to R3, R5 to R7)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from allocator.errors import InputError, Problem, Where
from allocator.market.market import (
    NO_BATCH,
    NO_FLOOR,
    PROVISIONAL,
    BatchMarket,
    BoolArray,
    FloorRule,
    Int32Array,
    IntArray,
    Market,
    MaskArray,
    RankingKeys,
)
from allocator.market.rankings import rank
from allocator.scenario.cohort import FeederSeatRows
from allocator.scenario.groups import members
from allocator.scenario.numbers import places, unscaled
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, PRIORITIES, Batch, Floor

_EXACT = 2**61  # sums and differences of two scores stay inside int64


def compile_market(scenario: Scenario, feeder_seats: FeederSeatRows) -> Market:
    """Compile a scenario with the matrix of feeder seats that is in force (given, or apportioned by R9).

    Raises:
        InputError: if scores have too many digits for exact arithmetic.
    """
    settings, cohort = scenario.settings, scenario.cohort
    scale = _common_scale(scenario)
    keys = {name: _ranking_keys(scenario, name, scale) for name in settings.rankings}
    has_row = _programmes_with_pool(scenario, feeder_seats)
    batches = tuple(_batch(scenario, feeder_seats, i, keys, has_row, scale) for i in range(len(settings.batches)))
    by_area = settings.guideline is not None and settings.guideline.scope == "area"
    guideline = settings.rankings[settings.guideline_ranking].score
    numbers = cohort.applicants.numbers.get(guideline)
    num_applicants = len(cohort.applicants)
    none = np.zeros(num_applicants, dtype=np.int64)
    return Market(
        num_applicants=num_applicants,
        num_programmes=len(cohort.programmes),
        num_schools=len(cohort.feeder_school_ids),
        scale=scale,
        is_general=cohort.programmes.is_general,
        applicant_school=cohort.applicants.feeder_school.astype(np.int32),
        batches=batches,
        scope=(cohort.applicants.area if by_area else none).astype(np.int32),
        scope_names=cohort.area_names if by_area else ("",),
        line_score=numbers.at_scale(scale) if numbers else none,
        line_missing=numbers.missing if numbers else np.ones(num_applicants, dtype=np.bool_),
    )


def _common_scale(scenario: Scenario) -> int:
    """The decimal places that every score, floor and least score fit."""
    settings, cohort = scenario.settings, scenario.cohort
    columns = [cohort.applicants.numbers[r.score] for r in settings.rankings.values() if r.score != PRIORITIES]
    columns.append(cohort.programmes.min_score)
    if cohort.priorities is not None:
        columns.append(cohort.priorities.priority)
    written = [
        n for pool in settings.pools.values() if pool.floor for n in (pool.floor.score, pool.floor.below_line) if n
    ]
    written += [batch.band_width for batch in settings.batches if batch.band_width is not None]
    scale = max([0, *(c.scale for c in columns), *(places(n) for n in written)])
    largest = [int(np.abs(c.unscaled).max(initial=0)) * 10 ** (scale - c.scale) for c in columns]
    largest += [abs(unscaled(n, scale)) for n in written]
    if max(largest, default=0) >= _EXACT:
        raise InputError([Problem(Where(key="rankings"), "the scores have too many digits to be compared exactly")])
    return scale


def _ranking_keys(scenario: Scenario, name: str, scale: int) -> RankingKeys:
    """R2 for one ranking; rows are the applicants, or the rows of the priorities table."""
    cohort, ranking = scenario.cohort, scenario.settings.rankings[name]
    numbers = cohort.applicants.numbers
    if ranking.score == PRIORITIES:
        rows = cohort.priorities
        assert rows is not None  # a ranking on priorities without the table is a problem of the input
        group, applicant = rows.programme, rows.applicant
        score, missing = rows.priority.at_scale(scale), rows.priority.missing
    else:
        applicant = np.arange(len(cohort.applicants), dtype=np.int64)
        group = np.zeros(len(applicant), dtype=np.int64)
        score, missing = numbers[ranking.score].at_scale(scale), numbers[ranking.score].missing
    return rank(
        group,
        score,
        missing,
        [numbers[column].unscaled[applicant] for column in ranking.tie_break],
        applicant=applicant,
        ids=cohort.applicants.ids,
        lottery_seed=scenario.settings.lottery_seed,
        admit_all=ranking.ties == "admit_all",
    )


def _programmes_with_pool(scenario: Scenario, feeder_seats: FeederSeatRows) -> list[dict[str, BoolArray]]:
    """For each batch and pool that it lists, the programmes that have the pool there; (programme,)."""
    num_programmes = len(scenario.cohort.programmes)
    seats = scenario.cohort.seats
    result: list[dict[str, BoolArray]] = []
    for i, batch in enumerate(scenario.settings.batches):
        here = {pool: np.zeros(num_programmes, dtype=np.bool_) for pool in batch.pools}
        result.append(here)
        for programme, pool in zip(seats.programme[seats.batch == i], _pools_of(scenario, i), strict=True):
            if pool in here:
                here[pool][programme] = True
        feeder_pool = scenario.settings.feeder_pool(batch)
        if feeder_pool is not None:
            here[feeder_pool][feeder_seats.programme[feeder_seats.batch == i]] = True
        if batch.seats == "leftover":
            here[OPEN] = np.logical_or.reduce([has for earlier in result[:-1] for has in earlier.values()])
    return result


def _pools_of(scenario: Scenario, batch: int) -> Iterable[str]:
    seats = scenario.cohort.seats
    return (pool for pool, at in zip(seats.pool, seats.batch, strict=True) if at == batch)


def _batch(
    scenario: Scenario,
    feeder_seats: FeederSeatRows,
    i: int,
    keys: dict[str, RankingKeys],
    has_row: list[dict[str, BoolArray]],
    scale: int,
) -> BatchMarket:
    settings, cohort = scenario.settings, scenario.cohort
    rule = settings.batches[i]
    per_school = np.array([settings.pool(name).per is not None for name in rule.pools], dtype=np.bool_)
    reverts = np.array([settings.pool(name).unfilled == "open" and name != OPEN for name in rule.pools], dtype=np.bool_)
    open_pool = rule.pools.index(OPEN) if OPEN in rule.pools else -1
    has = np.stack([has_row[i][name] for name in rule.pools], axis=1)  # (programme, pool)
    cell_first, reverted_cell, num_cells = _cells(has, per_school, reverts, open_pool, len(cohort.feeder_school_ids))
    rankings = [own or rule.ranking for own in cohort.programmes.ranking]
    start, programme, number, applicant = _choices(scenario, i)
    key, score, scored = _priorities(scenario, rule, rankings, keys, programme, number, applicant, scale)
    admit_all = np.array([settings.rankings[name].ties == "admit_all" for name in rankings], dtype=np.bool_)
    names = list(settings.rankings)
    return BatchMarket(
        position=i,
        pools=rule.pools,
        open_pool=open_pool,
        leftover=rule.seats == "leftover",
        choice_start=start,
        choice_programme=programme.astype(np.int32),
        choice_number=number.astype(np.int32),
        choice_key=key,
        choice_score=score,
        choice_pools=_usable(scenario, rule, has, per_school, programme, applicant, score, scored, scale),
        cell_first=cell_first,
        pool_per_school=per_school,
        pool_reverts=reverts,
        cell_seats=_cell_seats(scenario, feeder_seats, i, cell_first, num_cells),
        reverted_cell=reverted_cell,
        admit_all=admit_all,
        floors=tuple(_floor(scenario, settings.pool(name).floor, scale) for name in rule.pools),
        carries_to=_carries_to(scenario, has_row, i),
        ranking_index=np.array([names.index(name) for name in rankings], dtype=np.int32),
    )


def _cells(
    has: BoolArray, per_school: BoolArray, reverts: BoolArray, open_pool: int, num_schools: int
) -> tuple[Int32Array, Int32Array, int]:
    """Number the cells: programme by programme, pool by pool, and last those of reverted seats."""
    sizes = np.where(has, np.where(per_school, num_schools, 1), 0)
    ends = np.cumsum(sizes.ravel()).reshape(sizes.shape)
    cell_first = np.where(has, ends - sizes, -1).astype(np.int32)
    num_cells = int(ends[-1, -1]) if ends.size else 0
    can_revert = np.zeros(len(has), dtype=np.bool_)
    if open_pool >= 0:
        can_revert = has[:, open_pool] & has[:, reverts].any(axis=1)
    reverted_cell = np.full(len(has), -1, dtype=np.int32)
    reverted_cell[can_revert] = num_cells + np.arange(int(can_revert.sum()), dtype=np.int32)
    return cell_first, reverted_cell, num_cells + int(can_revert.sum())


def _choices(scenario: Scenario, i: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """The batch's choices as CSR: start, and for each choice its programme, number and applicant."""
    rows = scenario.cohort.choices
    first, last = np.searchsorted(rows.batch, [i, i + 1])
    applicant = rows.applicant[first:last]
    start = np.searchsorted(applicant, np.arange(len(scenario.cohort.applicants) + 1))
    return start.astype(np.int64), rows.programme[first:last], rows.number[first:last], applicant


def _priorities(
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


def _usable(
    scenario: Scenario,
    rule: Batch,
    has: BoolArray,
    per_school: BoolArray,
    programme: IntArray,
    applicant: IntArray,
    score: IntArray,
    scored: BoolArray,
    scale: int,
) -> MaskArray:
    """R1 but floors and the control line: the pools that each choice may use, one bit per pool."""
    cohort, settings = scenario.cohort, scenario.settings
    min_score = cohort.programmes.min_score
    least = np.where(min_score.missing, NO_FLOOR, min_score.at_scale(scale))
    reaches = scored & (score >= least[programme])
    in_school = cohort.applicants.feeder_school >= 0
    usable = np.zeros(len(programme), dtype=np.uint64)
    for j, name in enumerate(rule.pools):
        allowed = reaches & has[programme, j]
        group = settings.pool(name).group
        if group is not None:
            allowed &= members(cohort.applicants, settings.groups[group])[applicant]
        if per_school[j]:
            allowed &= in_school[applicant]
        usable |= allowed.astype(np.uint64) << np.uint64(j)
    return usable


def _cell_seats(
    scenario: Scenario, feeder_seats: FeederSeatRows, i: int, cell_first: Int32Array, num_cells: int
) -> IntArray:
    settings, seats = scenario.settings, scenario.cohort.seats
    rule = settings.batches[i]
    cell_seats = np.zeros(num_cells, dtype=np.int64)
    feeder_pool = settings.feeder_pool(rule)
    here = np.flatnonzero(seats.batch == i)
    for row in here[seats.seats[here] > 0]:
        if seats.pool[row] != feeder_pool:  # checked: seats stand only for pools that the batch lists
            cell_seats[cell_first[seats.programme[row], rule.pools.index(seats.pool[row])]] = seats.seats[row]
    if feeder_pool is not None:
        cells = feeder_seats.batch == i
        first = cell_first[feeder_seats.programme[cells], rule.pools.index(feeder_pool)]
        cell_seats[first + feeder_seats.feeder_school[cells]] = feeder_seats.seats[cells]
    return cell_seats


def _floor(scenario: Scenario, floor: Floor | None, scale: int) -> FloorRule | None:
    if floor is None:
        return None
    names = [batch.name for batch in scenario.settings.batches]
    of_batch = NO_BATCH
    if floor.of is not None:
        of_batch = PROVISIONAL if floor.of == "provisional" else names.index(floor.of)
    return FloorRule(
        score=NO_FLOOR if floor.score is None else unscaled(floor.score, scale),
        below_line=unscaled(floor.below_line or Decimal(0), scale),
        of_batch=of_batch,
    )


def _carries_to(scenario: Scenario, has_row: list[dict[str, BoolArray]], i: int) -> Int32Array:
    """R7: the first later batch, not a leftover one, in which the programme has an `open` pool."""
    num_programmes = len(scenario.cohort.programmes)
    target = np.full(num_programmes, -1, dtype=np.int32)
    if scenario.settings.batches[i].seats == "leftover":
        return target
    for later in range(len(has_row) - 1, i, -1):
        if OPEN in has_row[later] and scenario.settings.batches[later].seats != "leftover":
            target[has_row[later][OPEN]] = later
    if OPEN in has_row[i]:
        target[has_row[i][OPEN]] = -1
    return target
