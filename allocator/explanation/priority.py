"""R2 and R3: the key by which applicants are compared, the last admission, and one applicant beside it.

Keys are compared criterion by criterion as whole numbers, and only for the few applicants of one pool or cell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np

from allocator.explanation.explanation import Compared
from allocator.outcome.decimals import decimal_text
from allocator.scenario.cohort import BoolArray, IntArray, Numbers
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import PRIORITIES, Batch


@dataclass(frozen=True)
class Candidates:
    """Applicants of one pool or cell, with the choice number that each gave the programme."""

    position: IntArray  # (candidate,) position in the applicants table
    choice: IntArray  # (candidate,) as written on the form

    def __len__(self) -> int:
        return len(self.position)

    def where(self, mask: BoolArray | IntArray) -> Candidates:
        return Candidates(self.position[mask], self.choice[mask])


@dataclass(frozen=True)
class Criterion:
    """One step of the comparison: a whole number per candidate, larger is better, and how a value is written."""

    kind: Literal["band", "tier", "score", "tie_breaker", "lottery"]
    keys: Callable[[Candidates], list[int]]
    written: Callable[[int, int], str]  # from a key and the choice number
    column: str | None = None
    width: str | None = None


@dataclass(frozen=True)
class Priority:
    """How a programme compares its applicants in a batch."""

    criteria: tuple[Criterion, ...]
    score: Numbers  # (applicant,) the score of the programme's ranking; missing: not eligible
    ranking: str
    column: str  # of the score

    def last(self, candidates: Candidates) -> Candidates:
        """The candidate of lowest priority; among equals (admit_all) the one with the largest choice number."""
        for criterion in self.criteria:
            if len(candidates) == 1:
                return candidates
            keys = criterion.keys(candidates)
            lowest = min(keys)
            candidates = candidates.where(np.flatnonzero([key == lowest for key in keys]))
        return candidates.where(np.argmax(candidates.choice, keepdims=True))

    def compare(self, own: Candidates, last: Candidates) -> tuple[Compared, ...]:
        """One applicant beside the last admission, up to the first criterion in which they differ."""
        steps: list[Compared] = []
        for criterion in self.criteria:
            (mine,), (theirs,) = criterion.keys(own), criterion.keys(last)
            order: Literal["better", "equal", "worse"] = (
                "equal" if mine == theirs else "better" if mine > theirs else "worse"
            )
            steps.append(
                Compared(
                    criterion.kind,
                    criterion.written(mine, int(own.choice[0])),
                    criterion.written(theirs, int(last.choice[0])),
                    order,
                    criterion.column,
                    criterion.width,
                )
            )
            if order != "equal":
                break
        return tuple(steps)


def priority_of(scenario: Scenario, batch: Batch, programme: int) -> Priority:
    """The ranking (R2) and the order (R3) by which a programme compares its applicants in a batch."""
    alone = priority_by(scenario, scenario.cohort.programmes.ranking[programme] or batch.ranking, programme)
    criteria = list(alone.criteria)
    if batch.order in ("choice_first", "banded"):
        criteria.insert(0, _tier(batch.choice_tier))
    if batch.order == "banded":
        assert batch.band_width is not None  # a banded batch gives it
        criteria.insert(0, _band(alone.score, batch.band_width))
    return replace(alone, criteria=tuple(criteria))


def priority_by(scenario: Scenario, name: str, programme: int) -> Priority:
    """R2: a ranking as a programme uses it: score, tie-breakers, lottery number."""
    ranking, numbers = scenario.settings.rankings[name], scenario.cohort.applicants.numbers
    score = score_of(scenario, programme, ranking.score)
    criteria = [_number("score", ranking.score, score)]
    criteria += [_number("tie_breaker", column, numbers[column]) for column in ranking.tie_break]
    if ranking.ties == "lottery":
        criteria.append(_lottery(scenario))
    return Priority(tuple(criteria), score, name, ranking.score)


def ranking_order(scenario: Scenario, batch: Batch) -> Callable[[int], tuple[int | str, ...]]:
    """R10, `score`: the place of an applicant in the order of a batch's ranking; the smaller key comes before.

    Who has no score comes last, and what the ranking leaves equal goes by identifier.
    """
    ids = scenario.cohort.applicants.ids
    ranking = priority_by(scenario, batch.ranking, 0)  # not one from the priorities table, so the same for all

    def key(applicant: int) -> tuple[int | str, ...]:
        if ranking.score.missing[applicant]:
            return 1, str(ids[applicant])
        alone = Candidates(np.array([applicant]), np.array([0]))
        return 0, *(-criterion.keys(alone)[0] for criterion in ranking.criteria), str(ids[applicant])

    return key


def score_of(scenario: Scenario, programme: int, column: str) -> Numbers:
    """The score of a ranking for everybody; from the priorities table, only for whom the programme lists."""
    cohort = scenario.cohort
    if column != PRIORITIES:
        return cohort.applicants.numbers[column]
    rows = cohort.priorities
    assert rows is not None  # a ranking from the priorities table needs it
    first, end = np.searchsorted(rows.programme, [programme, programme + 1])
    unscaled = np.zeros(len(cohort.applicants), dtype=np.int64)
    missing = np.ones(len(cohort.applicants), dtype=np.bool_)
    unscaled[rows.applicant[first:end]] = rows.priority.unscaled[first:end]
    missing[rows.applicant[first:end]] = False
    return Numbers(unscaled, missing, rows.priority.scale)


def _number(kind: Literal["score", "tie_breaker"], column: str, numbers: Numbers) -> Criterion:
    def keys(candidates: Candidates) -> list[int]:
        return [int(key) for key in numbers.unscaled[candidates.position]]  # a missing tie-breaker counts as 0

    return Criterion(kind, keys, lambda key, choice: decimal_text(key, numbers.scale), column)


def _tier(width: int) -> Criterion:
    def keys(candidates: Candidates) -> list[int]:
        return [-((int(choice) - 1) // width) for choice in candidates.choice]

    return Criterion("tier", keys, lambda key, choice: str(choice), width=str(width))


def _band(score: Numbers, width: Decimal) -> Criterion:
    # floor(u / 10**scale / (n / d)) in whole numbers: no score is rounded before it is compared.
    numerator, denominator = Fraction(width).as_integer_ratio()

    def keys(candidates: Candidates) -> list[int]:
        return [int(u) * denominator // (10**score.scale * numerator) for u in score.unscaled[candidates.position]]

    return Criterion("band", keys, lambda key, choice: exact(key * width), width=exact(width))


def _lottery(scenario: Scenario) -> Criterion:
    """R2: SHA-256 of the seed, a line feed and the applicant; the smaller number wins."""
    seed, ids = scenario.settings.lottery_seed, scenario.cohort.applicants.ids

    def keys(candidates: Candidates) -> list[int]:
        texts = (f"{seed}\n{ids[int(position)]}" for position in candidates.position)
        return [-int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") for text in texts]

    return Criterion("lottery", keys, lambda key, choice: f"{-key:064x}")


def exact(number: Decimal) -> str:
    """A decimal as it would be written: no exponent, no trailing zeros after the point."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
