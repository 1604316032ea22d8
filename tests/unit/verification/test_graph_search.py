"""The searches of P9 against the obvious way to answer the same question."""

from __future__ import annotations

import random

import numpy as np

from allocator.scenario.cohort import IntArray
from allocator.verification.graph_search import components, potentials
from allocator.verification.joined import TimedPairs, joined


def random_arcs(rng: random.Random, num_nodes: int, num_arcs: int) -> tuple[IntArray, IntArray]:
    tail, head = ([rng.randrange(num_nodes) for _ in range(num_arcs)] for _ in range(2))
    return np.array(tail, dtype=np.int64), np.array(head, dtype=np.int64)


def reachable(tail: IntArray, head: IntArray, num_nodes: int) -> np.ndarray:
    """(node, node) whether the second can be reached from the first."""
    reach = np.eye(num_nodes, dtype=np.bool_)
    reach[tail, head] = True
    for middle in range(num_nodes):
        reach |= reach[:, [middle]] & reach[[middle], :]
    return reach


def test_components_are_the_nodes_that_reach_one_another() -> None:
    rng = random.Random(1)
    for _ in range(200):
        num_nodes = rng.randint(1, 9)
        tail, head = random_arcs(rng, num_nodes, rng.randint(0, 16))
        reach, component = reachable(tail, head, num_nodes), components(tail, head, num_nodes)
        assert ((component[:, None] == component[None, :]) == (reach & reach.T)).all()


def test_either_there_are_potentials_or_a_circle_of_negative_cost() -> None:
    rng = random.Random(2)
    num_circles = 0
    for _ in range(300):
        num_nodes = rng.randint(1, 8)
        tail, head = random_arcs(rng, num_nodes, rng.randint(0, 14))
        cost = np.array([rng.randint(-2, 9) for _ in tail], dtype=np.int64)
        potential, circle = potentials(tail, head, cost, num_nodes)
        if len(circle):
            num_circles += 1
            assert cost[circle].sum() < 0
            assert (tail[circle] == head[np.roll(circle, -1)]).all(), "the arcs follow one another, backwards"
        else:
            assert (potential[head] <= potential[tail] + cost).all()
    assert 50 < num_circles < 250


def test_nodes_are_joined_from_the_moment_that_arcs_lead_round() -> None:
    rng = random.Random(3)
    seen = {True: 0, False: 0}
    for _ in range(300):
        num_nodes, last = rng.randint(1, 9), rng.choice([0, 1, 6, 30])
        tail, head = random_arcs(rng, num_nodes, rng.randint(0, 30))
        time = np.array([rng.randint(0, last) for _ in tail], dtype=np.int64)
        from_node, to_node = random_arcs(rng, num_nodes, 20)
        moment = np.array([rng.randint(0, last) for _ in from_node], dtype=np.int64)
        answer = joined(TimedPairs(tail, head, time), TimedPairs(from_node, to_node, moment), num_nodes)
        for i in range(20):
            there = time <= moment[i]
            reach = reachable(tail[there], head[there], num_nodes)
            expected = bool(reach[from_node[i], to_node[i]] and reach[to_node[i], from_node[i]])
            assert answer[i] == expected
            seen[expected] += 1
    assert min(seen.values()) > 500
