"""Where to add classes: a greedy plan, exchanges, and branch and bound to the end where that is short enough.

Everything is counted in classes tried and not in seconds, so that the same question has the same answer on every
machine.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from allocator.capacity.base import Figures
from allocator.capacity.trial import Site, Trial, Value, merit, value

PROOF = 5  # times as many classes may be tried for a proof
LONGEST = 20  # times as many plans as classes may be tried: with more, branch and bound has no hope
Rank = Callable[[Figures, Figures, Site], tuple[Fraction | int, ...]]  # before, after: larger is tried first


@dataclass(frozen=True)
class Limits:
    """What all sites share."""

    budget: int
    school_at_most: Sequence[int]  # (school,)


@dataclass(frozen=True)
class Plan:
    """How many classes at each site."""

    counts: tuple[int, ...]  # (site,)
    value: Value
    most_improved: int | None  # proven: no plan improves more; None: not known
    proven: bool  # this is the best plan in the whole order


def search(trial: Trial, sites: Sequence[Site], limits: Limits, effort: int, *, monotone: bool) -> Plan:
    """The best plan found.

    Args:
        trial: without any class added, and so returned.
        sites: in the programmes' order.
        effort: about how many classes may be tried in each part of the search.
        monotone: more classes never make anybody's outcome worse, so that bounds hold.
    """
    state = _State(trial, sites, limits)
    best = max((_greedy(state, rank, effort) for rank in (_by_cost, _by_gain)), key=lambda plan: plan[0])
    best = _exchanged(state, best, effort)
    return _proven(state, best, effort, monotone)


class _State:
    """A partial plan: the classes so far, what is left of the limits, and the trial that has them."""

    def __init__(self, trial: Trial, sites: Sequence[Site], limits: Limits) -> None:
        self.trial = trial
        self.sites = sites
        self.counts = [0] * len(sites)
        self.budget = limits.budget
        self.school_left = list(limits.school_at_most)

    def room(self, at: int) -> int:
        """How many classes more a site can have."""
        site = self.sites[at]
        room = min(site.at_most - self.counts[at], self.budget // site.cost)
        return room if site.school < 0 else min(room, self.school_left[site.school])

    def add(self, at: int, num_classes: int = 1) -> None:
        self._count(at, num_classes)
        self.trial.add(self.sites[at], num_classes)

    def take(self, at: int, num_classes: int = 1) -> None:
        """Take back the last addition."""
        self._count(at, -num_classes)
        self.trial.take()

    def _count(self, at: int, num_classes: int) -> None:
        site = self.sites[at]
        self.counts[at] += num_classes
        self.budget -= num_classes * site.cost
        if site.school >= 0:
            self.school_left[site.school] -= num_classes

    def value(self) -> Value:
        return value(self.trial.effect(), self.sites, self.counts)


Found = tuple[Value, tuple[int, ...]]


def _by_gain(before: Figures, after: Figures, site: Site) -> tuple[Fraction | int, ...]:
    return tuple(a - b for a, b in zip(merit(after), merit(before), strict=True))


def _by_cost(before: Figures, after: Figures, site: Site) -> tuple[Fraction | int, ...]:
    return tuple(Fraction(gain, site.cost) for gain in _by_gain(before, after, site))


def _greedy(state: _State, rank: Rank, effort: int) -> Found:
    """Add the class that promises most, again and again; the promise of a class is renewed when it comes to the top."""
    begin = state.trial.num_added
    waiting: list[tuple[tuple[Fraction | int, ...], int, int]] = []  # negated rank, site, classes when it was found
    before = state.trial.effect()
    for at in range(len(state.sites)):
        if state.room(at):
            heapq.heappush(waiting, (_negated(_rank(state, rank, at, before)), at, 0))
    added: list[int] = []
    while waiting:
        promise, at, when = heapq.heappop(waiting)
        if not state.room(at):
            continue
        if when < len(added) and state.trial.num_added - begin < effort:
            heapq.heappush(waiting, (_negated(_rank(state, rank, at, before)), at, len(added)))
            continue
        state.add(at)
        after = state.trial.effect()
        if merit(after) <= merit(before):
            state.take(at)
            continue
        added.append(at)
        before = after
        heapq.heappush(waiting, (promise, at, len(added) - 1))
    found = (state.value(), tuple(state.counts))
    for at in reversed(added):
        state.take(at)
    return found


def _rank(state: _State, rank: Rank, at: int, before: Figures) -> tuple[Fraction | int, ...]:
    state.add(at)
    result = rank(before, state.trial.effect(), state.sites[at])
    state.take(at)
    return result


def _negated(rank: tuple[Fraction | int, ...]) -> tuple[Fraction | int, ...]:
    return tuple(-part for part in rank)


def _exchanged(state: _State, start: Found, effort: int) -> Found:
    """Give up one class for another, or add one, as long as that makes the plan better."""
    end = state.trial.num_added + effort
    best, changed = start, True
    while changed and state.trial.num_added < end:
        changed = False
        for given_up in (None, *(at for at, count in enumerate(best[1]) if count)):
            found = _with_one_more(state, best, given_up, end)
            if found > best:
                best, changed = found, True
                break
    return best


def _with_one_more(state: _State, plan: Found, given_up: int | None, end: int) -> Found:
    """The best plan with one class given up, and one or none added instead."""
    kept = [(at, count - (at == given_up)) for at, count in enumerate(plan[1]) if count - (at == given_up)]
    for at, count in kept:
        state.add(at, count)
    best = (state.value(), tuple(state.counts))
    for at in range(len(state.sites)):
        if state.trial.num_added >= end:
            break
        if at != given_up and state.room(at):
            state.add(at)
            best = max(best, (state.value(), tuple(state.counts)))
            state.take(at)
    for at, count in reversed(kept):
        state.take(at, count)
    return best


def _proven(state: _State, best: Found, effort: int, monotone: bool) -> Plan:
    """Branch and bound: site by site, the most classes first; not begun where that is much too long.

    With all that every later site could have by itself, nobody gets less than with what they can have together
    (rules.md, section 4), so the numbers of improved and placed bound what can still be reached.
    """
    end = state.trial.num_added + PROOF * effort
    is_whole = _num_plans(state, 0) <= LONGEST * effort

    def visit(begin: int) -> None:
        """All plans that add to the present one at sites from ``begin`` on."""
        nonlocal best, is_whole
        best = max(best, (state.value(), tuple(state.counts)))
        for at in range(begin, len(state.sites)):
            room = state.room(at)
            if not room:
                continue
            if state.trial.num_added >= end:
                is_whole = False
                return
            # The bound costs a class for each later site: where so few plans are left, trying them costs no more.
            worthwhile = monotone and _num_plans(state, at) > 4 * (len(state.sites) - at)
            if worthwhile and _most(state, at) < best[0][:2]:
                return
            for count in range(room, 0, -1):
                state.add(at, count)
                visit(at + 1)
                state.take(at, count)

    most_improved = _most(state, 0)[0] if monotone else None
    if is_whole:
        visit(0)
    return Plan(best[1], best[0], best[0][0] if is_whole else most_improved, is_whole)


def _num_plans(state: _State, begin: int) -> int:
    """No more plans than this are left, from one site on."""
    rooms = [state.room(at) for at in range(begin, len(state.sites))]
    most_classes = min(sum(rooms), max((state.budget // s.cost for s in state.sites[begin:]), default=0))
    return comb(len(rooms) + most_classes, most_classes)


def _most(state: _State, begin: int) -> tuple[int, int]:
    """The improved and placed if every site from one on had all the classes that it could have by itself."""
    rooms = [(site, state.room(at)) for at, site in enumerate(state.sites) if at >= begin and state.room(at)]
    for site, room in rooms:
        state.trial.add(site, room)
    effect = state.trial.effect()
    for _ in rooms:
        state.trial.take()
    return effect.improved, effect.placed
