"""The first of many equally good flows, against an enumeration of all of them."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.optimise.canonical_flow import BoolArray, first_flow


def all_flows(cell_free: BoolArray, cell_up: BoolArray, total_free: BoolArray, total_up: BoolArray) -> list[BoolArray]:
    """Every matrix that agrees with ``cell_up`` where nothing is free, and on every programme's total."""
    free_at = np.argwhere(cell_free)
    lowest_total = cell_up.sum(axis=0) - (total_free & total_up)
    found = []
    for values in product([False, True], repeat=len(free_at)):
        flow = cell_up.copy()
        flow[tuple(free_at.T)] = values
        above = flow.sum(axis=0) - lowest_total
        is_total_allowed = np.where(total_free, (above == 0) | (above == 1), above == 0)
        if (flow.sum(axis=1) == cell_up.sum(axis=1)).all() and is_total_allowed.all():
            found.append(flow)
    return found


def written_order(flow: BoolArray) -> list[int]:
    ups: list[int] = [*flow.sum(axis=0).tolist(), *flow.ravel().tolist()]
    return [-up for up in ups]


@st.composite
def flows(draw: st.DrawFn) -> tuple[BoolArray, BoolArray, BoolArray, BoolArray]:
    shape = draw(st.sampled_from([(3, 3), (2, 3), (2, 5), (4, 3), (3, 4)]))
    # From one number, because lists of booleans are seldom half true.
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    cell_free = random.random(shape) < draw(st.sampled_from([0.6, 0.8, 1.0]))
    cell_up = random.random(shape) < draw(st.sampled_from([0.3, 0.5, 0.7]))
    total_free = random.random(shape[1]) < 0.7
    return cell_free, cell_up, total_free, total_free & (random.random(shape[1]) < 0.5)


def test_the_flow_found_is_the_first_of_all_in_the_written_order_and_has_the_earliest_totals() -> None:
    num_choices, num_with_swapped_totals = 0, 0

    @given(flows())
    @settings(max_examples=200, deadline=None)
    def check(given_flow: tuple[BoolArray, BoolArray, BoolArray, BoolArray]) -> None:
        nonlocal num_choices, num_with_swapped_totals
        candidates = all_flows(*given_flow)
        first = min(candidates, key=written_order)
        position = np.arange(first.shape[1])
        least_sum = min(int(flow.sum(axis=0) @ position) for flow in candidates)
        num_choices += len(candidates) > 1
        num_with_swapped_totals += len({tuple(flow.sum(axis=0)) for flow in candidates}) > 1
        found = first_flow(*given_flow)
        assert (found == first).all()
        assert int(found.sum(axis=0) @ position) == least_sum

    check()
    assert num_choices >= 60
    assert num_with_swapped_totals >= 40


def test_the_start_does_not_matter() -> None:
    cell_free = np.ones((3, 4), dtype=np.bool_)
    cell_free[1, 2] = False
    total_free = np.array([True, True, False, True])
    start_up = np.array([[0, 0, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1]], dtype=np.bool_)
    total_up = np.array([False, True, False, True])
    lowest_total = start_up.sum(axis=0) - total_up
    starts = all_flows(cell_free, start_up, total_free, total_up)
    found = [first_flow(cell_free, start, total_free, start.sum(axis=0) > lowest_total) for start in starts]
    assert len(starts) > 10
    assert all((flow == found[0]).all() for flow in found)


def test_a_cell_that_is_not_free_stays() -> None:
    cell_up = np.array([[0, 1], [1, 0]], dtype=np.bool_)
    nothing = np.zeros(2, dtype=np.bool_)
    all_but_one = np.array([[1, 1], [1, 0]], dtype=np.bool_)
    assert first_flow(all_but_one, cell_up, nothing, nothing).tolist() == cell_up.tolist()
    assert first_flow(np.ones((2, 2), dtype=np.bool_), cell_up, nothing, nothing).tolist() == [[1, 0], [0, 1]]
