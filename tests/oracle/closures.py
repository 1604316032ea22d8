"""R10, `min_open` in stable batches, line by line: every set of candidates is closed and the whole run made again."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from pathlib import Path

from tests.oracle.reading import Scenario, read
from tests.oracle.rules import OracleResult, raised_lines, run_batches, solve
from tests.oracle.seats import Seats, table_seats

Closed = frozenset[str]


@dataclass(frozen=True)
class Opening:
    """Which programmes open under given control lines."""

    result: OracleResult
    closed: Closed
    candidates: Closed
    if_all_open: Mapping[str, int]  # programme to admissions
    by_simple_rule: Closed
    placed_by_simple_rule: int


def solve_with_closures(folder: Path) -> Opening:
    """R8 with the closures of each of its runs."""
    scenario, least = read(folder), least_sizes(folder)
    seats = table_seats(scenario)
    lines: dict[str, object] = {}
    num_runs = 1
    opening = best_opening(scenario, seats, least, {})
    while scenario.guideline is not None and scenario.guideline.enforced:
        risen = raised_lines(scenario, opening.result)
        if not risen:
            break
        lines |= risen
        num_runs += 1
        opening = best_opening(scenario, seats, least, {**opening.result.control_lines, **risen})
    return replace(opening, result=replace(opening.result, num_runs=num_runs))


def best_opening(
    scenario: Scenario, seats: Mapping[str, Seats], least: Mapping[str, int], lines: Mapping[str, object]
) -> Opening:
    """Of the sets that leave no open programme under its least size: most placed, fewest closed, programme order."""
    order = list(scenario.programmes)

    @cache
    def run(closed: Closed) -> OracleResult:
        return run_batches(scenario, without_seats(seats, closed), lines, None)  # type: ignore[arg-type]

    def small(closed: Closed) -> Closed:
        fills = admissions(run(closed), order)
        return frozenset(p for p in order if p not in closed and fills[p] < least.get(p, 0))

    candidates = small(frozenset())
    while True:
        fit = [c for c in subsets(candidates) if not small(c)]
        if fit:
            break
        candidates |= small(candidates)  # fills can fall where equals are admitted together, or floors hang on lines
    closed = min(fit, key=lambda c: (-len(run(c).assignments), len(c), sorted(order.index(p) for p in c)))
    by_rule: Closed = frozenset()
    while small(by_rule):
        fills = admissions(run(by_rule), order)
        by_rule |= {min(small(by_rule), key=lambda p: (fills[p], -order.index(p)))}
    return Opening(
        run(closed),
        closed,
        candidates,
        admissions(run(frozenset()), order),
        by_rule,
        len(run(by_rule).assignments),
    )


def without_seats(seats: Mapping[str, Seats], closed: Closed) -> dict[str, Seats]:
    """The seats of every batch, where closed programmes have none."""
    return {
        batch: {
            programme: {
                pool: {cell: 0 if programme in closed else q for cell, q in cells.items()}
                for pool, cells in pools.items()
            }
            for programme, pools in here.items()
        }
        for batch, here in seats.items()
    }


def admissions(result: OracleResult, programmes: Iterable[str]) -> dict[str, int]:
    fills = dict.fromkeys(programmes, 0)
    for programme, *_ in result.assignments.values():
        fills[programme] += 1
    return fills


def subsets(programmes: Closed) -> Iterable[Closed]:
    ordered = sorted(programmes)
    return (frozenset(c) for size in range(len(ordered) + 1) for c in combinations(ordered, size))


def least_sizes(folder: Path) -> dict[str, int]:
    """Programme to `min_open`, where it has one and is offered at all."""
    scenario = read(folder)
    offered = {programme for here in table_seats(scenario).values() for programme in here}
    with (folder / "programmes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {r["programme_id"]: int(r["min_open"]) for r in rows if r["min_open"] and r["programme_id"] in offered}


def add_least_sizes(rng: random.Random, folder: Path) -> None:
    """Give most programmes of a scenario a least size, near what they would have if all opened."""
    result = solve(folder)
    with (folder / "programmes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    fills = admissions(result, [row["programme_id"] for row in rows])
    with (folder / "programmes.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=[*rows[0], "min_open"], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            least = max(1, fills[row["programme_id"]] + rng.choice([-1, 0, 1, 1, 1, 2, 2, 3]))
            writer.writerow({**row, "min_open": str(least) if rng.random() < 0.8 else ""})
