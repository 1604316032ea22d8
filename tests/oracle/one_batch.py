"""R6 and R7, one stable batch: its floors fixed, deferred acceptance, and the lines that come of it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from tests.oracle.batch import (
    Floors,
    Lines,
    fixed_floors,
    needs_provisional_lines,
    ranking_of,
    score,
    standing,
    unmet,
)
from tests.oracle.choice import OPEN, REVERTED, Offer, deferred_acceptance
from tests.oracle.reading import Batch, Scenario
from tests.oracle.seats import Seats, reverting_pools

Line = tuple[int, int, Fraction | None]  # seats, admitted, lowest admitted score


@dataclass(frozen=True)
class BatchResult:
    admitted: Mapping[str, tuple[str, str]]  # applicant: programme, pool
    lines: Mapping[tuple[str, str, str], Line]  # programme, pool, cell
    floors: Floors
    refused: frozenset[tuple[str, str]]  # applicant, programme: eligible for a pool
    stopped: Mapping[str, int]


def solve_batch(
    scenario: Scenario,
    batch: Batch,
    seats: Seats,
    lists: Mapping[str, list[str]],
    open_lines: Mapping[tuple[str, str], Fraction],
    control_lines: Lines,
    rng: random.Random | None = None,
) -> BatchResult:
    """R6 and R7: one batch, its floors fixed before it runs."""
    provisional: dict[str, Fraction] = {}
    if needs_provisional_lines(scenario, batch):
        alone = {programme: {OPEN: pools[OPEN]} for programme, pools in seats.items() if OPEN in pools}
        floors = fixed_floors(scenario, batch, open_lines, provisional={})
        first = run_batch(scenario, batch, alone, lists, floors, control_lines, rng)
        provisional = open_lines_of(alone, first.lines)
    floors = fixed_floors(scenario, batch, open_lines, provisional)
    return run_batch(scenario, batch, seats, lists, floors, control_lines, rng)


def run_batch(
    scenario: Scenario,
    batch: Batch,
    seats: Seats,
    lists: Mapping[str, list[str]],
    floors: Floors,
    control_lines: Lines,
    rng: random.Random | None,
) -> BatchResult:
    """R7: deferred acceptance with the pools that the seats name, and its lines."""
    feeder_school = {a.id: a.feeder_school for a in scenario.applicants.values()}
    stopped: dict[str, int] = defaultdict(int)
    offers: dict[str, Offer] = {}
    for name in {programme for programmes in lists.values() for programme in programmes}:
        programme, usable = scenario.programmes[name], {}
        for a in (a for a, programmes in lists.items() if name in programmes):
            tests = {
                pool: unmet(scenario, batch, programme, scenario.applicants[a], pool, floors, control_lines)
                for pool in seats.get(name, {})
            }
            usable[a] = frozenset(pool for pool, test in tests.items() if test == "")
            for test in tests.values():
                stopped[test] += 1
        offers[name] = Offer(
            seats=seats.get(name, {}),
            reverting=reverting_pools(scenario, seats.get(name, {})),
            standing=standing(scenario, batch, programme),
            usable=usable,
            feeder_school=feeder_school,
        )
    admitted, refusals = deferred_acceptance(lists, offers, rng)
    result = batch_result(scenario, batch, seats, admitted, floors)
    eligible_refusals = frozenset((a, p) for a, p in refusals if offers[p].usable[a])
    return replace(result, refused=eligible_refusals, stopped=stopped)


def batch_result(
    scenario: Scenario, batch: Batch, seats: Seats, admitted: Mapping[str, tuple[str, str]], floors: Floors
) -> BatchResult:
    """The lines of a batch; seats revert in a stable one alone."""
    feeder_school = {a.id: a.feeder_school for a in scenario.applicants.values()}
    lines: dict[tuple[str, str, str], Line] = {}
    for name, pools in seats.items():
        here = {a: pool for a, (programme, pool) in admitted.items() if programme == name}
        points = {
            a: score(
                scenario,
                ranking_of(batch, scenario.programmes[name]),
                scenario.programmes[name],
                scenario.applicants[a],
            )
            for a in here
        }
        num_reverting = 0
        for pool, cells in pools.items():
            for cell, num_seats in cells.items():
                through = [a for a in here if here[a] == pool and cell in ("", feeder_school[a])]
                lines[name, pool, cell] = (num_seats, len(through), lowest([points[a] for a in through]))
                if pool in reverting_pools(scenario, pools):
                    num_reverting += max(0, num_seats - len(through))
        if batch.mechanism == "stable" and OPEN in pools and reverting_pools(scenario, pools):
            through = [a for a in here if here[a] == REVERTED]
            lines[name, REVERTED, ""] = (num_reverting, len(through), lowest([points[a] for a in through]))
    return BatchResult(admitted, lines, floors, frozenset(), {})


def lowest(scores: list[Fraction | None]) -> Fraction | None:
    return min((points for points in scores if points is not None), default=None)


def open_lines_of(seats: Seats, lines: Mapping[tuple[str, str, str], Line]) -> dict[str, Fraction]:
    """R6: programme to open line, where it has `open` seats and all were taken."""
    result: dict[str, Fraction] = {}
    for programme, pools in seats.items():
        if OPEN in pools:
            num_seats, num_admitted, line = lines[programme, OPEN, ""]
            if num_seats > 0 and num_admitted >= num_seats:
                assert line is not None
                result[programme] = line
    return result


def unfilled_reverting(scenario: Scenario, seats: Seats, lines: Mapping[tuple[str, str, str], Line]) -> dict[str, int]:
    """R4: programme to the unfilled seats, cell by cell, of its pools whose `unfilled` is `open`."""
    return {
        programme: sum(
            max(0, num_seats - lines[programme, pool, cell][1])
            for pool in reverting_pools(scenario, pools)
            for cell, num_seats in pools[pool].items()
        )
        for programme, pools in seats.items()
    }
