"""Which candidates close: an exact search where fills only rise and placements only fall as more close.

A set of closed candidates is a number with one bit for each, in programme order. If a set leaves no open programme
under its least size, so does every larger one: what is open then has at least as many. Hence only the smallest such
sets count, and at a node of the search (some closed, some to stay open, some undecided):
- who would be too small even if all the undecided others closed, closes; if it is to stay open, the node is empty;
- who is placed if the closed ones alone close, bounds who can be placed below; and at least one more has to close.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, chain
from math import ceil


@dataclass(frozen=True)
class Result:
    """One run of the stable batches."""

    placed: int
    admitted: tuple[int, ...]  # (candidate,) 0 if it is closed
    unplaced: int  # one bit for each of those whom closing can concern
    num_others: int  # programmes under their least size that are no candidates; none where fills only rise


@dataclass(frozen=True)
class Found:
    """The best set of closed candidates, and what is known about better ones."""

    closed: int
    placed: int
    bound: int  # no set that leaves all open programmes at their least size places more
    proven: bool  # no set is better: more placed, then fewer closed, then earlier in programme order


class Runs:
    """Runs of the stable batches by closed candidates, each made once."""

    def __init__(self, solve: Callable[[int], Result], least: Sequence[int]) -> None:
        self.least = tuple(least)
        self.everybody = (1 << len(self.least)) - 1
        self.most: int | None = None  # runs; None for no limit
        self._solve = solve
        self._known: dict[int, Result] = {}

    @property
    def number(self) -> int:
        return len(self._known)

    def __call__(self, closed: int) -> Result:
        """The run with these candidates closed.

        Raises:
            Exhausted: if that would be one more than there may be.
        """
        result = self._known.get(closed)
        if result is None:
            if self.most is not None and self.number >= self.most:
                raise Exhausted
            result = self._known[closed] = self._solve(closed)
        return result

    def too_small(self, closed: int) -> int:
        """The open candidates under their least size."""
        admitted = self(closed).admitted
        small = 0
        for i in members(self.everybody & ~closed):
            if admitted[i] < self.least[i]:
                small |= 1 << i
        return small

    def rank(self, closed: int) -> Rank:
        """Smaller is better."""
        return (-self(closed).placed, closed.bit_count(), tuple(members(closed)))


class Exhausted(Exception):  # noqa: N818 - not a fault: the search ends with what it has
    """The limit of runs is reached."""


Rank = tuple[int, int, tuple[int, ...]]


def members(candidates: int) -> Iterator[int]:
    """The positions of the bits that are set, smallest first."""
    while candidates:
        lowest = candidates & -candidates
        yield lowest.bit_length() - 1
        candidates ^= lowest


@dataclass
class _Node:
    closed: int
    undecided: int
    most_placed: int  # no set below places more


@dataclass
class _Best:
    """The best set so far."""

    runs: Runs
    closed: int
    rank: Rank = field(init=False)

    def __post_init__(self) -> None:
        self.rank = self.runs.rank(self.closed)

    def offer(self, closed: int) -> None:
        rank = self.runs.rank(closed)
        if rank < self.rank:
            self.closed, self.rank = closed, rank

    def is_out_of_reach(self, closed: int, most_placed: int, undecided: int, least_more: int) -> bool:
        """Whether no set is better that closes these and at least so many of the undecided."""
        more = tuple(members(undecided))[:least_more]
        smallest = tuple(sorted((*members(closed), *more)))
        return (-most_placed, len(smallest), smallest) >= self.rank


def simple_rule(runs: Runs) -> int:
    """Close the emptiest candidate, and run again, until none is under its least size; of equals, the last one."""
    closed = 0
    while small := runs.too_small(closed):
        admitted = runs(closed).admitted
        closed |= 1 << min(members(small), key=lambda i: (admitted[i], -i))
    return closed


def search(runs: Runs, start: int, most_runs: int) -> Found:
    """The best set, where fills only rise and placements only fall as more close.

    Args:
        start: a set that leaves no open programme under its least size.
        most_runs: after so many, the best set so far stands.
    """
    best = _Best(runs, start)
    stack = [_Node(0, runs.everybody, runs(0).placed)]
    runs.most = runs.number + most_runs
    try:
        best.offer(reopened(runs, best.closed))
        while stack:
            children = _children(runs, best, stack[-1])
            stack.pop()
            stack += children
    except Exhausted:
        bound = max(node.most_placed for node in stack)
        return Found(best.closed, -best.rank[0], max(bound, -best.rank[0]), proven=False)
    return Found(best.closed, -best.rank[0], -best.rank[0], proven=True)


def try_all(runs: Runs) -> Found | None:
    """The best of all sets, whatever the fills do; None if every one leaves somebody under the least size."""
    fit = [
        closed for closed in range(runs.everybody + 1) if runs(closed).num_others == 0 and not runs.too_small(closed)
    ]
    if not fit:
        return None
    closed = min(fit, key=runs.rank)
    return Found(closed, runs(closed).placed, runs(closed).placed, proven=True)


def reopened(runs: Runs, closed: int) -> int:
    """A smallest set inside one: candidates open again, the first in programme order first, where all stay viable."""
    for i in members(closed):
        if not runs.too_small(closed & ~(1 << i)):
            closed &= ~(1 << i)
    return closed


def _children(runs: Runs, best: _Best, node: _Node) -> list[_Node]:
    """The node decided as far as its runs tell; then its two halves, the one to be looked at first at the end."""
    closed, undecided = node.closed, node.undecided
    while True:
        forced = _forced(runs, closed, undecided)
        if forced is None:
            return []
        closed, undecided = closed | forced, undecided & ~forced
        if not runs.too_small(closed):
            best.offer(closed)
            return []
        cover = _cover(runs, closed, undecided)
        if cover is None:
            return []
        for i in members(undecided):
            if not runs.too_small(closed | 1 << i):
                best.offer(closed | 1 << i)
        most_placed = runs(closed).placed - cover.least_loss()
        if best.is_out_of_reach(closed, most_placed, undecided, cover.least_more):
            return []
        useless = 0
        for i in members(undecided):
            bit, with_it = 1 << i, runs(closed).placed - cover.least_loss(i)
            if best.is_out_of_reach(closed | bit, with_it, undecided & ~bit, cover.least_more - 1):
                useless |= bit
        if not useless:
            break
        undecided &= ~useless
    bit = 1 << _undecided_next(runs, closed, undecided)
    return [
        _Node(closed, undecided & ~bit, most_placed),
        _Node(closed | bit, undecided & ~bit, min(most_placed, runs(closed | bit).placed)),
    ]


def _forced(runs: Runs, closed: int, undecided: int) -> int | None:
    """The undecided that close, being too small in the best of cases; None if one that is to stay open is."""
    if runs.too_small(closed | undecided):
        return None
    forced = 0
    for i in members(undecided):
        if runs((closed | undecided) & ~(1 << i)).admitted[i] < runs.least[i]:
            forced |= 1 << i
    return forced


@dataclass(frozen=True)
class _Cover:
    """What closing some of the undecided has to yield at a node, and what it costs.

    Who comes to an open programme comes from one that closes, or is not placed in the end. So what the closing ones
    have now, and what they themselves lack, covers all that is lacking, and all who lose their place besides.
    Whoever loses their place when one alone closes loses it too when others close with it. So a set costs at least
    the number of different applicants whom its members cost alone; to add that up, each applicant is shared out
    equally among all the undecided that would cost them.
    """

    lacking: int
    gains: dict[int, int]  # undecided candidate to what its closing yields
    shares: dict[int, Fraction]  # undecided candidate to its share of the applicants whom it costs
    least_more: int  # so many have to close at least
    by_price: list[int]  # undecided candidates, the least cost for what they yield first

    def least_loss(self, of: int | None = None) -> int:
        """No set costs fewer their place; or none that closes one certain candidate."""
        loss = 0
        while (higher := ceil(self._least_cost(self.lacking + loss, of))) > loss:
            loss = higher
        return loss

    def _least_cost(self, need: int, of: int | None) -> Fraction:
        """The relaxation where parts of candidates close: the cheapest first."""
        cost = Fraction(0)
        if of is not None:
            need, cost = need - self.gains[of], self.shares[of]
        for i in self.by_price:
            if need <= 0:
                break
            if i != of:
                part = min(Fraction(1), Fraction(need, self.gains[i])) if self.gains[i] else Fraction(0)
                need, cost = need - self.gains[i], cost + part * self.shares[i]
        return cost


def _cover(runs: Runs, closed: int, undecided: int) -> _Cover | None:
    """The bounds of a node; None if all the undecided together do not yield enough."""
    here = runs(closed)
    lacks = {i: max(0, runs.least[i] - here.admitted[i]) for i in members(runs.everybody & ~closed)}
    gains = {i: lacks[i] + here.admitted[i] for i in members(undecided)}
    lacking = sum(lacks.values())
    least_more = next(
        (k for k, sum_ in enumerate(accumulate(sorted(gains.values(), reverse=True)), 1) if sum_ >= lacking), None
    )
    if least_more is None:
        return None
    lost = {i: list(members(runs(closed | 1 << i).unplaced & ~here.unplaced)) for i in gains}
    times = Counter(chain.from_iterable(lost.values()))
    shares = {i: sum((Fraction(1, times[a]) for a in who), Fraction(0)) for i, who in lost.items()}
    by_price = sorted(gains, key=lambda i: (shares[i] / gains[i] if gains[i] else Fraction(0), i))
    return _Cover(lacking, gains, shares, least_more, by_price)


def _undecided_next(runs: Runs, closed: int, undecided: int) -> int:
    """The undecided candidate that lacks most of what it could still get."""
    admitted = runs(closed).admitted

    def doubt(i: int) -> tuple[int, int]:
        lack = runs.least[i] - admitted[i]
        gain = runs((closed | undecided) & ~(1 << i)).admitted[i] - admitted[i]
        return (-1000 * lack // max(1, gain), i)

    return min(members(undecided), key=doubt)
