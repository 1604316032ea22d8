"""From arrays back to identifiers: assignments, lines, floors and rounds of a solved market."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from allocator.market.market import (
    NO_CHOICE,
    NO_FLOOR,
    NO_LINE,
    PROVISIONAL,
    BatchMarket,
    Int32Array,
    IntArray,
    Market,
)
from allocator.mechanisms.batches import BatchSolution, Solution
from allocator.mechanisms.closed import Closures
from allocator.mechanisms.control_line import NO_CONTROL_LINE, Round, blocked_by
from allocator.mechanisms.vacancies import vacancies
from allocator.outcome.closures import closures_summary
from allocator.outcome.decimals import decimal_text
from allocator.outcome.feeder_seats import by_identifier, feeder_seat_frame
from allocator.outcome.outcome import (
    ASSIGNMENTS_SCHEMA,
    CLOSURES_SCHEMA,
    FLOORS_SCHEMA,
    LINES_SCHEMA,
    ControlLineStep,
    OptimalBatch,
    Outcome,
)
from allocator.outcome.summary import summarise
from allocator.scenario.cohort import FeederSeatRows
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import REVERTED


def publish(
    scenario: Scenario,
    market: Market,
    feeder_seats: FeederSeatRows,
    solution: Solution,
    rounds: list[Round],
    optimal: tuple[OptimalBatch, ...],
    prices: pl.DataFrame,
) -> Outcome:
    """The outcome of a solved market, in identifiers.

    Args:
        optimal, prices: what is claimed about the batches that objectives decided.
    """
    steps = tuple(_step(scenario, market, r) for r in rounds)
    assignments = _assignments(scenario, market, solution)
    lines = pl.concat(
        [
            pl.DataFrame(schema=LINES_SCHEMA),
            *(_lines(scenario, market, feeder_seats, solved.batch, solved) for solved in solution.batches),
        ]
    )
    floors = pl.concat(
        [
            pl.DataFrame(schema=FLOORS_SCHEMA),
            *(_floors(scenario, market, solved.batch, solved) for solved in solution.batches),
        ]
    )
    closures = _closures(scenario, market, solution.closures)
    blocked = np.zeros(market.num_applicants, dtype=np.bool_)
    if rounds:
        blocked = blocked_by(market, rounds[-1].lines)
    summary = summarise(scenario, assignments, lines, steps)
    if optimal:
        summary["optimal"] = [claim.as_json() for claim in optimal]
    if solution.closures is not None:
        summary["closures"] = closures_summary(
            closures,
            placed=solution.closures.placed,
            bound=solution.closures.bound,
            proven=solution.closures.proven and all(r.closures is None or r.closures.proven for r in rounds),
            simple_placed=solution.closures.simple_placed,
            num_runs=solution.closures.num_runs,
        )
    return Outcome(
        assignments=assignments,
        lines=lines,
        feeder_seats=feeder_seat_frame(scenario, feeder_seats),
        floors=floors,
        control_line_steps=steps,
        optimal=optimal,
        closures=closures,
        vacancies=vacancies(scenario, market, solution, blocked),
        prices=prices,
        summary=summary,
    )


def _step(scenario: Scenario, market: Market, r: Round) -> ControlLineStep:
    names, programmes = market.scope_names, scenario.cohort.programmes.ids
    closed = [] if r.closures is None else np.flatnonzero(r.closures.closed).tolist()
    return ControlLineStep(
        lines={
            names[s]: decimal_text(int(line), market.scale) for s, line in enumerate(r.lines) if line != NO_CONTROL_LINE
        },
        general={names[s]: int(g) for s, g in enumerate(r.general)},
        basis={names[s]: int(b) for s, b in enumerate(r.basis)},
        closed=tuple(sorted(programmes[p] for p in closed)),
    )


def _closures(scenario: Scenario, market: Market, closures: Closures | None) -> pl.DataFrame:
    """The programmes that would open under their least size, and those that the simple rule closes besides."""
    if closures is None:
        return CLOSURES_SCHEMA.to_frame()
    rows = np.union1d(closures.candidates, np.flatnonzero(closures.simple_closed))
    rows = rows[np.argsort(by_identifier(scenario)[rows])]
    return pl.DataFrame(
        {
            "programme_id": [scenario.cohort.programmes.ids[p] for p in rows.tolist()],
            "min_open": market.min_open[rows],
            "admitted_if_open": closures.admitted_if_open[rows],
            "closed": closures.closed[rows],
            "closed_by_simple_rule": closures.simple_closed[rows],
        },
        schema=CLOSURES_SCHEMA,
    )


def _assignments(scenario: Scenario, market: Market, solution: Solution) -> pl.DataFrame:
    programme = pl.Series(scenario.cohort.programmes.ids, dtype=pl.String)
    pool_names: list[str] = []
    pool = np.full(market.num_applicants, -1, dtype=np.int64)
    choice = np.full(market.num_applicants, -1, dtype=np.int64)
    for solved in solution.batches:
        batch = solved.batch
        here = np.flatnonzero(solved.held_choice >= 0)
        cell_pool = _cell_pools(market, batch)
        pool[here] = len(pool_names) + cell_pool[solved.held_cell[here]]
        pool_names += [*batch.pools, REVERTED]
        choice[here] = _published(batch.choice_number)[solved.held_choice[here]]
    return pl.DataFrame(
        {
            "applicant_id": scenario.cohort.applicants.ids,
            "programme_id": _gather(programme, solution.programme_of),
            "batch": _gather(
                pl.Series([b.name for b in scenario.settings.batches], dtype=pl.String), solution.batch_of
            ),
            "pool": _gather(pl.Series(pool_names, dtype=pl.String), pool),
            "choice": pl.Series(choice).replace(-1, None),
        },
        schema=ASSIGNMENTS_SCHEMA,
    )


def _published(choice_number: Int32Array) -> IntArray:
    """Choice numbers as they are published: -1, for an empty cell, where nobody has a list (R11)."""
    return np.where(choice_number == NO_CHOICE, -1, choice_number).astype(np.int64)


def _gather(texts: pl.Series, positions: np.ndarray) -> pl.Series:
    """The texts at positions; null where the position is -1."""
    return texts.gather(pl.Series(positions.astype(np.int64)).replace(-1, None))


def _cell_pools(market: Market, batch: BatchMarket) -> IntArray:
    """(cell,) the pool of each cell; one past the last for reverted seats."""
    pools = np.full(batch.num_cells, len(batch.pools), dtype=np.int64)
    for j in range(len(batch.pools)):
        pools[batch.cells_of_pool(j, market.num_schools)] = j
    return pools


def _lines(
    scenario: Scenario, market: Market, feeder_seats: FeederSeatRows, batch: BatchMarket, solved: BatchSolution
) -> pl.DataFrame:
    """One row per programme, pool and cell, in the order of identifiers; the cells are those of the matrix in force."""
    cell, programme, pool, school = _cell_rows(scenario, market, feeder_seats, batch)
    last, lowest = _last_admitted(batch, solved)
    cohort = scenario.cohort
    applicant, choice = last[cell], np.where(last[cell] >= 0, solved.held_choice[last[cell]], -1)
    names = [*batch.pools, REVERTED]
    return pl.DataFrame(
        {
            "batch": pl.repeat(scenario.settings.batches[batch.position].name, len(cell), eager=True),
            "programme_id": _gather(pl.Series(cohort.programmes.ids, dtype=pl.String), programme),
            "pool": _gather(pl.Series(names, dtype=pl.String), pool),
            "feeder_school_id": _gather(pl.Series(cohort.feeder_school_ids, dtype=pl.String), school),
            "seats": solved.cell_seats[cell],
            "admitted": solved.cell_admitted[cell],
            "line": [decimal_text(int(s), market.scale) if s != NO_LINE else None for s in lowest[cell]],
            "line_choice": pl.Series(np.append(_published(batch.choice_number), -1)[choice]).replace(-1, None),
            "line_tie": [_tie(scenario, batch, int(p), int(a)) for p, a in zip(programme, applicant, strict=True)],
        },
        schema=LINES_SCHEMA,
    )


def _cell_rows(
    scenario: Scenario, market: Market, feeder_seats: FeederSeatRows, batch: BatchMarket
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Cell, programme, pool and feeder school (-1: none) of every row of the lines, in their order."""
    rows: list[np.ndarray] = []
    here = feeder_seats.batch == batch.position
    for j in range(len(batch.pools)):
        if batch.pool_per_school[j]:
            programme, school = feeder_seats.programme[here], feeder_seats.feeder_school[here]
            cell = batch.cell_first[programme, j] + school
        else:
            programme = np.flatnonzero(batch.cell_first[:, j] >= 0)
            school = np.full(len(programme), -1, dtype=np.int64)
            cell = batch.cell_first[programme, j]
        rows.append(np.stack([cell, programme, np.full(len(cell), j), school]))
    reverted = np.flatnonzero(batch.reverted_cell >= 0)
    rows.append(
        np.stack(
            [
                batch.reverted_cell[reverted],
                reverted,
                np.full(len(reverted), len(batch.pools)),
                np.full(len(reverted), -1),
            ]
        )
    )
    cell, programme, pool, school = np.concatenate(rows, axis=1).astype(np.int64)
    order = np.lexsort((school, pool, by_identifier(scenario)[programme]))
    return cell[order], programme[order], pool[order], school[order]


def _last_admitted(batch: BatchMarket, solved: BatchSolution) -> tuple[IntArray, IntArray]:
    """For each cell the applicant last in priority (-1: none; among equals the largest choice number), and the
    lowest admitted score (NO_LINE: none)."""
    applicants = np.flatnonzero(solved.held_cell >= 0)
    choice = solved.held_choice[applicants]
    cells = solved.held_cell[applicants]
    last = np.full(batch.num_cells, -1, dtype=np.int64)
    order = np.lexsort((-applicants, batch.choice_number[choice], batch.choice_key[choice], cells))
    last[cells[order]] = applicants[order]  # the last write wins: the greatest key of each cell
    lowest = np.full(batch.num_cells, NO_LINE, dtype=np.int64)
    np.minimum.at(lowest, cells, batch.choice_score[choice])
    return last, lowest


def _tie(scenario: Scenario, batch: BatchMarket, programme: int, applicant: int) -> str | None:
    """The lottery number of the last admission, or the value of its last tie-breaker where equals are all admitted."""
    if applicant < 0:
        return None
    names = list(scenario.settings.rankings)
    ranking = scenario.settings.rankings[names[batch.ranking_index[programme]]]
    if ranking.ties == "lottery":
        text = f"{scenario.settings.lottery_seed}\n{scenario.cohort.applicants.ids[applicant]}"
        return hashlib.sha256(text.encode()).hexdigest()
    if not ranking.tie_break:
        return None
    numbers = scenario.cohort.applicants.numbers[ranking.tie_break[-1]]
    return decimal_text(int(numbers.unscaled[applicant]), numbers.scale)


def _floors(scenario: Scenario, market: Market, batch: BatchMarket, solved: BatchSolution) -> pl.DataFrame:
    """The floors in force, and the provisional lines of those that are relative to one (R6)."""
    programme, pool = np.nonzero((solved.floor > NO_FLOOR) & (batch.cell_first >= 0))
    order = np.lexsort((pool, by_identifier(scenario)[programme]))
    programme, pool = programme[order], pool[order]
    relative = np.array([rule is not None and rule.of_batch == PROVISIONAL for rule in batch.floors], dtype=np.bool_)
    lines = np.where(relative[pool], solved.provisional_line[programme], NO_LINE)
    return pl.DataFrame(
        {
            "batch": pl.repeat(scenario.settings.batches[batch.position].name, len(programme), eager=True),
            "programme_id": _gather(pl.Series(scenario.cohort.programmes.ids, dtype=pl.String), programme),
            "pool": [batch.pools[j] for j in pool],
            "floor": [decimal_text(int(f), market.scale) for f in solved.floor[programme, pool]],
            "provisional_line": [None if line == NO_LINE else decimal_text(int(line), market.scale) for line in lines],
        },
        schema=FLOORS_SCHEMA,
    )
