"""R1 to R3 and R6 for one batch: who may use which pool, in what order of priority, under which floors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from math import floor

from tests.oracle.choice import OPEN
from tests.oracle.reading import Applicant, Batch, Programme, Scenario, in_group

Lines = Mapping[str, Fraction]  # control lines: scope to least score
Floors = Mapping[tuple[str, str], Fraction]  # programme, pool


def score(scenario: Scenario, ranking: str, programme: Programme, applicant: Applicant) -> Fraction | None:
    """The applicant's score in a ranking; None where there is none."""
    column = scenario.rankings[ranking].score
    if column == "priorities":
        return scenario.priorities.get((programme.id, applicant.id))
    return applicant.number(column)


def ranking_of(batch: Batch, programme: Programme) -> str:
    """R2: the one its row names, and otherwise the batch's."""
    return programme.ranking or batch.ranking


def lottery_number(lottery_seed: str, applicant_id: str) -> int:
    """R2: the SHA-256 digest, read as a big-endian integer."""
    return int.from_bytes(hashlib.sha256(f"{lottery_seed}\n{applicant_id}".encode()).digest(), "big")


def scope_of(scenario: Scenario, applicant: Applicant) -> str:
    """R8: the scope that an applicant is counted in; "" is the whole city."""
    by_area = scenario.guideline is not None and scenario.guideline.scope == "area"
    return applicant.area if by_area else ""


def unmet(
    scenario: Scenario,
    batch: Batch,
    programme: Programme,
    applicant: Applicant,
    pool: str,
    floors: Floors,
    control_lines: Lines,
) -> str:
    """R1: the first test of eligibility that fails, "" if the applicant can be admitted through the pool.

    That the programme is on the list, and that a cell is their own school's, is seen to elsewhere.
    """
    points = score(scenario, ranking_of(batch, programme), programme, applicant)
    if points is None:
        return "score"
    if programme.min_score is not None and points < programme.min_score:
        return "min_score"
    line = control_lines.get(scope_of(scenario, applicant))
    if programme.track == "general" and line is not None:
        assert scenario.guideline is not None
        compared = score(scenario, scenario.guideline.ranking, programme, applicant)
        if compared is None or compared < line:
            return "control_line"
    group = scenario.pools[pool].group
    if group and not in_group(applicant, scenario.groups[group]):
        return "group"
    if (programme.id, pool) in floors and points < floors[programme.id, pool]:
        return "floor"
    return ""


def standing(scenario: Scenario, batch: Batch, programme: Programme) -> dict[str, int]:
    """R2, R3: the place of everyone who lists the programme, 0 is the best; with admit_all, equals share a place."""
    ranking = scenario.rankings[ranking_of(batch, programme)]
    keys: dict[str, tuple[Fraction | int, ...]] = {}  # larger is better
    for applicant in scenario.applicants.values():
        number = scenario.choices.get((batch.name, applicant.id), {}).get(programme.id)
        points = score(scenario, ranking_of(batch, programme), programme, applicant)
        if number is None or points is None:
            continue
        tier = -((number - 1) // batch.choice_tier)
        chain = [applicant.number(column) or Fraction(0) for column in ranking.tie_break]
        merit: list[Fraction | int] = [points, *chain]
        if ranking.ties == "lottery":
            merit.append(-lottery_number(scenario.lottery_seed, applicant.id))
        if batch.order == "score_first":
            keys[applicant.id] = tuple(merit)
        elif batch.order == "choice_first":
            keys[applicant.id] = (tier, *merit)
        else:
            assert batch.band_width is not None
            keys[applicant.id] = (floor(points / batch.band_width), tier, *merit)
    places = {key: place for place, key in enumerate(sorted(set(keys.values()), reverse=True))}
    return {applicant: places[key] for applicant, key in keys.items()}


def fixed_floors(
    scenario: Scenario,
    batch: Batch,
    open_lines: Mapping[tuple[str, str], Fraction],
    provisional: Mapping[str, Fraction],
) -> dict[tuple[str, str], Fraction]:
    """R6: the largest of the parts that a pool's floor is given, at each programme where there is one.

    Args:
        open_lines: batch and programme to the open line, of the earlier batches.
        provisional: programme to its provisional line; empty while that is being found.
    """
    floors: dict[tuple[str, str], Fraction] = {}
    for programme in scenario.programmes:
        for name in batch.pools:
            pool = scenario.pools[name]
            parts = [] if pool.floor_score is None else [pool.floor_score]
            if pool.floor_below is not None:
                line = (
                    provisional.get(programme)
                    if pool.floor_of == "provisional"
                    else open_lines.get((pool.floor_of, programme))
                )
                if line is not None:
                    parts.append(line - pool.floor_below)
            if parts:
                floors[programme, name] = max(parts)
    return floors


def needs_provisional_lines(scenario: Scenario, batch: Batch) -> bool:
    return any(scenario.pools[name].floor_of == "provisional" for name in batch.pools) and OPEN in batch.pools
