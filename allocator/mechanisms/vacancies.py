"""Seats that are left at the end of a run, and how many of the unplaced they would take (征集志愿)."""

from __future__ import annotations

import numpy as np
import polars as pl

from allocator.market.market import BoolArray, IntArray, Market
from allocator.mechanisms.batches import Solution, opened, seats_of_programmes
from allocator.outcome.feeder_seats import by_identifier
from allocator.outcome.schemas import VACANCIES_SCHEMA
from allocator.scenario.groups import members
from allocator.scenario.numbers import unscaled
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, PRIORITIES


def vacancies(scenario: Scenario, market: Market, solution: Solution, blocked: BoolArray) -> pl.DataFrame:
    """One row for each programme with seats left, by identifier.

    Whom it would take is R1 for its `open` pool, lists apart: in its own ranking, or else in the guideline's.

    Args:
        blocked: (applicant,) below the control line of their scope.
    """
    admitted = np.bincount(solution.programme_of[solution.programme_of >= 0], minlength=market.num_programmes)
    left = np.maximum(0, seats_of_programmes(market, solution) - admitted)
    rows = np.flatnonzero((left > 0) & opened(market, solution.programme_of))
    rows = rows[np.argsort(by_identifier(scenario)[rows])]
    unplaced = solution.programme_of < 0
    group = scenario.settings.pool(OPEN).group
    if group is not None:
        unplaced &= members(scenario.cohort.applicants, scenario.settings.groups[group])
    takes = [_num_eligible(scenario, market, int(p), unplaced, blocked) for p in rows]
    ids = scenario.cohort.programmes.ids
    return pl.DataFrame(
        {"programme_id": [ids[p] for p in rows], "seats": left[rows], "would_take": takes}, schema=VACANCIES_SCHEMA
    )


def _num_eligible(scenario: Scenario, market: Market, programme: int, unplaced: BoolArray, blocked: BoolArray) -> int:
    cohort, settings = scenario.cohort, scenario.settings
    ranking = settings.rankings[cohort.programmes.ranking[programme] or settings.guideline_ranking]
    if ranking.score == PRIORITIES:
        assert cohort.priorities is not None  # a ranking on priorities without the table is a problem of the input
        of = np.flatnonzero(cohort.priorities.programme == programme)
        who: IntArray = cohort.priorities.applicant[of]
        score = cohort.priorities.priority.at_scale(market.scale)[of]
    else:
        numbers = cohort.applicants.numbers[ranking.score]
        who = np.flatnonzero(unplaced & ~numbers.missing)
        score = numbers.at_scale(market.scale)[who]
    eligible = unplaced[who]
    if market.is_general[programme]:
        eligible &= ~blocked[who]
    if not cohort.programmes.min_score.missing[programme]:
        eligible &= score >= cohort.programmes.min_score.at_scale(market.scale)[programme]
    floor = settings.pool(OPEN).floor
    if floor is not None and floor.score is not None:
        eligible &= score >= unscaled(floor.score, market.scale)
    return int(eligible.sum())
