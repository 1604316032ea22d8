"""R6 to R8 of rules.md, line by line: all batches of a scenario, again and again until the guideline holds."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path

from tests.oracle.batch import (
    Floors,
    Lines,
    fixed_floors,
    needs_provisional_lines,
    ranking_of,
    scope_of,
    score,
    standing,
    unmet,
)
from tests.oracle.choice import OPEN, REVERTED, Offer, deferred_acceptance
from tests.oracle.reading import Batch, Scenario, read
from tests.oracle.seats import Seats, leftover_seats, reverting_pools, table_seats, with_carried

Line = tuple[int, int, Fraction | None]  # seats, admitted, lowest admitted score


@dataclass(frozen=True)
class OracleResult:
    assignments: Mapping[str, tuple[str, str, str, int]]  # applicant: programme, batch, pool, choice
    control_lines: Mapping[str, Fraction]  # scope to score; "" is the whole city
    lines: Mapping[tuple[str, str, str, str], Line]  # batch, programme, pool, feeder school or ""
    floors: Mapping[tuple[str, str, str], Fraction]  # batch, programme, pool
    carried: Mapping[tuple[str, str], int]  # batch, programme: seats carried in
    refused: frozenset[tuple[str, str, str]]  # batch, applicant, programme: eligible for a pool, proposed, not taken
    stopped: Mapping[str, int]  # the first test of R1 that failed: number of applicants' choices and pools
    num_runs: int  # of R8


def solve(folder: Path, rng: random.Random | None = None) -> OracleResult:
    """The result of a scenario; proposals are handled in a random order if a source of one is given."""
    scenario = read(folder)
    return control_line_search(scenario, table_seats(scenario), rng)


def control_line_search(
    scenario: Scenario, seats: Mapping[str, Seats], rng: random.Random | None = None
) -> OracleResult:
    """R8, steps 1 to 4."""
    control_lines: dict[str, Fraction] = {}
    num_runs = 1
    result = run_batches(scenario, seats, control_lines, rng)
    while scenario.guideline is not None and scenario.guideline.enforced:
        risen = raised_lines(scenario, result)
        if not risen:
            break
        assert all(line > control_lines[scope] for scope, line in risen.items() if scope in control_lines)
        control_lines |= risen
        num_runs += 1
        result = run_batches(scenario, seats, control_lines, rng)
    return replace(result, num_runs=num_runs)


def raised_lines(scenario: Scenario, result: OracleResult) -> dict[str, Fraction]:
    """R8, steps 2 and 3: the new lines of the scopes that exceed the limit."""
    guideline = scenario.guideline
    assert guideline is not None
    column = scenario.rankings[guideline.ranking].score
    scores = {a.id: a.number(column) for a in scenario.applicants.values()}
    cohort = sorted(points for points in scores.values() if points is not None)
    lines: dict[str, Fraction] = {}
    for scope in {scope_of(scenario, a) for a in scenario.applicants.values()}:
        here = [a.id for a in scenario.applicants.values() if scope_of(scenario, a) == scope]
        admitted = [a for a in here if a in result.assignments]
        general = [a for a in admitted if scenario.programmes[result.assignments[a][0]].track == "general"]
        basis = admitted if guideline.basis == "admitted" else here
        if len(general) <= guideline.limit * len(basis):
            continue
        x = ceil(len(general) - guideline.limit * len(basis))
        # Who has no score counts as below every score.
        lowest = sorted((scores[a] for a in general), key=lambda points: (points is not None, points or 0))
        pivot = lowest[x - 1]
        lines[scope] = min((s for s in cohort if pivot is None or s > pivot), default=cohort[-1] + 1)
    return lines


def run_batches(
    scenario: Scenario, seats: Mapping[str, Seats], control_lines: Lines, rng: random.Random | None = None
) -> OracleResult:
    """R7: all batches in their written order, under given control lines."""
    assignments: dict[str, tuple[str, str, str, int]] = {}
    lines: dict[tuple[str, str, str, str], Line] = {}
    floors: dict[tuple[str, str, str], Fraction] = {}
    open_lines: dict[tuple[str, str], Fraction] = {}
    carried: dict[tuple[str, str], int] = defaultdict(int)
    refused: set[tuple[str, str, str]] = set()
    stopped: dict[str, int] = defaultdict(int)
    for position, batch in enumerate(scenario.batches):
        if batch.leftover:
            in_force = leftover_seats(scenario, seats, batch, assignments)
        else:
            in_force = with_carried(seats[batch.name], batch, carried)
        lists = {
            a: list(scenario.choices[batch.name, a])
            for a in scenario.applicants
            if a not in assignments and (batch.name, a) in scenario.choices
        }
        here = solve_batch(scenario, batch, in_force, lists, open_lines, control_lines, rng)
        for a, (programme, pool) in here.admitted.items():
            assignments[a] = (programme, batch.name, pool, scenario.choices[batch.name, a][programme])
        lines |= {(batch.name, *key): line for key, line in here.lines.items()}
        floors |= {(batch.name, p, pool): f for (p, pool), f in here.floors.items() if pool in in_force.get(p, {})}
        open_lines |= {(batch.name, p): line for p, line in open_lines_of(in_force, here.lines).items()}
        refused |= {(batch.name, a, p) for a, p in here.refused}
        for test, times in here.stopped.items():
            stopped[test] += times
        for programme, unfilled in unfilled_reverting(scenario, in_force, here.lines).items():
            to = next(
                (
                    later.name
                    for later in scenario.batches[position + 1 :]
                    if not later.leftover and OPEN in seats[later.name].get(programme, {})
                ),
                None,
            )
            if OPEN not in in_force[programme] and to is not None:
                carried[to, programme] += unfilled
    return OracleResult(assignments, control_lines, lines, floors, carried, frozenset(refused), stopped, 1)


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
        if OPEN in pools and reverting_pools(scenario, pools):
            through = [a for a in here if here[a] == REVERTED]
            lines[name, REVERTED, ""] = (num_reverting, len(through), lowest([points[a] for a in through]))
    eligible_refusals = frozenset((a, p) for a, p in refusals if offers[p].usable[a])
    return BatchResult(admitted, lines, floors, eligible_refusals, stopped)


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
