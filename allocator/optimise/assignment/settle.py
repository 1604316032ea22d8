"""R10's ``score`` among optimal flows: one applicant after the other gets the best that is still possible.

An optimal flow stays optimal exactly if it is shifted along cycles of free arcs of its residual network. Somebody can
have another free way if from its node a path of free arcs leads back to where they are. Whoever was settled keeps only
ways that are as good, so the free arcs grow fewer. The path is searched from both ends. A search that fails has found
a set of nodes that no path leaves, or that none enters: no cycle crosses its border any more. So the nodes fall apart
into *regions*, and no search looks beyond its own.
"""

from __future__ import annotations

import numpy as np

from allocator.market.market import BoolArray, IntArray
from allocator.mechanisms.compilation import compiled

NOWHERE = -1
ONWARD, BACK = 1, 2  # from which end a search has reached a node: the mark is 4 × the search, and this


@compiled
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
    num_rows, num_ways = len(start) - 1, len(way_node)
    row_of = np.empty(num_ways, dtype=np.int64)
    is_open = np.zeros(num_ways, dtype=np.bool_)  # ways by which a path can lead: of rows with more than one
    for row in range(num_rows):
        row_of[start[row] : start[row + 1]] = row
        if _count(free, start, row) > 1:
            is_open[start[row] : start[row + 1]] = free[start[row] : start[row + 1]]
    arc_first, arcs = _arcs_by_node(tail, head, is_free, num_nodes)
    way_first, way_end, ways = _ways_by_node(way_node, is_open, num_nodes)
    first_at = np.full(num_nodes, NOWHERE, dtype=np.int64)  # lists of the rows that stand at each node and may move
    links = np.full((num_rows, 2), NOWHERE, dtype=np.int64)
    num_at = np.zeros(num_nodes, dtype=np.int64)
    for row in range(num_rows):
        if is_open[held[row]]:
            _enter(first_at, links, num_at, row, way_node[held[row]])
    region = np.zeros(num_nodes, dtype=np.int64)
    num_regions = 1
    mark = np.zeros(num_nodes, dtype=np.int64)
    step = np.empty(num_nodes, dtype=np.int64)  # the way, or num_ways + arc, by which a search came to the node
    queues = np.empty((2, num_nodes), dtype=np.int64)  # onward, back
    search = 0
    for place in range(num_rows):
        row = order[place]
        if not is_open[held[row]]:
            continue
        # Whoever asks is no way out for others until they are answered.
        _leave(first_at, links, num_at, row, way_node[held[row]])
        is_open[start[row] : start[row + 1]] = False
        while True:
            wanted = _next_key(free, start, way_key, held, row)
            if wanted < 0:
                break
            goal = way_node[held[row]]
            direct = _way_to(goal, start, way_node, way_key, free, row, wanted)
            if direct >= 0:
                held[row] = direct
                break
            search += 1
            before, joint, after, num_cut_off = _search(
                start, row_of, way_node, way_key, free, is_open, tail, head, capacity, held, flow, arc_first, arcs,
                way_first, way_end, ways, first_at, links, num_at, region, mark, step, queues, search, row, wanted, goal,
            )  # fmt: skip
            if joint >= 0:
                entered = _shift(
                    before, joint, after, goal, step, row_of, way_node, tail, head, first_at, links, num_at, held, flow
                )
                held[row] = _way_to(entered, start, way_node, way_key, free, row, wanted)
                break
            side = 0 if before >= 0 else 1
            for at in range(num_cut_off):
                region[queues[side, at]] = num_regions
            num_regions += 1
            for way in range(start[row], start[row + 1]):
                free[way] = free[way] and way_key[way] != wanted
        for way in range(start[row], start[row + 1]):
            free[way] = free[way] and way_key[way] == way_key[held[row]]
        if _count(free, start, row) > 1:
            is_open[start[row] : start[row + 1]] = free[start[row] : start[row + 1]]
            _enter(first_at, links, num_at, row, way_node[held[row]])


@compiled
def _search(
    start: IntArray,
    row_of: IntArray,
    way_node: IntArray,
    way_key: IntArray,
    free: BoolArray,
    is_open: BoolArray,
    tail: IntArray,
    head: IntArray,
    capacity: IntArray,
    held: IntArray,
    flow: IntArray,
    arc_first: IntArray,
    arcs: IntArray,
    way_first: IntArray,
    way_end: IntArray,
    ways: IntArray,
    first_at: IntArray,
    links: IntArray,
    num_at: IntArray,
    region: IntArray,
    mark: IntArray,
    step: IntArray,
    queues: IntArray,
    search: int,
    row: int,
    wanted: int,
    goal: int,
) -> tuple[int, int, int, int]:
    """Search a path from the nodes of the wanted ways to the goal, from both ends.

    Where its halves join: the node before, the step, the node after. If there is none, the step is NOWHERE, the node
    before tells the end that is cut off (0: the wanted nodes, NOWHERE: the goal), and the last number its size.
    """
    num_ways, here = len(way_node), region[goal]
    onward, back = 4 * search + ONWARD, 4 * search + BACK
    mark[goal] = back
    step[goal] = NOWHERE
    queues[1, 0] = goal
    num_onward, num_back, next_onward, next_back = 0, 1, 0, 0
    work_onward, work_back = 0, 0  # ways looked at: nodes differ much in how many they have
    for way in range(start[row], start[row + 1]):
        node = way_node[way]
        if free[way] and way_key[way] == wanted and region[node] == here and mark[node] != onward:
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
        after_onward = work_onward + 8 * num_at[onward_node]
        after_back = work_back + way_end[back_node] - way_first[back_node]
        if after_onward <= after_back:
            work_onward = after_onward
            node = queues[0, next_onward]
            next_onward += 1
            for slot in range(arc_first[node], arc_first[node + 1]):
                arc, comes = arcs[slot] >> 1, arcs[slot] & 1
                target = tail[arc] if comes else head[arc]
                has_room = flow[arc] > 0 if comes else flow[arc] < capacity[arc]
                if has_room and mark[target] != onward and region[target] == here:
                    if mark[target] == back:
                        return node, num_ways + arc, target, 0
                    mark[target] = onward
                    step[target] = num_ways + arc
                    queues[0, num_onward] = target
                    num_onward += 1
            mover = first_at[node]
            while mover >= 0:
                for way in range(start[mover], start[mover + 1]):
                    target = way_node[way]
                    if is_open[way] and mark[target] != onward and region[target] == here:
                        if mark[target] == back:
                            return node, way, target, 0
                        mark[target] = onward
                        step[target] = way
                        queues[0, num_onward] = target
                        num_onward += 1
                mover = links[mover, 1]
        else:
            node = queues[1, next_back]
            next_back += 1
            for slot in range(arc_first[node], arc_first[node + 1]):
                arc, comes = arcs[slot] >> 1, arcs[slot] & 1
                target = tail[arc] if comes else head[arc]
                has_room = flow[arc] < capacity[arc] if comes else flow[arc] > 0
                if has_room and mark[target] != back and region[target] == here:
                    if mark[target] == onward:
                        return target, num_ways + arc, node, 0
                    mark[target] = back
                    step[target] = num_ways + arc
                    queues[1, num_back] = target
                    num_back += 1
            work_back = after_back
            at = way_first[node]
            while at < way_end[node]:
                way = ways[at]
                if not is_open[way] and row_of[way] != row:
                    way_end[node] -= 1  # closed for good
                    ways[at] = ways[way_end[node]]
                    continue
                at += 1
                target = way_node[held[row_of[way]]]
                if is_open[way] and mark[target] != back and region[target] == here:
                    if mark[target] == onward:
                        return target, way, node, 0
                    mark[target] = back
                    step[target] = way
                    queues[1, num_back] = target
                    num_back += 1


@compiled
def _shift(
    before: int,
    joint: int,
    after: int,
    goal: int,
    step: IntArray,
    row_of: IntArray,
    way_node: IntArray,
    tail: IntArray,
    head: IntArray,
    first_at: IntArray,
    links: IntArray,
    num_at: IntArray,
    held: IntArray,
    flow: IntArray,
) -> int:
    """Move one unit along the path, from the node where it begins, which is returned, to the goal."""
    node = after
    while node != goal:
        way = step[node]
        node = _take(way, node, row_of, way_node, tail, head, first_at, links, num_at, held, flow)
    _take(joint, before, row_of, way_node, tail, head, first_at, links, num_at, held, flow)
    node = before
    while step[node] >= 0:
        way = step[node]
        if way < len(way_node):
            node = way_node[held[row_of[way]]]
        else:
            arc = way - len(way_node)
            node = tail[arc] + head[arc] - node
        _take(way, node, row_of, way_node, tail, head, first_at, links, num_at, held, flow)
    return node


@compiled
def _take(
    step: int,
    node: int,
    row_of: IntArray,
    way_node: IntArray,
    tail: IntArray,
    head: IntArray,
    first_at: IntArray,
    links: IntArray,
    num_at: IntArray,
    held: IntArray,
    flow: IntArray,
) -> int:
    """One step from a node: the node that it leads to."""
    if step < len(way_node):
        mover = row_of[step]
        _leave(first_at, links, num_at, mover, node)
        held[mover] = step
        _enter(first_at, links, num_at, mover, way_node[step])
        return int(way_node[step])
    arc = step - len(way_node)
    flow[arc] += 1 if tail[arc] == node else -1
    return int(tail[arc] + head[arc] - node)


@compiled
def _way_to(
    node: int, start: IntArray, way_node: IntArray, way_key: IntArray, free: BoolArray, row: int, wanted: int
) -> int:
    """The row's free way of the wanted key to a node, NOWHERE if there is none."""
    for way in range(start[row], start[row + 1]):
        if free[way] and way_key[way] == wanted and way_node[way] == node:
            return way
    return NOWHERE


@compiled
def _next_key(free: BoolArray, start: IntArray, way_key: IntArray, held: IntArray, row: int) -> int:
    """The best key of a free way, if it is better than the held one's; else NOWHERE."""
    best = way_key[held[row]]
    found = NOWHERE
    for way in range(start[row], start[row + 1]):
        if free[way] and way_key[way] < best:
            best = way_key[way]
            found = best
    return int(found)


@compiled
def _count(free: BoolArray, start: IntArray, row: int) -> int:
    count = 0
    for way in range(start[row], start[row + 1]):
        count += free[way]
    return count


@compiled
def _arcs_by_node(tail: IntArray, head: IntArray, is_free: BoolArray, num_nodes: int) -> tuple[IntArray, IntArray]:
    """The free arcs at each node, 2·arc if it leaves it and 2·arc + 1 if it comes to it; where each node's begin."""
    first = np.zeros(num_nodes + 2, dtype=np.int64)
    for arc in range(len(tail)):
        if is_free[arc]:
            first[tail[arc] + 2] += 1
            first[head[arc] + 2] += 1
    for node in range(num_nodes):
        first[node + 2] += first[node + 1]
    arcs = np.empty(first[num_nodes + 1], dtype=np.int64)
    for arc in range(len(tail)):
        if is_free[arc]:
            arcs[first[tail[arc] + 1]] = 2 * arc
            first[tail[arc] + 1] += 1
            arcs[first[head[arc] + 1]] = 2 * arc + 1
            first[head[arc] + 1] += 1
    return first[: num_nodes + 1], arcs


@compiled
def _ways_by_node(way_node: IntArray, is_open: BoolArray, num_nodes: int) -> tuple[IntArray, IntArray, IntArray]:
    """The open ways to each node; where each node's begin, and end."""
    first = np.zeros(num_nodes + 1, dtype=np.int64)
    for way in range(len(way_node)):
        if is_open[way]:
            first[way_node[way] + 1] += 1
    for node in range(num_nodes):
        first[node + 1] += first[node]
    end = first[:num_nodes].copy()
    ways = np.empty(first[num_nodes], dtype=np.int64)
    for way in range(len(way_node)):
        if is_open[way]:
            ways[end[way_node[way]]] = way
            end[way_node[way]] += 1
    return first, end, ways


@compiled
def _enter(first_at: IntArray, links: IntArray, num_at: IntArray, row: int, node: int) -> None:
    num_at[node] += 1
    links[row, 0] = NOWHERE
    links[row, 1] = first_at[node]
    if first_at[node] >= 0:
        links[first_at[node], 0] = row
    first_at[node] = row


@compiled
def _leave(first_at: IntArray, links: IntArray, num_at: IntArray, row: int, node: int) -> None:
    num_at[node] -= 1
    if links[row, 0] >= 0:
        links[links[row, 0], 1] = links[row, 1]
    else:
        first_at[node] = links[row, 1]
    if links[row, 1] >= 0:
        links[links[row, 1], 0] = links[row, 0]
