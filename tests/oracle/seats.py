"""The seats of a batch: those of its tables, R9's cells, and by R7 those carried in or left over."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.apportionment import controlled, largest_remainder
from tests.oracle.choice import OPEN
from tests.oracle.pool_shares import dealt_out
from tests.oracle.reading import Batch, Scenario, in_group

Seats = dict[str, dict[str, dict[str, int]]]  # programme: pool: cell: seats; the one cell "" where not per school


def reverting_pools(scenario: Scenario, pools: Mapping[str, Mapping[str, int]]) -> frozenset[str]:
    """R5: the other pools of a programme whose `unfilled` is `open`."""
    return frozenset(name for name in pools if name != OPEN and scenario.pools[name].unfilled == "open")


def with_carried(seats: Seats, batch: Batch, carried: Mapping[tuple[str, str], int]) -> Seats:
    """R7: a batch's seats with those carried into its `open` pools."""
    return {
        programme: {
            pool: {"": cells[""] + carried.get((batch.name, programme), 0)} if pool == OPEN else cells
            for pool, cells in pools.items()
        }
        for programme, pools in seats.items()
    }


def leftover_seats(
    scenario: Scenario,
    seats: Mapping[str, Seats],
    batch: Batch,
    assignments: Mapping[str, tuple[str, str, str, int | None]],
) -> Seats:
    """R7: for each programme, all its seats of the batches before less all its admissions so far, never below zero."""
    before = [seats[earlier.name] for earlier in scenario.batches[: scenario.batches.index(batch)]]
    offered: Seats = {}
    for programme in scenario.programmes:
        if any(programme in here for here in before):
            total = sum(q for here in before for cells in here.get(programme, {}).values() for q in cells.values())
            num_admitted = sum(result[0] == programme for result in assignments.values())
            offered[programme] = {OPEN: {"": max(0, total - num_admitted)}}
    return offered


def table_seats(scenario: Scenario) -> dict[str, Seats]:
    """Batch to the seats of its pools and cells, by the seats table and the matrix of feeder seats, given or R9's."""
    in_force = dealt_out(scenario)
    return {batch.name: batch_seats(in_force, batch) for batch in scenario.batches}


def batch_seats(scenario: Scenario, batch: Batch) -> Seats:
    seats: Seats = {}
    for pool in batch.pools:
        rows = {p: q for (b, p, name), q in scenario.seats.items() if (b, name) == (batch.name, pool)}
        cells = {programme: {"": q} for programme, q in rows.items()}
        if scenario.pools[pool].per_school:
            cells = feeder_cells(scenario, batch, pool, rows)
        for programme in scenario.programmes:
            if programme in cells:
                seats.setdefault(programme, {})[pool] = cells[programme]
    return seats


def feeder_cells(scenario: Scenario, batch: Batch, pool: str, rows: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Programme to feeder school to seats: the given matrix of the batch, or by R9."""
    given = {(p, school): q for (b, p, school), q in scenario.feeder_seats.items() if b == batch.name}
    if given:
        cells: dict[str, dict[str, int]] = {programme: {} for programme in rows}
        for (programme, school), q in sorted(given.items()):
            cells.setdefault(programme, {})[school] = q
        return cells
    rule, schools, programmes = scenario.pools[pool], list(scenario.feeder_schools), sorted(rows)
    if rule.weight == "eligible":
        group = scenario.groups[rule.group] if rule.group else {}
        members = [a.feeder_school for a in scenario.applicants.values() if in_group(a, group)]
        weights = [members.count(school) for school in schools]
    else:
        weights = [int(scenario.feeder_schools[school][rule.weight]) for school in schools]
    if rule.method == "controlled":
        matrix = controlled([rows[p] for p in programmes], weights, rule.minimum)
    else:
        matrix = [largest_remainder(rows[p], weights, rule.minimum) for p in programmes]
    return {p: dict(zip(schools, row, strict=True)) for p, row in zip(programmes, matrix, strict=True)}
