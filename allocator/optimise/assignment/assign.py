"""From an optimal flow to the one assignment that R10 defines: ``score``, then programmes, then pools."""

from __future__ import annotations

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.min_cost import NO_LIMIT, Flow, improved
from allocator.optimise.assignment.network import NOT_PLACED, Network, usable_cells
from allocator.optimise.assignment.problem import Assignment, Problem
from allocator.optimise.assignment.settle import settle

UNPLACED_KEY = 2**40  # worse than every choice number


def assign(problem: Problem, network: Network, flow: Flow) -> Assignment:
    """Settle an optimal flow in three passes, each in ranking order: choice number, programme_id, pool.

    Later passes only choose among what the earlier ones left equal, for everybody.
    """
    of_applicant = np.full(problem.num_applicants, NOT_PLACED, dtype=np.int64)
    if not len(network.participant):
        return Assignment(of_applicant, of_applicant)
    order = _rows_in_order(problem, network.participant)
    held, flows, free = flow.held.copy(), flow.flow.copy(), flow.free_ways.copy()
    option = network.way_option
    by_number = np.where(option == NOT_PLACED, UNPLACED_KEY, problem.options.number[option].astype(np.int64))
    by_programme = np.where(option == NOT_PLACED, 0, problem.programme_order[problem.options.programme[option]])
    for key in (by_number, by_programme):
        settle(
            order,
            network.start,
            network.way_node,
            key.astype(np.int64),
            free,
            network.arc_tail,
            network.arc_head,
            network.arc_capacity,
            flow.free_arcs,
            held,
            flows,
            network.num_nodes,
        )
        if (np.add.reduceat(free, network.start[:-1]) == 1).all():
            break
    of_applicant[network.participant] = option[held]
    return Assignment(of_applicant, _cells(problem, network, held, flows))


def _rows_in_order(problem: Problem, participant: IntArray) -> IntArray:
    """(row,) the rows in ranking order."""
    place = np.empty(problem.num_applicants, dtype=np.int64)
    place[problem.order] = np.arange(problem.num_applicants)
    return np.argsort(place[participant])


def _cells(problem: Problem, network: Network, held: IntArray, flows: IntArray) -> IntArray:
    """(applicant,) the cell of each admission; who may use several gets them in ranking order, in pools order."""
    node = network.way_node[held]
    placed = np.flatnonzero(network.way_option[held] != NOT_PLACED)
    cell = np.full(len(held), -1, dtype=np.int64)
    cell[placed] = network.node_cell[node[placed]]
    several = placed[cell[placed] < 0]  # they stand at an entry
    if len(several):
        cell[several] = _spread(network, held, flows, several)
        cell[several] = _in_order(problem, network, held, cell, several)
    of_applicant = np.full(problem.num_applicants, -1, dtype=np.int64)
    of_applicant[network.participant] = cell
    return of_applicant


def _spread(network: Network, held: IntArray, flows: IntArray, several: IntArray) -> IntArray:
    """(row at an entry,) cells as the flow has them, whoever gets which."""
    entry = network.way_node[held[several]]
    arcs = np.flatnonzero(network.node_cell[network.arc_tail] < 0)
    arcs = arcs[network.node_cell[network.arc_head[arcs]] >= 0]
    arcs = arcs[np.argsort(network.arc_tail[arcs], kind="stable")]
    cells = np.repeat(network.node_cell[network.arc_head[arcs]], flows[arcs])
    found = np.empty(len(several), dtype=np.int64)
    found[np.argsort(entry, kind="stable")] = cells
    return found


def _in_order(problem: Problem, network: Network, held: IntArray, cell: IntArray, several: IntArray) -> IntArray:
    """(row at an entry,) the cells, settled by pool among assignments of equal cost."""
    choices = usable_cells(problem, network.way_option[held[several]])
    row, pool = np.nonzero(choices >= 0)
    used, node = np.unique(choices[row, pool], return_inverse=True)
    seats = problem.cells.seats.copy()
    seats -= np.bincount(np.delete(cell, several) + 1, minlength=len(seats) + 1)[1:]  # those of the rows at no entry
    # A cell's arc is the one that leaves its node.
    leaving = np.flatnonzero(network.node_cell[network.arc_tail] >= 0)
    cost = np.zeros((len(seats), network.num_levels), dtype=np.int64)
    cost[network.node_cell[network.arc_tail[leaving]]] = network.arc_cost[leaving]
    within = Network(
        participant=network.participant[several],
        start=np.searchsorted(row, np.arange(len(several) + 1)),
        way_option=np.zeros(len(row), dtype=np.int64),
        way_node=node.astype(np.int64),
        way_cost=np.zeros((len(row), network.num_levels), dtype=np.int64),
        arc_tail=np.arange(len(used)),
        arc_head=np.full(len(used), len(used)),
        arc_capacity=seats[used],
        arc_cost=cost[used],
        node_cell=np.append(used, -1),
        num_nodes=len(used) + 1,
        lower_bounds=0,
    )
    own = np.flatnonzero(used[node] == cell[several][row])
    flow = improved(within, own, np.bincount(node[own], minlength=len(used)), NO_LIMIT)
    assert flow is not None  # there is no limit
    settle(
        _rows_in_order(problem, within.participant),
        within.start,
        within.way_node,
        pool.astype(np.int64),
        flow.free_ways,
        within.arc_tail,
        within.arc_head,
        within.arc_capacity,
        flow.free_arcs,
        flow.held,
        flow.flow,
        within.num_nodes,
    )
    return used[node[flow.held]]
