"""R10's ``score`` among optimal flows: one applicant after the other gets the best that is still possible.

An optimal flow stays optimal exactly if it is shifted along cycles of free arcs of its residual network. Somebody can
have another free way if from its node a path of free arcs leads back to where they are. Whoever was settled keeps only
ways that are as good, so the free arcs grow fewer. The path is searched from both ends. A search that fails has found
a set of nodes that no path leaves, or that none enters: no cycle crosses its border any more. So the nodes fall apart
into *regions*, and no search looks beyond its own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from allocator.market.market import BoolArray, IntArray
from allocator.mechanisms.compilation import compiled

NOWHERE = -1
ONWARD, BACK = 1, 2  # from which end a search has reached a node: the mark is 4 × the search, and this
USUAL_LENGTH = 8  # of a list: only for guessing which end of a search is less work


class Ways(NamedTuple):
    """Everybody's ways."""

    start: IntArray  # (row + 1,)
    node: IntArray  # (way,) where it leads
    row: IntArray  # (way,) whose it is
    key: IntArray  # (way,) smaller is better, 0 is the least
    free: BoolArray  # (way,) of an optimal flow, and not given up since
    is_open: BoolArray  # (way,) a path can lead along it: free, and of somebody who may still move
    to_first: IntArray  # (node,) the open ways to a node begin here in to_node,
    to_end: IntArray  # (node,) and end here
    to_node: IntArray  # (open way,)


class Arcs(NamedTuple):
    """The arcs of the structure."""

    tail: IntArray  # (arc,)
    head: IntArray  # (arc,)
    capacity: IntArray  # (arc,)
    at_first: IntArray  # (node + 1,) the free arcs at a node begin here in at_node
    at_node: IntArray  # (free arc and end,) 2·arc if it leaves the node, 2·arc + 1 if it comes to it


class Place(NamedTuple):
    """Where everybody is: what changes as they move."""

    held: IntArray  # (row,) the way of each
    flow: IntArray  # (arc,)
    first_at: IntArray  # (node,) who stands there and may move: the first of a list
    links: IntArray  # (row, 2) the one before and the one after in it
    num_at: IntArray  # (node,) how many they are


class Search(NamedTuple):
    """What searches remember of nodes."""

    region: IntArray  # (node,)
    mark: IntArray  # (node,)
    step: IntArray  # (node,) the way, or the number of ways + arc, by which it was reached
    queues: IntArray  # (2, node) onward, back


def settle(
    order: IntArray,
    start: IntArray,
    way_node: IntArray,
    way_key: IntArray,
    free: BoolArray,
    tail: IntArray,
    head: IntArray,
    capacity: IntArray,
    is_free: BoolArray,
    held: IntArray,
    flow: IntArray,
    num_nodes: int,
) -> None:
    """Settle everybody by ``way_key``, in place: ``held``, ``flow``, and of ``free`` only ways of the key they got.

    Args:
        order: (row,) the rows, best first.
        start, way_node, way_key: (row + 1,), (way,), (way,) smaller is better, 0 is the least.
        free: (way,) ways of an optimal flow; the held ones are among them.
        tail, head, capacity, is_free: (arc,) arcs of the structure, and whether they cost nothing at the prices.
        held: (row,)
        flow: (arc,)
    """
    lengths = np.diff(start)
    is_open = free & np.repeat(np.add.reduceat(free, start[:-1], dtype=np.int64) > 1, lengths)
    open_ways = np.flatnonzero(is_open)
    open_ways = open_ways[np.argsort(way_node[open_ways], kind="stable")]
    to_first = np.searchsorted(way_node[open_ways], np.arange(num_nodes + 1))
    ends = np.flatnonzero(is_free)
    at = np.concatenate([tail[ends], head[ends]])
    by_node = np.argsort(at, kind="stable")
    ways = Ways(
        start=start,
        node=way_node,
        row=np.repeat(np.arange(len(lengths)), lengths),
        key=way_key,
        free=free,
        is_open=is_open,
        to_first=to_first[:-1].copy(),
        to_end=to_first[1:].copy(),
        to_node=open_ways,
    )
    arcs = Arcs(
        tail=tail,
        head=head,
        capacity=capacity,
        at_first=np.searchsorted(at[by_node], np.arange(num_nodes + 1)),
        at_node=np.concatenate([2 * ends, 2 * ends + 1])[by_node],
    )
    place = Place(
        held=held,
        flow=flow,
        first_at=np.full(num_nodes, NOWHERE, dtype=np.int64),
        links=np.full((len(lengths), 2), NOWHERE, dtype=np.int64),
        num_at=np.zeros(num_nodes, dtype=np.int64),
    )
    search = Search(
        region=np.zeros(num_nodes, dtype=np.int64),
        mark=np.zeros(num_nodes, dtype=np.int64),
        step=np.empty(num_nodes, dtype=np.int64),
        queues=np.empty((2, num_nodes), dtype=np.int64),
    )
    _settle(order, ways, arcs, place, search)


@compiled
def _settle(order: IntArray, ways: Ways, arcs: Arcs, place: Place, search: Search) -> None:
    for row in range(len(place.held)):
        if ways.is_open[place.held[row]]:
            _enter(place, row, ways.node[place.held[row]])
    num_searches, num_regions = 0, 1
    for row in order:
        if not ways.is_open[place.held[row]]:
            continue
        first, last = ways.start[row], ways.start[row + 1]
        # Whoever asks is no way out for others until they are answered.
        _leave(place, row, ways.node[place.held[row]])
        ways.is_open[first:last] = False
        while True:
            wanted = _next_key(ways, place, row)
            if wanted < 0:
                break
            goal = ways.node[place.held[row]]
            direct = _way_to(ways, row, goal, wanted)
            if direct >= 0:
                place.held[row] = direct
                break
            num_searches += 1
            before, joint, after, num_cut_off = _path(ways, arcs, place, search, num_searches, row, wanted, goal)
            if joint >= 0:
                entered = _shift(ways, arcs, place, search, before, joint, after, goal)
                place.held[row] = _way_to(ways, row, entered, wanted)
                break
            side = 0 if before >= 0 else 1
            for at in range(num_cut_off):
                search.region[search.queues[side, at]] = num_regions
            num_regions += 1
            for way in range(first, last):
                ways.free[way] = ways.free[way] and ways.key[way] != wanted
        num_free = 0
        for way in range(first, last):
            ways.free[way] = ways.free[way] and ways.key[way] == ways.key[place.held[row]]
            num_free += ways.free[way]
        if num_free > 1:
            ways.is_open[first:last] = ways.free[first:last]
            _enter(place, row, ways.node[place.held[row]])


@compiled
def _path(
    ways: Ways, arcs: Arcs, place: Place, search: Search, number: int, row: int, wanted: int, goal: int
) -> tuple[int, int, int, int]:
    """Search a path from the nodes of the wanted ways to the goal, from both ends.

    Where its halves join: the node before, the step, the node after. If there is none, the step is NOWHERE, the node
    before tells the end that is cut off (0: the wanted nodes, NOWHERE: the goal), and the last number its size.
    """
    region, mark, step, queues = search
    num_ways, here = len(ways.node), region[goal]
    onward, back = 4 * number + ONWARD, 4 * number + BACK
    mark[goal] = back
    step[goal] = NOWHERE
    queues[1, 0] = goal
    num_onward, num_back, next_onward, next_back = 0, 1, 0, 0
    work_onward, work_back = 0, 0
    for way in range(ways.start[row], ways.start[row + 1]):
        node = ways.node[way]
        if ways.free[way] and ways.key[way] == wanted and region[node] == here and mark[node] != onward:
            mark[node] = onward
            step[node] = NOWHERE
            queues[0, num_onward] = node
            num_onward += 1
    while True:
        if next_onward == num_onward:
            return 0, NOWHERE, NOWHERE, num_onward
        if next_back == num_back:
            return NOWHERE, NOWHERE, NOWHERE, num_back
        onward_node, back_node = queues[0, next_onward], queues[1, next_back]
        # About as many ways as will be looked at: those of whoever stands there, and those that lead there.
        after_onward = work_onward + USUAL_LENGTH * place.num_at[onward_node]
        after_back = work_back + ways.to_end[back_node] - ways.to_first[back_node]
        if after_onward <= after_back:
            work_onward = after_onward
            node = onward_node
            next_onward += 1
            for slot in range(arcs.at_first[node], arcs.at_first[node + 1]):
                arc, comes = arcs.at_node[slot] >> 1, arcs.at_node[slot] & 1
                target = arcs.tail[arc] if comes else arcs.head[arc]
                has_room = place.flow[arc] > 0 if comes else place.flow[arc] < arcs.capacity[arc]
                if has_room and mark[target] != onward and region[target] == here:
                    if mark[target] == back:
                        return node, num_ways + arc, target, 0
                    mark[target] = onward
                    step[target] = num_ways + arc
                    queues[0, num_onward] = target
                    num_onward += 1
            mover = place.first_at[node]
            while mover >= 0:
                for way in range(ways.start[mover], ways.start[mover + 1]):
                    target = ways.node[way]
                    if ways.is_open[way] and mark[target] != onward and region[target] == here:
                        if mark[target] == back:
                            return node, way, target, 0
                        mark[target] = onward
                        step[target] = way
                        queues[0, num_onward] = target
                        num_onward += 1
                mover = place.links[mover, 1]
        else:
            work_back = after_back
            node = back_node
            next_back += 1
            for slot in range(arcs.at_first[node], arcs.at_first[node + 1]):
                arc, comes = arcs.at_node[slot] >> 1, arcs.at_node[slot] & 1
                target = arcs.tail[arc] if comes else arcs.head[arc]
                has_room = place.flow[arc] < arcs.capacity[arc] if comes else place.flow[arc] > 0
                if has_room and mark[target] != back and region[target] == here:
                    if mark[target] == onward:
                        return target, num_ways + arc, node, 0
                    mark[target] = back
                    step[target] = num_ways + arc
                    queues[1, num_back] = target
                    num_back += 1
            at = ways.to_first[node]
            while at < ways.to_end[node]:
                way = ways.to_node[at]
                if not ways.is_open[way] and ways.row[way] != row:
                    ways.to_end[node] -= 1  # closed for good
                    ways.to_node[at] = ways.to_node[ways.to_end[node]]
                    continue
                at += 1
                target = ways.node[place.held[ways.row[way]]]
                if ways.is_open[way] and mark[target] != back and region[target] == here:
                    if mark[target] == onward:
                        return target, way, node, 0
                    mark[target] = back
                    step[target] = way
                    queues[1, num_back] = target
                    num_back += 1


@compiled
def _shift(ways: Ways, arcs: Arcs, place: Place, search: Search, before: int, joint: int, after: int, goal: int) -> int:
    """Move one unit along the path, from the node where it begins, which is returned, to the goal."""
    num_ways, step = len(ways.node), search.step
    node = after
    while node != goal:
        node = _take(ways, arcs, place, step[node], node)
    _take(ways, arcs, place, joint, before)
    node = before
    while step[node] >= 0:
        taken = step[node]
        if taken < num_ways:
            node = ways.node[place.held[ways.row[taken]]]
        else:
            node = arcs.tail[taken - num_ways] + arcs.head[taken - num_ways] - node
        _take(ways, arcs, place, taken, node)
    return int(node)


@compiled
def _take(ways: Ways, arcs: Arcs, place: Place, step: int, node: int) -> int:
    """One step from a node: the node that it leads to."""
    if step < len(ways.node):
        mover = ways.row[step]
        _leave(place, mover, node)
        place.held[mover] = step
        _enter(place, mover, ways.node[step])
        return int(ways.node[step])
    arc = step - len(ways.node)
    place.flow[arc] += 1 if arcs.tail[arc] == node else -1
    return int(arcs.tail[arc] + arcs.head[arc] - node)


@compiled
def _way_to(ways: Ways, row: int, node: int, wanted: int) -> int:
    """The row's free way of the wanted key to a node, NOWHERE if there is none."""
    for way in range(ways.start[row], ways.start[row + 1]):
        if ways.free[way] and ways.key[way] == wanted and ways.node[way] == node:
            return way
    return NOWHERE


@compiled
def _next_key(ways: Ways, place: Place, row: int) -> int:
    """The best key of a free way, if it is better than the held one's; else NOWHERE."""
    best = ways.key[place.held[row]]
    found = NOWHERE
    for way in range(ways.start[row], ways.start[row + 1]):
        if ways.free[way] and ways.key[way] < best:
            best = ways.key[way]
            found = best
    return int(found)


@compiled
def _enter(place: Place, row: int, node: int) -> None:
    """A row comes to a node, and may move on from there."""
    place.num_at[node] += 1
    place.links[row, 0] = NOWHERE
    place.links[row, 1] = place.first_at[node]
    if place.first_at[node] >= 0:
        place.links[place.first_at[node], 0] = row
    place.first_at[node] = row


@compiled
def _leave(place: Place, row: int, node: int) -> None:
    """A row leaves the node where it stands."""
    before, after = place.links[row, 0], place.links[row, 1]
    place.num_at[node] -= 1
    if before >= 0:
        place.links[before, 1] = after
    else:
        place.first_at[node] = after
    if after >= 0:
        place.links[after, 0] = before
