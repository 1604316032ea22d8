"""The run that everything is measured against, and the same run again with more seats.

Held fixed is what the run came to before anybody is admitted: control lines (R8), floors (R6), and which programmes
close for want of applicants (R10). So more seats never take anything from anybody, and their worth does not mix with
that of another line or of a programme that opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from allocator.market.compile import compile_market
from allocator.market.market import NO_CHOICE, BatchMarket, BoolArray, IntArray, Market
from allocator.mechanisms import control_line
from allocator.mechanisms.batches import Optimise, Solution, solve
from allocator.mechanisms.closed import with_closed
from allocator.mechanisms.eligibility import eligible_pools
from allocator.optimise.assignment.batch import OptimalBatches
from allocator.optimise.feeder_seats import feeder_seats
from allocator.scenario.cohort import FeederSeatRows
from allocator.scenario.scenario import Scenario

AFTER_EVERY_CHOICE = 2**40
Seats = Mapping[tuple[int, int], int]  # (batch, cell) to seats more


@dataclass(frozen=True)
class Base:
    """A solved run whose lines stay."""

    market: Market  # floors are in choice_pools
    solution: Solution
    blocked: BoolArray  # (applicant,) below the control line of their scope
    feeder_seats: FeederSeatRows
    closed: BoolArray  # (programme,) closed for want of applicants: it gets no seats
    optimise: Optimise | None  # for the batches that objectives decide; None if there are none


@dataclass(frozen=True)
class Figures:
    """What is counted of an outcome, or of the difference of two."""

    placed: int
    first_choices: int
    choice_sum: int  # of the choice numbers of all who are placed
    general: int  # placed in the general track
    improved: int = 0  # applicants with a better choice, or placed in an earlier batch, or at all
    unlisted: int = 0  # placed by reassignment (R11), without a choice number


def base_of(scenario: Scenario) -> Base:
    """Run a scenario, and fix its lines.

    Raises:
        InputError: if it cannot be run.
        UnsolvedError: if an optimal batch has no outcome.
    """
    matrix = feeder_seats(scenario)
    market = compile_market(scenario, matrix)
    optimise = OptimalBatches(scenario.settings)
    solution, rounds = control_line.run(market, scenario.settings.guideline, optimise)
    blocked = np.zeros(market.num_applicants, dtype=np.bool_)
    if rounds:
        blocked = control_line.blocked_by(market, rounds[-1].lines)
    closed = np.zeros(market.num_programmes, dtype=np.bool_)
    if solution.closures is not None:
        closed = solution.closures.closed
    fixed = _with_fixed_floors(with_closed(market, closed), solution)
    return Base(fixed, solution, blocked, matrix, closed, optimise)


def _with_fixed_floors(market: Market, solution: Solution) -> Market:
    """The market where the floors that were in force are part of what each choice may use."""
    nobody = np.zeros(market.num_applicants, dtype=np.bool_)
    batches = [
        replace(
            batch,
            choice_pools=eligible_pools(batch, market, solved.floor, nobody, nobody).astype(np.uint64),
            floors=(None,) * len(batch.pools),
        )
        if batch.mechanism != "reassign"  # it has no lists; its floors are looked at when it is known who is left
        else batch
        for batch, solved in zip(market.batches, solution.batches, strict=True)
    ]
    return replace(market, batches=tuple(batches))


def run_again(base: Base, more: Seats) -> Solution:
    """The run with more seats, from scratch."""
    return solve(_with_more_seats(base.market, more), base.blocked, base.optimise)


def _with_more_seats(market: Market, more: Seats) -> Market:
    batches = [_batch_with_more(batch, more) for batch in market.batches]
    return replace(market, batches=tuple(batches))


def _batch_with_more(batch: BatchMarket, more: Seats) -> BatchMarket:
    cell_seats = batch.cell_seats.copy()
    for (position, cell), num_seats in more.items():
        if position == batch.position:
            cell_seats[cell] += num_seats
    return replace(batch, cell_seats=cell_seats)


def figures(market: Market, solution: Solution) -> Figures:
    """The counts of an outcome."""
    placed = solution.programme_of >= 0
    numbers = [solved.batch.choice_number[solved.held_choice[solved.held_choice >= 0]] for solved in solution.batches]
    return Figures(
        placed=int(placed.sum()),
        first_choices=sum(int((n == 1).sum()) for n in numbers),
        choice_sum=sum(int(n.sum()) for n in numbers),
        general=int(market.is_general[solution.programme_of[placed]].sum()),
        unlisted=sum(int((n == NO_CHOICE).sum()) for n in numbers),
    )


def difference(market: Market, before: Solution, after: Solution) -> Figures:
    """What a second outcome of the same applicants has more than the first."""
    first, second = figures(market, before), figures(market, after)
    return Figures(
        placed=second.placed - first.placed,
        first_choices=second.first_choices - first.first_choices,
        choice_sum=second.choice_sum - first.choice_sum,
        general=second.general - first.general,
        improved=int((_places(after) < _places(before)).sum()),
        unlisted=second.unlisted - first.unlisted,
    )


def _places(solution: Solution) -> IntArray:
    """(applicant,) what they obtained as a place in the order of batches and choices; the unplaced last."""
    places = np.full(len(solution.batch_of), len(solution.batches) * AFTER_EVERY_CHOICE, dtype=np.int64)
    for position, solved in enumerate(solution.batches):
        here = np.flatnonzero(solved.held_choice >= 0)
        # Nobody has a list in a reassignment, so what somebody gets there is neither better nor worse.
        choice = 0 if solved.batch.mechanism == "reassign" else solved.held_choice[here]
        places[here] = position * AFTER_EVERY_CHOICE + choice
    return places


def is_followed(base: Base) -> bool:
    """Whether vacancies can be followed: all batches are stable, and equals are separated (R4)."""
    return all(batch.mechanism == "stable" and not batch.admit_all.any() for batch in base.market.batches)
