"""Who was refused what they preferred to what they got, and whether somebody after them was admitted there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allocator.indicators.eligibility import below_control_line, by_ranking, floors, least_scores, standing
from allocator.indicators.facts import Facts
from allocator.indicators.scores import Admitted, Lottery, Order, beats_somebody, order_of
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.groups import members
from allocator.scenario.settings import OPEN, REVERTED, Batch


@dataclass(frozen=True)
class Refusals:
    """The choices of one batch above what the applicant got in it, by applicants who had not been admitted before."""

    index: int
    rule: Batch
    ranking: tuple[str, ...]  # (programme,) in force
    orders: Mapping[str, Order]
    lottery: Lottery
    programme: IntArray  # (refusal,)
    applicant: IntArray  # (refusal,)
    rank: IntArray  # (refusal,) in the programme's ranking
    score: IntArray  # (refusal,) in the programme's ranking
    able: BoolArray  # (refusal,) eligible by R1 as far as floors and pools do not matter


def refusals(facts: Facts) -> list[Refusals]:
    """The refusals of every batch."""
    scenario = facts.scenario
    cohort = scenario.cohort
    batches = scenario.settings.batches
    own = cohort.programmes.ranking
    names = sorted({batch.ranking for batch in batches} | {name for name in own if name is not None})
    orders = {name: order_of(scenario, name) for name in names}
    lottery = Lottery(scenario)
    barred = below_control_line(facts)
    found: list[Refusals] = []
    for index, rule in enumerate(batches):
        here = slice(*np.searchsorted(cohort.choices.batch, [index, index + 1]))
        applicant, programme = cohort.choices.applicant[here], cohort.choices.programme[here]
        above = facts.batch[applicant] == index
        above &= cohort.choices.number[here] < facts.choice[applicant]
        above |= (facts.batch[applicant] < 0) | (facts.batch[applicant] > index)
        applicant, programme = applicant[above], programme[above]
        ranking = tuple(name or rule.ranking for name in own)
        rank, score, able = standing(facts, orders, ranking, programme, applicant)
        least = least_scores(cohort.programmes.min_score, orders, ranking)
        able &= score >= least[programme]
        able &= ~(barred[applicant] & cohort.programmes.is_general[programme])
        found.append(Refusals(index, rule, ranking, orders, lottery, programme, applicant, rank, score, able))
    return found


def envious(facts: Facts, batch: Refusals) -> BoolArray:
    """(applicant,) refused in the batch where somebody after them in the ranking was admitted in it."""
    found = np.zeros(len(batch.programme), dtype=np.bool_)
    for pool in (*batch.rule.pools, REVERTED):
        found |= _passed_over(facts, batch, batch, pool, None)
    return _of_applicants(facts, batch.applicant[found])


def could_gain(facts: Facts, batch: Refusals) -> BoolArray:
    """(applicant,) refused in a batch with tiers where they precede somebody admitted had they listed it first."""
    found = np.zeros(len(batch.programme), dtype=np.bool_)
    if batch.rule.mechanism == "stable" and batch.rule.order != "score_first":
        tiers = _Tiers(facts, batch)
        for pool in (*batch.rule.pools, REVERTED):
            found |= _passed_over(facts, batch, batch, pool, tiers)
    return _of_applicants(facts, batch.applicant[found])


def envious_across(facts: Facts, batches: list[Refusals]) -> BoolArray:
    """(applicant,) refused in one batch where somebody after them was admitted in another, in the same ranking.

    Not by a programme that they got in another batch themselves.
    """
    result = np.zeros(len(facts.batch), dtype=np.bool_)
    for batch in batches:
        for other in batches:
            if other is not batch and OPEN in other.rule.pools:
                same = np.array([a == b for a, b in zip(batch.ranking, other.ranking, strict=True)], dtype=np.bool_)
                found = _passed_over(facts, batch, other, OPEN, None) | _passed_over(
                    facts, batch, other, REVERTED, None
                )
                found &= same[batch.programme] & (facts.programme[batch.applicant] != batch.programme)
                result |= _of_applicants(facts, batch.applicant[found])
    return result


class _Tiers:
    """R3's keys in a batch with tiers, as if every refused choice had number 1."""

    def __init__(self, facts: Facts, batch: Refusals) -> None:
        tier = np.where(facts.batch == batch.index, (facts.choice - 1) // batch.rule.choice_tier, 0)
        levels, self.tier = np.unique(np.append(tier, 0), return_inverse=True)  # (applicant,) and a 0
        self.num_tiers = len(levels)
        self.width = max(1, *(len(order.rank) for order in batch.orders.values())) + 1
        self.batch = batch
        self.band_width = batch.rule.band_width
        first = np.full(len(batch.rank), self.tier[-1], dtype=np.int64)
        self.of_refusals = self.keys(batch.rank, batch.score, batch.programme, first)  # (refusal,)

    def keys(self, rank: IntArray, score: IntArray, programme: IntArray, tier: IntArray) -> IntArray:
        """(pair,) band, tier and rank as one number; smaller is better."""
        band = np.zeros(len(rank), dtype=np.int64)
        if self.batch.rule.order == "banded" and self.band_width is not None:
            for name, at in by_ranking(self.batch.ranking, programme):
                # At a scale that holds both the scores and the width, the band is a whole quotient.
                scale = self.batch.orders[name].scale
                places = max(0, -int(self.band_width.normalize().as_tuple().exponent) - scale)
                width = int(self.band_width.scaleb(scale + places))
                scores = self.batch.orders[name].score * 10**places
                levels = np.unique(scores // width)
                band[at] = len(levels) - np.searchsorted(levels, (score[at] * 10**places) // width)
        return (band * self.num_tiers + tier) * self.width + rank

    def of_admissions(self, rank: IntArray, score: IntArray, programme: IntArray, who: IntArray) -> IntArray:
        return self.keys(rank, score, programme, self.tier[who])


def _passed_over(facts: Facts, batch: Refusals, other: Refusals, pool: str, tiers: _Tiers | None) -> BoolArray:
    """(refusal,) whether somebody after the applicant was admitted in the other batch through a pool open to them."""
    nobody = np.zeros(len(batch.programme), dtype=np.bool_)
    who = np.flatnonzero((facts.batch == other.index) & (facts.pool == facts.pool_names.index(pool)))
    if not len(who):
        return nobody
    scenario = facts.scenario
    rule = scenario.settings.pool(OPEN if pool == REVERTED else pool)
    floor = floors(facts, other.orders, other.ranking, other.rule.name, OPEN if pool == REVERTED else pool)
    eligible = batch.able & (batch.score >= floor[batch.programme])
    for name in (rule.group, other.rule.group):
        if name is not None:
            eligible &= members(scenario.cohort.applicants, scenario.settings.groups[name])[batch.applicant]
    school = scenario.cohort.applicants.feeder_school
    num_cells, cell, own_cell = len(other.ranking), batch.programme, facts.programme[who]
    if rule.per is not None:
        num_schools = len(scenario.cohort.feeder_school_ids)
        eligible &= school[batch.applicant] >= 0
        num_cells *= num_schools
        cell, own_cell = cell * num_schools + school[batch.applicant], own_cell * num_schools + school[who]
    asks = np.flatnonzero(eligible)
    rank, score, _ = standing(facts, other.orders, other.ranking, facts.programme[who], who)
    together = np.array([other.orders[name].admits_equals for name in other.ranking], dtype=np.bool_)
    result = nobody
    result[asks] = beats_somebody(
        batch.lottery,
        Admitted(own_cell, rank if tiers is None else tiers.of_admissions(rank, score, facts.programme[who], who), who),
        num_cells,
        cell=cell[asks],
        key=(batch.rank if tiers is None else tiers.of_refusals)[asks],
        applicant=batch.applicant[asks],
        admits_equals=together[batch.programme[asks]],
    )
    return result


def _of_applicants(facts: Facts, applicants: IntArray) -> BoolArray:
    """(applicant,) whether they are among the given ones."""
    result = np.zeros(len(facts.batch), dtype=np.bool_)
    result[applicants] = True
    return result
