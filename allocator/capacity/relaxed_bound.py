"""How many applicants classes could improve at most: a flow that forgets stability but not what is out of reach.

If every site had all the classes that it could have by itself, nobody would get less than under any plan (rules.md,
section 4), and every line would be at its lowest. So under any plan, applicants get what they have now or a better cell
whose lowest line they reach. Among such assignments to the seats there are, with as many more as the budget can buy
anywhere, the flow finds the most improved. It is a bound, as every plan's outcome is one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from allocator.capacity.base import Base
from allocator.capacity.chains import SeatMarket, best_of_every_cell
from allocator.capacity.search import Limits
from allocator.capacity.trial import FollowedTrial, Site
from allocator.market.market import IntArray


def most_improved(base: Base, trial: FollowedTrial, sites: Sequence[Site], limits: Limits) -> int:
    """No plan improves more applicants than this.

    Args:
        trial: without any class added, and so returned.
    """
    for site in sites:
        trial.add(site, site.at_most)
    flat, standing = trial.flat, trial.standing
    best_of_every_cell(flat, standing)
    in_reach = np.arange(len(flat.want_entry)) < np.repeat(standing.next_want, np.diff(flat.want_start))
    entry = np.sort(flat.want_entry[in_reach]).astype(np.int64)  # by applicant, best first
    for _ in sites:
        trial.take()
    return _largest(base, flat, entry, sites, limits) if len(entry) else 0


def _largest(base: Base, flat: SeatMarket, entry: IntArray, sites: Sequence[Site], limits: Limits) -> int:
    """The flow: from applicants over cells and the cells whose unfilled seats they are, to the seats."""
    applicant = flat.entry_applicant[entry].astype(np.int64)
    movers, mover = np.unique(applicant, return_inverse=True)
    held = flat.cell[movers].astype(np.int64)
    num_cells = len(flat.falls_to)
    nowhere, sink, more = num_cells, num_cells + 1, num_cells + 2
    first_mover = num_cells + 3
    stays = held >= 0
    improves = flat.entry_position[entry] // flat.num_stages < flat.position[applicant] // flat.num_stages
    falls = np.flatnonzero(flat.falls_to >= 0)
    own_seats = np.concatenate([batch.cell_seats for batch in base.market.batches])
    has_seats = np.flatnonzero(own_seats > 0)
    everybody = base.market.num_applicants
    tail, head, capacity, cost = (
        np.concatenate(parts).astype(np.int64)
        for parts in (
            (
                first_mover + mover,
                first_mover + np.arange(len(movers)),
                flat.falls_to[falls],
                has_seats,
                [site.flat_cell for site in sites],
                [nowhere, more],
            ),
            (
                flat.entry_cell[entry],
                np.where(stays, held, nowhere),
                falls,
                np.full(len(has_seats), sink),
                np.full(len(sites), more),
                [sink, sink],
            ),
            (
                np.ones(len(entry)),
                np.ones(len(movers)),
                np.full(len(falls), everybody),
                own_seats[has_seats],
                [site.at_most * site.size for site in sites],
                [everybody, _most_seats(sites, limits)],
            ),
            (-improves.astype(np.int64), np.zeros(len(movers) + len(falls) + len(has_seats) + len(sites) + 2)),
        )
    )
    supply = np.zeros(first_mover + len(movers), dtype=np.int64)
    seated = np.delete(flat.cell, movers)
    np.add.at(supply, seated[seated >= 0], 1)
    supply[first_mover:] = 1
    supply[sink] = -supply.sum()
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    flow.set_nodes_supplies(np.arange(len(supply)), supply)
    if flow.solve() != flow.OPTIMAL:
        raise AssertionError("what everybody has now is such an assignment")
    return -int(flow.optimal_cost())


def _most_seats(sites: Sequence[Site], limits: Limits) -> int:
    """No plan adds more seats than this: classes of the most seats for their cost first, the last one in part."""
    left, seats = Fraction(limits.budget), Fraction(0)
    for site in sorted(sites, key=lambda site: Fraction(site.size, site.cost), reverse=True):
        classes = min(Fraction(site.at_most), left / site.cost)
        seats += classes * site.size
        left -= classes * site.cost
    return int(seats)
