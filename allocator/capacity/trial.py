"""An outcome with some classes more, to which classes are added and from which they are taken again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from allocator.capacity.base import Base, Figures, difference, run_again
from allocator.capacity.chains import (
    NUM_MOVES,
    NUM_TURNS,
    PLACED,
    SeatMarket,
    add_seats,
    new_standing,
    take_back,
)


@dataclass(frozen=True)
class Site:
    """Where classes can be added: one pool of a programme, in one batch."""

    programme: int
    batch: int
    cell: int  # of the batch
    flat_cell: int  # of the flat market
    size: int  # seats of one class
    cost: int
    at_most: int  # classes, as its own limit and the budget allow
    school: int  # whose programmes share a limit, -1: none


class Trial(Protocol):
    """Classes on trial. Effects are counted against the base."""

    num_added: int  # classes added since the beginning, a measure of the work done

    def add(self, site: Site, num_classes: int = 1) -> None: ...

    def take(self) -> None:
        """Take back the last addition."""

    def effect(self) -> Figures: ...


class FollowedTrial:
    """By following vacancies."""

    def __init__(self, flat: SeatMarket) -> None:
        self.num_added = 0
        self.flat = flat
        self.standing = new_standing(flat)
        self._before: list[tuple[int, ...]] = []

    def add(self, site: Site, num_classes: int = 1) -> None:
        self.num_added += num_classes
        self._before.append(tuple(self.standing.counts.tolist()))
        add_seats(self.flat, self.standing, site.flat_cell, num_classes * site.size)

    def take(self) -> None:
        before = self._before.pop()
        take_back(self.standing, before[NUM_MOVES], before[NUM_TURNS])
        self.standing.counts[PLACED:] = before[PLACED:]

    def effect(self) -> Figures:
        return Figures(*self.standing.counts[PLACED:].tolist())


class RepeatedTrial:
    """By running everything again, where vacancies cannot be followed."""

    def __init__(self, base: Base) -> None:
        self.num_added = 0
        self._base = base
        self._added: list[tuple[int, int, int]] = []  # batch, cell, seats
        self._known: dict[tuple[tuple[tuple[int, int], int], ...], Figures] = {}

    def add(self, site: Site, num_classes: int = 1) -> None:
        self.num_added += num_classes
        self._added.append((site.batch, site.cell, num_classes * site.size))

    def take(self) -> None:
        self._added.pop()

    def effect(self) -> Figures:
        more: dict[tuple[int, int], int] = {}
        for batch, cell, seats in self._added:
            more[batch, cell] = more.get((batch, cell), 0) + seats
        key = tuple(sorted(more.items()))
        if key not in self._known:
            after = run_again(self._base, more)
            self._known[key] = difference(self._base.market, self._base.solution, after)
        return self._known[key]


def merit(effect: Figures) -> tuple[int, int, int]:
    """What is wanted, first things first: most improved, then most placed, then the least sum of choice numbers.

    Where as many are placed, the least sum is the best mean choice.
    """
    return effect.improved, effect.placed, -effect.choice_sum


Value = tuple[int, int, int, int, tuple[int, ...]]


def value(effect: Figures, sites: Sequence[Site], counts: Sequence[int]) -> Value:
    """The whole order of plans: merit, then the lower cost, then more classes at the programmes that come first."""
    spent = sum(site.cost * count for site, count in zip(sites, counts, strict=True))
    return (*merit(effect), -spent, tuple(counts))
