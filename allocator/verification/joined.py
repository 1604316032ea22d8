"""Arcs that come one after another: whether two nodes are already on one circle at a given time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.graph_search import components


@dataclass(frozen=True)
class TimedPairs:
    """Pairs of nodes with a time: arcs from when they are there, or questions about a moment."""

    tail: IntArray
    head: IntArray
    time: IntArray  # from 0

    def chosen(self, which: BoolArray | IntArray) -> TimedPairs:
        return TimedPairs(self.tail[which], self.head[which], self.time[which])


def joined(arcs: TimedPairs, questions: TimedPairs, num_nodes: int) -> BoolArray:
    """(question,) whether the two nodes can reach one another by arcs not later than the question's time.

    Nodes that are joined once stay joined. So the times are halved again and again, all halves at once: what is joined
    in the middle is looked at in the earlier half, inside its component, and what is not in the later half, with each
    component as one node. An arc is in one of the two halves only.
    """
    answer = np.zeros(len(questions.time), dtype=np.bool_)
    asked = np.arange(len(answer))
    together = components(arcs.tail, arcs.head, num_nodes)
    kept = together[questions.tail] == together[questions.head]
    asked, questions = asked[kept], questions.chosen(kept)
    arcs = arcs.chosen(together[arcs.tail] == together[arcs.head])
    first = np.zeros(num_nodes, dtype=np.int64)  # the first time of the half that a node is in
    size = 1
    while size <= int(questions.time.max(initial=0)):
        size *= 2
    while len(asked):
        size //= 2
        middle = first + max(0, size - 1)  # the last time of the earlier half
        early = arcs.time <= middle[arcs.tail]
        component = components(arcs.tail[early], arcs.head[early], num_nodes)
        same = component[questions.tail] == component[questions.head]
        in_early = questions.time <= middle[questions.tail]
        yes = same & ~in_early if size else same
        answer[asked[yes]] = True
        if size == 0:
            break
        asks_early, asks_late = same & in_early, ~same & ~in_early
        inside = component[arcs.tail] == component[arcs.head]
        # Earlier halves keep their nodes; components are new nodes behind them.
        number = num_nodes + component
        arcs_early, arcs_late = arcs.chosen(inside & early), _renamed(arcs.chosen(~inside), number)
        early_questions, late_questions = questions.chosen(asks_early), _renamed(questions.chosen(asks_late), number)
        asked = np.concatenate((asked[asks_early], asked[asks_late]))
        later = np.full(int(component.max(initial=-1)) + 1, -1, dtype=np.int64)
        later[component] = first + size
        first = np.concatenate((first, later))
        arcs, questions = _both(arcs_early, arcs_late), _both(early_questions, late_questions)
        arcs, questions, first = _compact(arcs, questions, first)
        num_nodes = len(first)
    return answer


def _renamed(pairs: TimedPairs, number: IntArray) -> TimedPairs:
    return TimedPairs(number[pairs.tail], number[pairs.head], pairs.time)


def _both(one: TimedPairs, other: TimedPairs) -> TimedPairs:
    return TimedPairs(
        np.concatenate((one.tail, other.tail)),
        np.concatenate((one.head, other.head)),
        np.concatenate((one.time, other.time)),
    )


def _compact(arcs: TimedPairs, questions: TimedPairs, first: IntArray) -> tuple[TimedPairs, TimedPairs, IntArray]:
    """Only the nodes of halves in which something is asked, numbered anew, and their arcs."""
    halves = np.zeros(int(first.max(initial=0)) + 1, dtype=np.bool_)
    halves[first[questions.tail]] = True
    arcs = arcs.chosen(halves[first[arcs.tail]])
    used = np.zeros(len(first), dtype=np.bool_)
    for pairs in (arcs, questions):
        used[pairs.tail] = True
        used[pairs.head] = True
    number = np.cumsum(used) - 1
    return _renamed(arcs, number), _renamed(questions, number), first[used]
