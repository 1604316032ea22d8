"""An optimal batch that is a network: its ladder climbed level by level, and everybody settled (R10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocator.market.market import BoolArray
from allocator.optimise.assignment.assign import assign
from allocator.optimise.assignment.guideline import counted, excess
from allocator.optimise.assignment.levels import AnyLevel, Level, Piece, Term, WorstLevel
from allocator.optimise.assignment.min_cost import Flow, cheapest
from allocator.optimise.assignment.network import NOT_PLACED, Limit, Network, build
from allocator.optimise.assignment.problem import UNBOUNDED, Assignment, Problem


@dataclass(frozen=True)
class Settled:
    """The optimum of a network, and the one assignment that the rules define."""

    assignment: Assignment
    totals: tuple[int, ...]  # (level,) what the ladder comes to, but for constants: smaller is better


class NotANetworkError(Exception):
    """Counted sets cross, or something counts more than sets of programmes: for another solver."""


class TooFewError(Exception):
    """Lower bounds cannot be reached, or earlier batches exceed an upper bound."""


def limits_of(problem: Problem) -> tuple[Limit, ...]:
    """The constraints of a problem as bounds on counts of programmes.

    Raises:
        NotANetworkError: if the guideline is a constraint of another kind.
    """
    limits = [Limit(bound.members.programmes, max(0, bound.at_least), bound.at_most) for bound in problem.bounds]
    if problem.guideline is not None and problem.guideline.is_constraint:
        for scope in counted(problem):
            if len(scope.sets) > 1 or scope.sets[0].applicants is not None:
                raise NotANetworkError
            piece = excess(problem, scope)
            limits.append(Limit(scope.sets[0].programmes, 0, -piece.constant // piece.slopes[0]))
    return tuple(limits)


def solve_network(problem: Problem, levels: Sequence[AnyLevel], limits: Sequence[Limit], usable: BoolArray) -> Settled:
    """The optimum and its one assignment.

    Args:
        levels: the ladder but ``score``.
        limits: bounds on counts.
        usable: (option,) options that may be given.

    Raises:
        NotANetworkError: if the problem has another structure.
        TooFewError: if it is infeasible.
    """
    if any(limit.at_most < 0 for limit in limits):
        raise TooFewError
    climb = _Climb(problem, tuple(limits), usable)
    for level in levels:
        if isinstance(level, WorstLevel):
            climb = climb.with_least(level)
        elif any(len(term.sets) > 1 for term in level.terms):
            climb = climb.plus(_with_known_basis(climb, level))
        else:
            climb = climb.plus(level)
    network, flow = climb.solved()
    return Settled(assign(problem, network, flow), climb.reached(flow))


@dataclass(frozen=True)
class _Climb:
    """A problem with the part of its ladder that was climbed."""

    problem: Problem
    limits: tuple[Limit, ...]
    usable: BoolArray  # (option,)
    levels: tuple[Level, ...] = ()
    thresholds: tuple[tuple[int, int], ...] = ()  # levels before it, and the least largest number that was found

    def plus(self, level: Level) -> _Climb:
        return replace(self, levels=(*self.levels, level))

    def solved(self) -> tuple[Network, Flow]:
        """The optimum of the levels so far."""
        network = build(self.problem, self.levels, self.limits, self.usable)
        if network is None:
            raise NotANetworkError
        flow = cheapest(network)
        if network.lower_bounds and flow.totals[0] > -network.lower_bounds:
            raise TooFewError
        return network, flow

    def totals(self, flow: Flow) -> tuple[int, ...]:
        """(level,) what a flow costs in the levels so far; before them there may be one for lower bounds."""
        return flow.totals[len(flow.totals) - len(self.levels) :]

    def reached(self, flow: Flow) -> tuple[int, ...]:
        """What a flow costs in the levels, with the largest numbers between them, as the ladder has them."""
        totals = self.totals(flow)
        numbers: list[int] = []
        for place in range(len(totals) + 1):
            numbers += [number for at, number in self.thresholds if at == place]
            numbers += totals[place : place + 1]
        return tuple(numbers)

    def with_least(self, level: WorstLevel) -> _Climb:
        """The least largest number with which the levels so far keep their optimum, from now on a constraint."""
        best = self.totals(self.solved()[1])

        def keeps(threshold: int) -> bool:
            try:
                _, flow = self._within(level, threshold).solved()
            except TooFewError:
                return False
            return self.totals(flow) == best

        numbers = _numbers(self.problem, level)
        low, high = 0, len(numbers) - 1  # the largest changes nothing
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if keeps(numbers[middle]) else (middle + 1, high)
        found = self._within(level, numbers[low])
        return replace(found, thresholds=(*self.thresholds, (len(self.levels), numbers[low])))

    def _within(self, level: WorstLevel, threshold: int) -> _Climb:
        """With no larger number than this."""
        usable = self.usable
        if level.option_cost is not None:
            usable = usable & (level.option_cost <= threshold)
        limits = [_at_most(term, threshold) for term in level.terms]
        if any(limit.at_most < limit.at_least for limit in limits):
            raise TooFewError
        return replace(self, usable=usable, limits=(*self.limits, *limits))


def _numbers(problem: Problem, level: WorstLevel) -> list[int]:
    """What the largest number can be, rising."""
    numbers = {0}
    if level.option_cost is not None:
        numbers |= set(np.unique(level.option_cost).tolist())
    if level.terms:
        ends = (0, problem.num_applicants)
        numbers |= set(range(max(term.value((n,)) for term in level.terms for n in ends) + 1))
    return sorted(numbers)


def _at_most(term: Term, threshold: int) -> Limit:
    """The counts with which a term of one set does not exceed a threshold."""
    if len(term.sets) != 1 or term.sets[0].applicants is not None:
        raise NotANetworkError
    low, high = 0, UNBOUNDED
    for piece in term.pieces:
        room, slope = threshold - piece.constant, piece.slopes[0]
        if slope > 0:
            high = min(high, room // slope)
        elif slope < 0:
            low = max(low, -(room // -slope))
        elif room < 0:
            high = -1
    return Limit(term.sets[0].programmes, low, high)


def _with_known_basis(climb: _Climb, level: Level) -> Level:
    """A guideline whose basis grows, once it is known how many are placed: then only the general track counts."""
    everybody = [len(term.sets) == 2 and term.sets[1].applicants is None for term in level.terms]
    if not all(everybody) or not any(done.objective == "placed" for done in climb.levels):
        raise NotANetworkError
    network, flow = climb.solved()
    num_placed = int((network.way_option[flow.held] != NOT_PLACED).sum())
    terms = tuple(
        Term(term.sets[:1], tuple(Piece(p.slopes[:1], p.constant + p.slopes[1] * num_placed) for p in term.pieces))
        for term in level.terms
    )
    return replace(level, terms=terms)
