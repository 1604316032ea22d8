"""Scenario → Market: identifiers become positions, rules become arrays (R1 to R3, R5 to R7)."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from allocator.errors import InputError, Problem, Where
from allocator.market.capped_programmes import capped, programme_areas
from allocator.market.market import (
    NO_BATCH,
    NO_FLOOR,
    PROVISIONAL,
    BatchMarket,
    BoolArray,
    ByObjectives,
    CappedSet,
    FloorRule,
    Int32Array,
    IntArray,
    Market,
    MaskArray,
    Priority,
    RankingKeys,
)
from allocator.market.priorities import priorities
from allocator.market.rankings import rank
from allocator.market.seats import carries_to, cell_seats_of, number_cells, programmes_with_pool
from allocator.outcome.feeder_seats import by_identifier
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
    has_row = programmes_with_pool(scenario, feeder_seats)
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
        min_open=cohort.programmes.min_open,
        applicant_school=cohort.applicants.feeder_school.astype(np.int32),
        batches=batches,
        scope=(cohort.applicants.area if by_area else none).astype(np.int32),
        scope_names=cohort.area_names if by_area else ("",),
        line_score=numbers.at_scale(scale) if numbers else none,
        line_missing=numbers.missing if numbers else np.ones(num_applicants, dtype=np.bool_),
        caps=tuple(
            CappedSet(cap.name, capped(cohort, cap), cap.at_least, cap.at_most, cap.target) for cap in settings.caps
        ),
        programme_order=by_identifier(scenario),
        applicant_area=cohort.applicants.area,
        programme_area=programme_areas(cohort),
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
    is_stable = rule.mechanism == "stable"
    cell_first, reverted_cell, num_cells = number_cells(
        has, per_school, reverts & is_stable, open_pool, len(cohort.feeder_school_ids)
    )
    rankings = [own or rule.ranking for own in cohort.programmes.ranking]
    start, programme, number, applicant = _choices(scenario, i)

    def priority(
        programme: IntArray, applicant: IntArray, number: IntArray | None = None
    ) -> tuple[Int32Array, IntArray, MaskArray]:
        number = np.ones(len(programme), dtype=np.int64) if number is None else number
        key, score, scored = priorities(scenario, rule, rankings, keys, programme, number, applicant, scale)
        return key, score, _usable(scenario, rule, has, per_school, programme, applicant, score, scored, scale)

    key, score, pools = priority(programme, applicant, number)
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
        choice_pools=pools,
        cell_first=cell_first,
        pool_per_school=per_school,
        pool_reverts=reverts,
        cell_seats=cell_seats_of(scenario, feeder_seats, i, cell_first, num_cells),
        reverted_cell=reverted_cell,
        admit_all=admit_all,
        floors=tuple(_floor(scenario, settings.pool(name).floor, scale) for name in rule.pools),
        carries_to=carries_to(scenario, has_row, i),
        ranking_index=np.array([names.index(name) for name in rankings], dtype=np.int32),
        mechanism=rule.mechanism,
        by_objectives=None if is_stable else _by_objectives(scenario, rule, keys[rule.ranking], priority),
    )


def _by_objectives(scenario: Scenario, rule: Batch, ranking: RankingKeys, priority: Priority) -> ByObjectives:
    applicants = scenario.cohort.applicants
    place = np.empty(len(applicants), dtype=np.int64)
    place[applicants.ids.arg_sort().to_numpy()] = np.arange(len(applicants))
    group = None if rule.group is None else scenario.settings.groups[rule.group]
    return ByObjectives(
        ladder=rule.ladder,
        # Who has no score comes last, by applicant_id alone.
        order=np.lexsort((place, np.where(ranking.missing, 0, ranking.rank), ranking.missing)),
        takes_part=np.ones(len(applicants), dtype=np.bool_) if group is None else members(applicants, group),
        priority=priority,
    )


def _choices(scenario: Scenario, i: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """The batch's choices as CSR: start, and for each choice its programme, number and applicant."""
    rows = scenario.cohort.choices
    first, last = np.searchsorted(rows.batch, [i, i + 1])
    applicant = rows.applicant[first:last]
    start = np.searchsorted(applicant, np.arange(len(scenario.cohort.applicants) + 1))
    return start.astype(np.int64), rows.programme[first:last], rows.number[first:last], applicant


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
