"""Two searches in graphs given by their arcs: least potentials or a negative cycle, and strong components."""

from __future__ import annotations

import numpy as np

from allocator.scenario.cohort import IntArray
from allocator.verification.compilation import compiled

NONE = -1


@compiled
def potentials(tail: IntArray, head: IntArray, cost: IntArray, num_nodes: int) -> tuple[IntArray, IntArray]:
    """Potentials with potential[head] ≤ potential[tail] + cost on every arc, or a negative cycle (Bellman-Ford).

    Returns:
        (node,) the potentials, and the arcs of a negative cycle, against their direction; empty if there is none.
    """
    potential = np.zeros(num_nodes, dtype=np.int64)
    arc_to = np.full(num_nodes, NONE, dtype=np.int64)
    seen = np.zeros(num_nodes, dtype=np.int64)
    passes = 0
    moved = True
    while moved:
        moved = False
        passes += 1
        for arc in range(len(tail)):
            reached = potential[tail[arc]] + cost[arc]
            if reached < potential[head[arc]]:
                potential[head[arc]] = reached
                arc_to[head[arc]] = arc
                moved = True
        if not moved:
            break
        # Arcs that lead round in a circle are a negative cycle; looking after every pass is cheap beside the pass.
        seen[:] = 0
        for node in range(num_nodes):
            at, label = node, node + 1
            while seen[at] == 0:
                seen[at] = label
                if arc_to[at] == NONE:
                    break
                at = tail[arc_to[at]]
            if seen[at] == label and arc_to[at] != NONE:
                length, last = 0, at
                while True:
                    length += 1
                    at = tail[arc_to[at]]
                    if at == last:
                        break
                cycle = np.empty(length, dtype=np.int64)
                for place in range(length):
                    cycle[place] = arc_to[at]
                    at = tail[arc_to[at]]
                return potential, cycle
    return potential, np.empty(0, dtype=np.int64)


@compiled
def components(tail: IntArray, head: IntArray, num_nodes: int) -> IntArray:
    """(node,) the strong component of each node: two nodes have the same if each can be reached from the other."""
    first = np.zeros(num_nodes + 1, dtype=np.int64)
    for arc in range(len(tail)):
        first[tail[arc] + 1] += 1
    for node in range(num_nodes):
        first[node + 1] += first[node]
    follows = np.empty(len(tail), dtype=np.int64)
    place = first[:-1].copy()
    for arc in range(len(tail)):
        follows[place[tail[arc]]] = head[arc]
        place[tail[arc]] += 1
    place[:] = first[:-1]
    number = np.zeros(num_nodes, dtype=np.int64)  # in the order of discovery, from 1
    lowest = np.zeros(num_nodes, dtype=np.int64)
    component = np.full(num_nodes, NONE, dtype=np.int64)
    path = np.empty(num_nodes, dtype=np.int64)
    waiting = np.empty(num_nodes, dtype=np.int64)
    num_found, num_components, num_waiting = 0, 0, 0
    for root in range(num_nodes):
        if number[root]:
            continue
        depth = 0
        path[0] = root
        num_found += 1
        number[root] = lowest[root] = num_found
        waiting[num_waiting] = root
        num_waiting += 1
        while depth >= 0:
            node = path[depth]
            if place[node] < first[node + 1]:
                following = follows[place[node]]
                place[node] += 1
                if number[following] == 0:
                    num_found += 1
                    number[following] = lowest[following] = num_found
                    waiting[num_waiting] = following
                    num_waiting += 1
                    depth += 1
                    path[depth] = following
                elif component[following] == NONE and number[following] < lowest[node]:
                    lowest[node] = number[following]
                continue
            if lowest[node] == number[node]:
                while True:
                    num_waiting -= 1
                    member = waiting[num_waiting]
                    component[member] = num_components
                    if member == node:
                        break
                num_components += 1
            depth -= 1
            if depth >= 0 and lowest[node] < lowest[path[depth]]:
                lowest[path[depth]] = lowest[node]
    return component
