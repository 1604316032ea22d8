"""Flows of optimal batches: the same optimum, and the same assignment, from wherever the search begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allocator.market.market import BoolArray
from allocator.optimise.assignment.as_network import limits_of
from allocator.optimise.assignment.assign import assign
from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.min_cost import NO_LIMIT, cheapest, improved
from allocator.optimise.assignment.network import Network, build
from allocator.optimise.assignment.objectives import ladder
from allocator.optimise.assignment.problem import Bound, Cells, CountedSet, Options, Problem
from allocator.optimise.assignment.weights import limbs, spreads, weights

NUM_PROGRAMMES = 12
NUM_SCHOOLS = 3


def city(seed: int, num_applicants: int, names: tuple[str, ...], num_choices: int = 5) -> Problem:
    """Two pools, one of them with feeder cells; nested bounds, of which some bind."""
    rng = np.random.default_rng(seed)
    lists = np.stack([rng.permutation(NUM_PROGRAMMES)[:num_choices] for _ in range(num_applicants)])
    number = np.sort(rng.integers(1, num_choices + 1, lists.shape), axis=1)  # equal numbers: indifference
    seats = rng.integers(0, 2 * num_applicants // NUM_PROGRAMMES + 1, (NUM_PROGRAMMES, 1 + NUM_SCHOOLS))
    seats[:, 1:] //= NUM_SCHOOLS
    place = np.arange(NUM_PROGRAMMES)
    first = np.stack([place * (1 + NUM_SCHOOLS), place * (1 + NUM_SCHOOLS) + 1], axis=1).astype(np.int32)

    def bound(members: BoolArray, least: float, most: float) -> Bound:
        total = int(seats[members].sum())
        return Bound("cap", CountedSet(members), int(least * total), int(most * total), int(0.6 * total), 0)

    return Problem(
        options=Options(
            start=np.arange(num_applicants + 1) * num_choices,
            programme=lists.ravel().astype(np.int32),
            number=number.ravel().astype(np.int32),
            pools=rng.integers(1, 4, lists.size).astype(np.uint64),
            choice=np.arange(lists.size),
            in_own_area=rng.random(lists.size) < 0.3,
        ),
        cells=Cells(first, np.array([False, True]), NUM_SCHOOLS, seats.ravel()),
        applicant_school=rng.integers(0, NUM_SCHOOLS, num_applicants).astype(np.int32),
        is_general=place % 2 == 0,
        order=rng.permutation(num_applicants),
        programme_order=rng.permutation(NUM_PROGRAMMES),
        ladder=(*names, "score"),
        bounds=(bound(place < 4, 0.3, 0.7), bound(place < 8, 0.2, 0.8)),
    )


def network_of(problem: Problem) -> Network:
    levels = [level for level in ladder(problem) if isinstance(level, Level)]
    found = build(problem, levels, limits_of(problem), np.ones(len(problem.options.programme), dtype=np.bool_))
    assert found is not None  # the bounds are nested
    return found


LADDERS = [
    ("placed", "choice"),
    ("placed",),
    ("feeder", "choice_squared", "placed"),
    ("profile_greedy", "feeder"),
    ("placed", "targets", "profile_generous"),
    (),
]


@pytest.mark.parametrize("names", LADDERS)
@pytest.mark.parametrize("seed", range(4))
def test_cancelling_cycles_from_nobody_placed_ends_in_the_same_assignment(seed: int, names: tuple[str, ...]) -> None:
    problem = city(seed, 90, names)
    network = network_of(problem)
    flow = cheapest(network)
    nobody = improved(network, network.start[1:] - 1, np.zeros(len(network.arc_tail), dtype=np.int64), NO_LIMIT)
    assert nobody is not None
    assert nobody.totals == flow.totals
    one, other = assign(problem, network, flow), assign(problem, network, nobody)
    assert one.option.tolist() == other.option.tolist()
    assert one.cell.tolist() == other.cell.tolist()
    assert (one.option >= 0).any()


def test_a_profile_of_many_choices_needs_several_limbs_and_stays_exact() -> None:
    problem = city(7, 60, ("profile_generous", "placed", "profile_greedy"), num_choices=11)
    network = network_of(problem)
    assert len(limbs(network)) > 1
    nobody = improved(network, network.start[1:] - 1, np.zeros(len(network.arc_tail), dtype=np.int64), NO_LIMIT)
    assert nobody is not None
    assert cheapest(network).totals == nobody.totals


def test_every_weight_outweighs_all_later_levels_along_a_path() -> None:
    network = network_of(city(1, 50, ("placed", "feeder", "choice")))
    spread = spreads(network)
    found = weights(spread, network.num_nodes)
    for level, weight in enumerate(found):
        later = zip(found[level + 1 :], spread[level + 1 :], strict=True)
        assert weight > sum(w * s * network.num_nodes for w, s in later)


def test_a_lower_bound_that_binds_comes_before_every_objective() -> None:
    problem = city(3, 80, ("choice",))  # the least sum of choice numbers places nobody
    network = network_of(problem)
    least = sum(bound.at_least for bound in problem.bounds)
    assert network.lower_bounds == least > 0
    flow = cheapest(network)
    assert flow.totals[0] == -least
    without = cheapest(network_of(replace(problem, bounds=())))
    assert without.totals == (0,)
