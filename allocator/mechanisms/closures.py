"""R10, `min_open` in stable batches: which programmes close, found exactly."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from allocator.market.market import NO_BATCH, BoolArray, IntArray, Market
from allocator.mechanisms import batches
from allocator.mechanisms.affected import affected
from allocator.mechanisms.batches import Solution, only_stable
from allocator.mechanisms.closed import Closures, with_closed
from allocator.mechanisms.closure_search import Found, Result, Runs, members, search, simple_rule, try_all

MOST_RUNS = 20_000  # in one search; then the best set so far stands, with a bound
MOST_TRIED = 10  # candidates whose sets are all tried, where fills can fall as more close; beyond, the simple rule

Solve = Callable[[BoolArray], Solution]  # all batches, with these programmes closed; (programme,)


def find(market: Market, blocked: BoolArray, solve: Solve, most_runs: int = MOST_RUNS) -> Closures:
    """Which programmes close: of the sets of candidates that leave no open programme under its least size, the one
    with most placed, then fewest closed, then first in programme order.

    Where fills can fall as more close (equals admitted together, floors that hang on lines, optimal batches before
    stable ones), it may be that no set of candidates will do. Then those that are under their least size when all
    candidates are closed are candidates too.

    Args:
        blocked: (applicant,) below the control line of their scope (R8).
        solve: the run of all batches; asked only where optimal batches stand before stable ones.
        most_runs: after so many runs, the best set so far stands.
    """
    stage = _stage(market, blocked, solve)
    all_open = stage.run(_mask(market, ()))
    candidates = np.flatnonzero(stage.too_small(all_open, _mask(market, ())))
    if stage.only_rises:
        runs = _runs(stage, candidates, all_open)
        by_rule = simple_rule(runs)
        simple, simple_placed = _chosen(market, candidates, by_rule), runs(by_rule).placed
        found, num_runs = search(runs, by_rule, most_runs), runs.number
    else:
        simple, simple_placed = _simple_rule_everywhere(stage)
        candidates, found, num_runs = _tried(stage, candidates, all_open, simple)
    return Closures(
        closed=_chosen(market, candidates, found.closed),
        candidates=candidates,
        admitted_if_open=stage.admitted(all_open),
        placed=found.placed,
        bound=found.bound,
        proven=found.proven,
        simple_closed=simple,
        simple_placed=simple_placed,
        num_runs=num_runs,
    )


@dataclass(frozen=True)
class _Stage:
    """The batches up to the last stable one, and what is asked of them."""

    market: Market
    blocked: BoolArray  # (applicant,)
    is_stable: BoolArray  # (batch,)
    least: IntArray  # (programme,) fewest admissions, 0 if the programme always opens or is in no stable batch
    run: Solve

    @property
    def only_worsens(self) -> bool:
        """Whether no applicant gains when one more programme closes, and so what they get lies between extremes."""
        floors = any(rule is not None and rule.of_batch != NO_BATCH for b in self.market.batches for rule in b.floors)
        return bool(self.is_stable.all()) and not floors and (len(self.is_stable) == 1 or not self._admits_equals)

    @property
    def only_rises(self) -> bool:
        """Whether besides, no open programme loses admissions (section 4 of the rules)."""
        return self.only_worsens and not self._admits_equals

    @property
    def _admits_equals(self) -> bool:
        return any(bool((batch.admit_all & (batch.cell_first >= 0).any(axis=1)).any()) for batch in self.market.batches)

    def admitted(self, solution: Solution) -> IntArray:
        """(programme,) admissions of the stable batches."""
        return np.bincount(solution.programme_of[self._here(solution)], minlength=self.market.num_programmes)

    def placed(self, solution: Solution) -> int:
        return int(self._here(solution).sum())

    def too_small(self, solution: Solution, closed: BoolArray) -> BoolArray:
        """(programme,) open, and under its least size."""
        small: BoolArray = ~closed & (self.admitted(solution) < self.least)
        return small

    def _here(self, solution: Solution) -> BoolArray:
        here: BoolArray = (solution.batch_of >= 0) & self.is_stable[solution.batch_of]
        return here


def _stage(market: Market, blocked: BoolArray, solve: Solve) -> _Stage:
    is_stable = np.array([batch.mechanism == "stable" for batch in market.batches], dtype=np.bool_)
    last = int(np.flatnonzero(is_stable).max(initial=-1)) + 1
    least = least_sizes(market)
    if not is_stable[:last].all():
        return _Stage(market, blocked, is_stable, least, solve)
    # What comes after the stable batches changes nothing in them; what is carried there is not looked at.
    kept = (
        replace(batch, carries_to=np.where(batch.carries_to < last, batch.carries_to, -1).astype(np.int32))
        for batch in market.batches[:last]
    )
    stable = replace(market, batches=tuple(kept))
    return _Stage(
        stable,
        blocked,
        is_stable[:last],
        least,
        lambda closed: batches.solve(with_closed(stable, closed), blocked, only_stable),
    )


def least_sizes(market: Market) -> IntArray:
    """(programme,) fewest admissions of the stable batches, 0 if it always opens or no stable batch offers it."""
    offered = np.zeros(market.num_programmes, dtype=np.bool_)
    for batch in market.batches:
        if batch.mechanism == "stable":
            offered |= (batch.cell_first >= 0).any(axis=1)
    return np.where(offered, market.min_open, 0)


def _mask(market: Market, programmes: IntArray | tuple[int, ...]) -> BoolArray:
    mask = np.zeros(market.num_programmes, dtype=np.bool_)
    mask[np.asarray(programmes, dtype=np.int64)] = True
    return mask


def _chosen(market: Market, candidates: IntArray, closed: int) -> BoolArray:
    """(programme,) the candidates whose bits are set."""
    return _mask(market, candidates[list(members(closed))])


def _runs(stage: _Stage, candidates: IntArray, all_open: Solution) -> Runs:
    """Runs by closed candidates: only of those whom it concerns, where nobody gains when one more closes."""
    least = stage.least[candidates].tolist()
    if not stage.only_worsens:
        return Runs(lambda closed: _whole(stage, candidates, closed), least)
    all_closed = stage.run(_mask(stage.market, candidates))
    part = affected(stage.market, all_open, all_closed, _mask(stage.market, candidates))
    here, blocked = np.searchsorted(part.programmes, candidates), stage.blocked[part.applicants]
    part_least = stage.least[part.programmes]

    def result(closed: int) -> Result:
        shut = _chosen(part.market, here, closed)
        solution = batches.solve(with_closed(part.market, shut), blocked, only_stable)
        placed = solution.programme_of[solution.programme_of >= 0]
        admitted = part.settled + np.bincount(placed, minlength=len(part.settled))
        num_small = int((~shut & (admitted < part_least)).sum())
        num_candidates = int((~shut[here] & (admitted < part_least)[here]).sum())
        return Result(
            part.num_settled + len(placed),
            tuple(admitted[here].tolist()),
            int.from_bytes(np.packbits(solution.programme_of < 0).tobytes()),
            num_small - num_candidates,
        )

    return Runs(result, least)


def _whole(stage: _Stage, candidates: IntArray, closed: int) -> Result:
    shut = _chosen(stage.market, candidates, closed)
    solution = stage.run(shut)
    small = stage.too_small(solution, shut)
    return Result(
        stage.placed(solution),
        tuple(stage.admitted(solution)[candidates].tolist()),
        0,  # asked only where fills only rise
        int(small.sum() - small[candidates].sum()),
    )


def _simple_rule_everywhere(stage: _Stage) -> tuple[BoolArray, int]:
    """The simple rule where fills can fall, and who is placed: whatever comes under its least size may close."""
    closed = _mask(stage.market, ())
    while True:
        solution = stage.run(closed)
        small = np.flatnonzero(stage.too_small(solution, closed))
        if len(small) == 0:
            return closed, stage.placed(solution)
        admitted = stage.admitted(solution)
        closed[min(small.tolist(), key=lambda p: (admitted[p], -p))] = True


def _tried(stage: _Stage, candidates: IntArray, all_open: Solution, simple: BoolArray) -> tuple[IntArray, Found, int]:
    """The best set of candidates by trying all; with too many of them, the simple rule's, as far as it can be opened
    again. Candidates, set, runs."""
    num_runs = 0
    while len(candidates) <= MOST_TRIED:
        runs = _runs(stage, candidates, all_open)
        found = try_all(runs)
        num_runs += runs.number
        if found is not None:
            return candidates, found, num_runs
        shut = _mask(stage.market, candidates)
        shut_too = np.flatnonzero(stage.too_small(stage.run(shut), shut))
        candidates = np.union1d(candidates, shut_too)
    candidates = np.union1d(candidates, np.flatnonzero(simple))
    chosen, placed, num_reopenings = _reopened(stage, simple)
    closed = sum(1 << i for i in np.flatnonzero(chosen[candidates]).tolist())
    found = Found(closed, placed, stage.market.num_applicants, proven=False)
    return candidates, found, num_runs + num_reopenings


def _reopened(stage: _Stage, closed: BoolArray) -> tuple[BoolArray, int, int]:
    """Programmes open again, one after another, while all stay viable and no fewer are placed. Closed, placed, runs."""
    closed, placed, num_runs = closed.copy(), stage.placed(stage.run(closed)), 1
    programmes = np.flatnonzero(closed).tolist()
    refused = 0  # programmes in turn that could not open; where fills can fall, one may open once another has
    for programme in itertools.cycle(programmes):
        if refused == len(programmes):
            break
        refused += 1
        if not closed[programme]:
            continue
        closed[programme] = False
        solution, num_runs = stage.run(closed), num_runs + 1
        if not stage.too_small(solution, closed).any() and stage.placed(solution) >= placed:
            placed, refused = stage.placed(solution), 0
        else:
            closed[programme] = True
    return closed, placed, num_runs
