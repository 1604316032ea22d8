"""P9 in a network: no objective can be made better without loss to those before it.

Level by level: potentials with which no arc of the residual network costs less than nothing show that no circle of
changes improves the level. A circle that leaves the level as it is consists of arcs that cost exactly nothing at these
potentials, so the next level looks at them alone; and at last they are all the ways to another optimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.counted_sets import CountedSet
from allocator.verification.graph_search import components, potentials
from allocator.verification.objective_values import Value
from allocator.verification.optimal_counts import Counts
from allocator.verification.optimal_tables import NOT_PLACED, OptimalTables
from allocator.verification.residual_network import MOVE, SET, Arcs, Level, Network, all_arcs, changed, costs

MOST_CIRCLES = 64  # that are followed to see whether a worst case can be done away with
LARGEST_UNIT = 2**30  # of a guideline's denominators, so that sums of costs stay within 64 bits


@dataclass(frozen=True)
class LadderVerdict:
    """What was found, objective by objective, down to the first that can be improved."""

    proven: tuple[str, ...]
    not_proven: tuple[str, ...]  # neither improved nor proven to be optimal
    improved: str | None  # an objective that can be made better at no loss to those before
    circle: IntArray  # ways of such an improvement
    network: Network  # with the bounds that worst cases add
    free: Arcs  # along which one optimum turns into another


@dataclass(frozen=True)
class _Settled:
    level: Level
    potential: IntArray


def levels(
    objective: str, tables: OptimalTables, own_area: BoolArray, counts: Counts, largest: int
) -> tuple[Level, ...]:
    """An objective but a worst case, as numbers that are made small."""
    placed = tables.way_programme != NOT_PLACED
    number = np.where(placed, tables.way_number, 0)
    batch = tables.batch
    if objective == "placed":
        return (Level(objective, way_cost=-placed.astype(np.int64)),)
    if objective == "feeder":
        return (Level(objective, cell_cost=-batch.per_school[batch.cell_pool].astype(np.int64)),)
    if objective == "same_area":
        return (Level(objective, way_cost=-own_area.astype(np.int64)),)
    if objective == "choice":
        return (Level(objective, way_cost=number),)
    if objective == "choice_squared":
        return (Level(objective, way_cost=number * number),)
    if objective == "profile_greedy":
        return tuple(Level(objective, way_cost=-(number == k).astype(np.int64)) for k in range(1, largest + 1))
    if objective == "profile_generous":
        return tuple(Level(objective, way_cost=(number == k).astype(np.int64)) for k in range(largest, 0, -1))
    unit = counts.guideline.denominator if objective == "guideline" and counts.guideline is not None else 1
    return (Level(objective, of_sets=True, unit=unit),)


def judge_ladder(
    net: Network, ladder: Sequence[str], values: dict[str, Value], counts: Counts, own_area: BoolArray, largest: int
) -> LadderVerdict:
    """Whether each objective of the ladder, but ``score``, is as good as those before it allow."""
    free = all_arcs(net)
    settled: list[_Settled] = []
    proven: list[str] = []
    not_proven: list[str] = []
    nothing = np.zeros(0, dtype=np.int64)
    for objective in ladder:
        if objective == "score":
            continue
        if objective in ("worst_choice", "worst_target"):
            value = values[objective]
            assert not isinstance(value, tuple)
            verdict = _worst_case(net, free, settled, objective, int(value), counts)
            if verdict is False:
                return LadderVerdict(tuple(proven), tuple(not_proven), objective, nothing, net, free)
            (not_proven if verdict is None else proven).append(objective)
            net = _bounded(net, objective, int(value), counts)
            free = _free(net, settled)
            continue
        for level in levels(objective, net.tables, own_area, counts, largest):
            if level.unit > LARGEST_UNIT:
                not_proven.append(objective)
                break
            cost = costs(net, free, level)
            if not cost.any():
                continue
            potential, circle = potentials(free.tail, free.head, cost, net.num_nodes)
            if len(circle):
                moved = free.chosen(circle)
                ways = moved.item[moved.kind == MOVE]
                return LadderVerdict(tuple(proven), tuple(not_proven), objective, ways, net, free)
            settled.append(_Settled(level, potential))
            free = free.chosen(cost + potential[free.tail] == potential[free.head])
        else:
            proven.append(objective)
    return LadderVerdict(tuple(proven), tuple(not_proven), None, nothing, net, free)


def _free(net: Network, settled: Sequence[_Settled]) -> Arcs:
    """The arcs that leave all settled levels as they are."""
    arcs = all_arcs(net)
    for one in settled:
        cost = costs(net, arcs, one.level)
        arcs = arcs.chosen(cost + one.potential[arcs.tail] == one.potential[arcs.head])
    return arcs


def _bounded(net: Network, objective: str, value: int, counts: Counts) -> Network:
    """The network in which no worst case is worse than this."""
    if objective == "worst_choice":
        tables = net.tables
        return replace(net, may_use=net.may_use & ((tables.way_programme == NOT_PLACED) | (tables.way_number <= value)))
    sets: list[CountedSet] = []
    for one in net.sets:
        for target in _targets(one, counts):
            one = replace(one, at_least=max(one.at_least, target - value), at_most=min(one.at_most, target + value))
        sets.append(one)
    return replace(net, sets=tuple(sets))


def _targets(one: CountedSet, counts: Counts) -> list[int]:
    """The targets of the caps on this set of programmes, less what earlier batches admitted."""
    return [
        cap.of.rule.target - cap.earlier
        for cap in counts.caps
        if cap.of.rule.target is not None and (cap.of.programmes == one.programmes).all()
    ]


def _worst_case(
    net: Network, free: Arcs, settled: Sequence[_Settled], objective: str, value: int, counts: Counts
) -> bool | None:
    """Whether no optimum of the objectives before has a better worst case; None if that was not found out.

    What is as bad as the worst case is done away with, circle by circle, among the optima of the objectives before.
    """
    if value == 0 or (objective == "worst_target" and _is_fixed(counts, value)):
        return True
    for _ in range(MOST_CIRCLES):
        cost = _too_bad(net, free, objective, value, counts)
        if objective == "worst_choice" and _one_is_stuck(net, free, value):
            return True
        _, circle = potentials(free.tail, free.head, cost, net.num_nodes)
        if not len(circle):
            return _num_too_bad(net, objective, value, counts) > 0
        net = changed(net, free.chosen(circle))
        free = _free(net, settled)
    return None


def _is_fixed(counts: Counts, value: int) -> bool:
    """Whether a cap on no programme at all is as far from its target."""
    return any(
        cap.of.rule.target is not None and not cap.of.programmes.any() and abs(cap.total - cap.of.rule.target) >= value
        for cap in counts.caps
    )


def _is_too_bad(net: Network, value: int) -> BoolArray:
    """(way,) ways as bad as the worst choice."""
    tables = net.tables
    result: BoolArray = (tables.way_programme != NOT_PLACED) & (tables.way_number >= value)
    return result


def _num_too_bad(net: Network, objective: str, value: int, counts: Counts) -> int:
    if objective == "worst_choice":
        return int(_is_too_bad(net, value)[net.held].sum())
    flows = net.set_flow.tolist()
    return sum(_beyond(one, counts, value, flow) for one, flow in zip(net.sets, flows, strict=True))


def _beyond(one: CountedSet, counts: Counts, value: int, flow: int) -> int:
    """By how much a set is as far from its targets as the worst one, or farther."""
    return sum(max(0, abs(flow - target) - (value - 1)) for target in _targets(one, counts))


def _too_bad(net: Network, arcs: Arcs, objective: str, value: int, counts: Counts) -> IntArray:
    """(arc,) the change in how many worst cases there are."""
    if objective == "worst_choice":
        return costs(net, arcs, Level(objective, way_cost=_is_too_bad(net, value).astype(np.int64)))
    cost = np.zeros(len(arcs.tail), dtype=np.int64)
    for a in np.flatnonzero(arcs.kind == SET).tolist():
        one, flow = net.sets[int(arcs.item[a])], int(net.set_flow[arcs.item[a]])
        cost[a] = _beyond(one, counts, value, flow + int(arcs.sign[a])) - _beyond(one, counts, value, flow)
    return cost


def _one_is_stuck(net: Network, free: Arcs, value: int) -> bool:
    """Whether somebody with a worst choice is on no circle of free arcs that would take it away from them."""
    better = free.chosen((free.kind != MOVE) | ~_is_too_bad(net, value)[np.where(free.kind == MOVE, free.item, 0)])
    component = components(better.tail, better.head, net.num_nodes)
    leaves = better.chosen((better.kind == MOVE) & (component[better.tail] == component[better.head]))
    can_leave = np.zeros(len(net.held), dtype=np.bool_)
    can_leave[net.tables.row[leaves.item]] = True
    stuck = _is_too_bad(net, value)[net.held] & ~can_leave
    return bool(stuck.any())
