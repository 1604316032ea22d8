"""R6 to R8 of rules.md, line by line: all batches of a scenario, again and again until the guideline holds."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from pathlib import Path

from tests.oracle.batch import Lines, fixed_floors, scope_of
from tests.oracle.choice import OPEN
from tests.oracle.objectives import Value
from tests.oracle.one_batch import Line, batch_result, open_lines_of, solve_batch, unfilled_reverting
from tests.oracle.optimal_scenario import NOTHING_PUBLISHED, Placed, Published, solve_optimal
from tests.oracle.reading import Scenario, read
from tests.oracle.seats import Seats, leftover_seats, table_seats, with_carried


@dataclass(frozen=True)
class OracleResult:
    assignments: Mapping[str, Placed]  # applicant: programme, batch, pool, choice
    control_lines: Mapping[str, Fraction]  # scope to score; "" is the whole city
    lines: Mapping[tuple[str, str, str, str], Line]  # batch, programme, pool, feeder school or ""
    floors: Mapping[tuple[str, str, str], Fraction]  # batch, programme, pool
    carried: Mapping[tuple[str, str], int]  # batch, programme: seats carried in
    refused: frozenset[tuple[str, str, str]]  # batch, applicant, programme: eligible for a pool, proposed, not taken
    stopped: Mapping[str, int]  # the first test of R1 that failed: number of applicants' choices and pools
    num_runs: int  # of R8
    values: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)  # optimal batch: objective: value
    infeasible: tuple[str, frozenset[frozenset[str]]] | None = None  # the batch that has no outcome; its conflicts


def solve(folder: Path, rng: random.Random | None = None, published: Published = NOTHING_PUBLISHED) -> OracleResult:
    """The result of a scenario; proposals are handled in a random order if a source of one is given.

    Args:
        published: batch to what is published, within which ``score`` holds, of optimal batches where bounds cross.
    """
    scenario = read(folder)
    return control_line_search(scenario, table_seats(scenario), rng, published)


def control_line_search(
    scenario: Scenario,
    seats: Mapping[str, Seats],
    rng: random.Random | None = None,
    published: Published = NOTHING_PUBLISHED,
) -> OracleResult:
    """R8, steps 1 to 4."""
    control_lines: dict[str, Fraction] = {}
    num_runs = 1
    result = run_batches(scenario, seats, control_lines, rng, published)
    while scenario.guideline is not None and scenario.guideline.enforced and result.infeasible is None:
        risen = raised_lines(scenario, result)
        if not risen:
            break
        assert all(line > control_lines[scope] for scope, line in risen.items() if scope in control_lines)
        control_lines |= risen
        num_runs += 1
        result = run_batches(scenario, seats, control_lines, rng, published)
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
    scenario: Scenario,
    seats: Mapping[str, Seats],
    control_lines: Lines,
    rng: random.Random | None = None,
    published: Published = NOTHING_PUBLISHED,
) -> OracleResult:
    """R7: all batches in their written order, under given control lines."""
    assignments: dict[str, Placed] = {}
    values: dict[str, Mapping[str, Value]] = {}
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
        if batch.mechanism == "stable":
            here = solve_batch(scenario, batch, in_force, lists, open_lines, control_lines, rng)
        else:
            batch_floors = fixed_floors(scenario, batch, open_lines, provisional={})
            found = solve_optimal(scenario, batch, in_force, assignments, batch_floors, control_lines, published)
            if isinstance(found, frozenset):
                return OracleResult(
                    assignments, control_lines, lines, floors, carried, frozenset(refused), stopped, 1, values,
                    infeasible=(batch.name, found),
                )  # fmt: skip
            values[batch.name], admitted = found
            here = batch_result(scenario, batch, in_force, admitted, batch_floors)
        for a, (programme, pool) in here.admitted.items():
            number = None if batch.mechanism == "reassign" else scenario.choices[batch.name, a][programme]
            assignments[a] = (programme, batch.name, pool, number)
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
            if (OPEN not in in_force[programme] or batch.mechanism != "stable") and to is not None:
                carried[to, programme] += unfilled
    return OracleResult(assignments, control_lines, lines, floors, carried, frozenset(refused), stopped, 1, values)
