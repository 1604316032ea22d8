"""Apportionment of feeder seats (R9, P8): worked examples, properties, all roundings of small matrices."""

import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.optimise import controlled_rounding
from allocator.optimise.apportionment import IntArray, Method, apportion, exact_shares

METHODS: tuple[Method, ...] = ("largest_remainder", "controlled")
both_methods = pytest.mark.parametrize("method", METHODS)
Matrix = list[list[int]]
Shares = list[list[Fraction]]
Problem = tuple[list[int], list[int], int]  # seats, weights, minimum


def whole(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)


def cells(seats: Sequence[int], weight: Sequence[int], method: Method, minimum: int = 0) -> Matrix:
    result: Matrix = apportion(whole(seats), whole(weight), method=method, minimum=minimum).tolist()
    return result


def shares(seats: Sequence[int], weight: Sequence[int], minimum: int = 0) -> Shares:
    """R9 written out in fractions."""
    least = minimum * sum(w > 0 for w in weight)
    return [[minimum + Fraction((q - least) * w, sum(weight)) if q * w else Fraction() for w in weight] for q in seats]


def totals(matrix: Matrix) -> list[int]:
    return [sum(column) for column in zip(*matrix, strict=True)]


def exact_totals(exact: Shares) -> list[Fraction]:
    return [sum(column, start=Fraction()) for column in zip(*exact, strict=True)]


def is_rounding(value: int, exact: Fraction) -> bool:
    return floor(exact) <= value <= ceil(exact)


def all_controlled(seats: Sequence[int], exact: Shares) -> list[Matrix]:
    """Every controlled rounding, by trying all."""
    rows = [
        [list(row) for row in product(*({floor(q), ceil(q)} for q in programme_exact)) if sum(row) == num_seats]
        for num_seats, programme_exact in zip(seats, exact, strict=True)
    ]
    matrices = [list(matrix) for matrix in product(*rows)]
    return [matrix for matrix in matrices if all(map(is_rounding, totals(matrix), exact_totals(exact)))]


def distance(matrix: Matrix, exact: Shares) -> Fraction:
    return sum((abs(c - q) for _, c, q in with_positions(matrix, exact)), start=Fraction())


def positions_rounded_up(matrix: Matrix, exact: Shares) -> int:
    return sum(position for position, c, q in with_positions(matrix, exact) if c > q)


def with_positions(matrix: Matrix, exact: Shares) -> list[tuple[int, int, Fraction]]:
    """(school's position, seats, exact share) of every cell."""
    rows = zip(matrix, exact, strict=True)
    return [(position, c, q) for row in rows for position, (c, q) in enumerate(zip(*row, strict=True))]


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    largest_weight = draw(st.sampled_from([1, 2, 4, 10**15]))
    weight = draw(st.lists(st.integers(0, largest_weight), min_size=2, max_size=3).filter(any))
    minimum = draw(st.sampled_from([0, 0, 0, 1, 2]))
    least = minimum * sum(w > 0 for w in weight)
    seats = draw(st.lists(st.just(0) | st.integers(least + 1, least + 7), min_size=1, max_size=3))
    return seats, weight, minimum


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    weight = draw(st.lists(st.integers(0, 30), min_size=1, max_size=12).filter(any))
    minimum = draw(st.integers(0, 3))
    least = minimum * sum(w > 0 for w in weight)
    seats = draw(st.lists(st.just(0) | st.integers(least, least + 60), min_size=1, max_size=12))
    return seats, weight, minimum


@both_methods
def test_the_seat_left_over_goes_to_the_largest_remainder(method: Method) -> None:
    # 5 seats in proportion 3 : 3 : 1 are 15/7, 15/7 and 5/7.
    assert cells([5], [3, 3, 1], method) == [[2, 2, 1]]


@both_methods
def test_equal_remainders_go_to_the_smaller_identifiers(method: Method) -> None:
    assert cells([2], [1, 1, 1, 1], method) == [[1, 1, 0, 0]]
    assert cells([7], [5, 5, 5], method) == [[3, 2, 2]]


def test_controlled_rounding_keeps_a_school_near_its_exact_total_where_largest_remainders_do_not() -> None:
    # Shares 3/5 and 2/5 of one seat, three times: the exact totals are 9/5 and 6/5.
    assert cells([1, 1, 1], [3, 2], "largest_remainder") == [[1, 0], [1, 0], [1, 0]]
    assert cells([1, 1, 1], [3, 2], "controlled") == [[1, 0], [1, 0], [0, 1]]


def test_controlled_rounding_keeps_largest_remainders_where_the_totals_allow_them() -> None:
    # The exact totals are 6/5 and 4/5, so 2 and 0 are still roundings of them.
    assert cells([1, 1], [3, 2], "controlled") == [[1, 0], [1, 0]]


def test_among_equal_controlled_roundings_the_earliest_totals_are_rounded_up() -> None:
    # Every total is exactly 1/2: two of the four schools get a seat.
    assert cells([1, 1], [1, 1, 1, 1], "controlled") == [[1, 0, 0, 0], [0, 1, 0, 0]]


def test_among_equal_controlled_roundings_with_equal_totals_the_first_programme_comes_first() -> None:
    assert cells([1, 1, 2], [1, 1], "controlled") == [[1, 0], [0, 1], [1, 1]]
    assert cells([2, 1, 1, 2], [1, 1, 1], "controlled") == [[1, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 1]]


@both_methods
def test_the_minimum_comes_first_and_only_the_rest_is_shared_by_weight(method: Method) -> None:
    # 7 seats: one each for the two schools with a weight, then 5 in proportion 3 : 1, that is 15/4 and 5/4.
    assert cells([7], [3, 1, 0], method, minimum=1) == [[5, 2, 0]]
    assert cells([2], [3, 1, 0], method, minimum=1) == [[1, 1, 0]]


@both_methods
def test_a_programme_without_seats_gets_zeros_despite_a_minimum(method: Method) -> None:
    assert cells([0, 4, 0], [1, 3], method, minimum=1) == [[0, 0], [2, 2], [0, 0]]


@both_methods
def test_without_seats_no_weight_is_needed(method: Method) -> None:
    assert cells([0, 0], [0, 0, 0], method) == [[0, 0, 0], [0, 0, 0]]
    assert apportion(whole([]), whole([1, 2]), method=method).shape == (0, 2)
    assert apportion(whole([0]), whole([]), method=method).shape == (1, 0)


@both_methods
def test_whole_shares_stay_as_they_are(method: Method) -> None:
    assert cells([10, 20], [2, 5, 3], method) == [[2, 5, 3], [4, 10, 6]]


def test_exact_shares_are_numerators_over_the_sum_of_the_weights() -> None:
    numerator, denominator = exact_shares(whole([7, 0]), whole([3, 1, 0]), minimum=1)
    assert numerator.tolist() == [[4 + 15, 4 + 5, 0], [0, 0, 0]]
    assert denominator == 4


@pytest.mark.parametrize("weight", [[0, 0], [3, 4], [2**62, 2**62]])
def test_the_denominator_without_seats_is_one_whatever_the_weights(weight: list[int]) -> None:
    numerator, denominator = exact_shares(whole([0]), whole(weight))
    assert (numerator.tolist(), denominator) == ([[0, 0]], 1)


@both_methods
def test_seats_with_nobody_to_share_them_are_refused_by_the_programme(method: Method) -> None:
    with pytest.raises(ValueError, match="programme index 1 has seats, but no feeder school has"):
        cells([0, 4], [0, 0], method)
    with pytest.raises(ValueError, match="programme index 0 has seats"):
        cells([4], [], method)


@both_methods
def test_fewer_seats_than_the_minimum_needs_are_refused_by_the_programme(method: Method) -> None:
    with pytest.raises(ValueError, match="programme index 2 has 5 seats, fewer than the minimum 2 for each of 3 "):
        cells([6, 0, 5], [1, 2, 3, 0], method, minimum=2)


@pytest.mark.parametrize(
    ("seats", "weight", "minimum", "said"),
    [
        (whole([-1]), whole([1]), 0, "seats: expected whole numbers from 0"),
        (whole([1]), whole([2, -1]), 0, "weight: expected whole numbers from 0"),
        (np.array([1.0]), whole([1]), 0, "seats: expected one row of whole numbers, found 1-d float"),
        (whole([1]), whole([1]).reshape(1, 1), 0, "weight: expected one row of whole numbers, found 2-d int"),
        (np.array([2**63], dtype=np.uint64), whole([1]), 0, "seats: expected whole numbers from 0"),
        (whole([1]), whole([1]), -1, "minimum -1"),
        (whole([2**40]), whole([2**22, 2**22]), 0, "is above 9223372036854775807"),
        (whole([1, 0]), whole([2**62, 2**62]), 0, "is above 9223372036854775807"),
    ],
)
def test_numbers_that_are_no_counts_or_too_large_are_refused(
    seats: IntArray, weight: IntArray, minimum: int, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        apportion(seats, weight, method="largest_remainder", minimum=minimum)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="'half_up'"):
        apportion(whole([1]), whole([1]), method="half_up")  # type: ignore[arg-type]  # what is refused


def test_weights_too_large_for_the_flow_are_refused_and_the_largest_accepted_are_solved() -> None:
    largest = (2**63 - 1) // (4 * 9 * 9)  # two programmes and three schools
    third = largest // 3
    with pytest.raises(ValueError, match=f"exact up to {largest}"):
        cells([1, 1], [third, third, largest - 2 * third + 1], "controlled")
    # The last school has the larger weight and gets one seat, the first of the equals gets the other.
    assert cells([1, 1], [third - 1, third - 1, largest - 2 * third + 2], "controlled") == [
        [1, 0, 0],
        [0, 0, 1],
    ]


def test_large_numbers_stay_exact() -> None:
    # In floating point the two remainders would be equal, and the first school would win.
    weight = [10**15, 10**15 + 1]
    assert cells([1], weight, "largest_remainder") == [[0, 1]]
    assert cells([1], weight, "controlled") == [[0, 1]]


@both_methods
@given(problems())
@settings(max_examples=100, deadline=None)
def test_programme_totals_are_exact_and_cells_are_shares_rounded_down_or_up(method: Method, problem: Problem) -> None:
    seats, weight, minimum = problem
    found, exact = cells(seats, weight, method, minimum), shares(seats, weight, minimum)
    assert [sum(row) for row in found] == seats
    for row, row_exact in zip(found, exact, strict=True):
        assert all(map(is_rounding, row, row_exact))


@given(problems())
@settings(max_examples=100, deadline=None)
def test_controlled_school_totals_are_exact_totals_rounded_down_or_up(
    problem: Problem,
) -> None:
    seats, weight, minimum = problem
    found, exact = cells(seats, weight, "controlled", minimum), shares(seats, weight, minimum)
    assert all(map(is_rounding, totals(found), exact_totals(exact)))


@given(problems())
@settings(max_examples=100, deadline=None)
def test_exact_shares_are_the_rule_in_fractions(problem: Problem) -> None:
    numerator, denominator = exact_shares(whole(problem[0]), whole(problem[1]), problem[2])
    assert [[Fraction(n, denominator) for n in row] for row in numerator.tolist()] == shares(*problem)


@given(problems())
@settings(max_examples=100, deadline=None)
def test_for_one_programme_both_methods_agree(problem: Problem) -> None:
    seats, weight, minimum = problem
    for q in seats:
        assert cells([q], weight, "controlled", minimum) == cells([q], weight, "largest_remainder", minimum)


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_largest_remainders_do_not_depend_on_the_order_of_programmes(problem: Problem, random: Random) -> None:
    seats, weight, minimum = problem
    order = list(range(len(seats)))
    random.shuffle(order)
    found = cells(seats, weight, "largest_remainder", minimum)
    assert cells([seats[p] for p in order], weight, "largest_remainder", minimum) == [found[p] for p in order]


def ranked_controlled(problem: Problem) -> list[tuple[Fraction, int, Matrix]]:
    """Every controlled rounding with its distance and sum of positions, the one to be found first."""
    exact = shares(*problem)
    return sorted(
        (
            (distance(matrix, exact), positions_rounded_up(matrix, exact), matrix)
            for matrix in all_controlled(problem[0], exact)
        ),
        key=lambda found: (found[:2], [-seats for row in found[2] for seats in row]),
    )


def test_controlled_is_the_first_best_of_all_roundings_of_every_small_problem() -> None:
    num_several_closest, num_not_settled_by_positions = 0, 0
    for weight in [(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1), (1, 0, 1), (1, 2, 3), (3, 2, 1), (2, 2, 3)]:
        for seats in product(range(4), repeat=3):
            ranked = ranked_controlled(([*seats], [*weight], 0))
            assert cells(seats, weight, "controlled") == ranked[0][2]
            num_several_closest += len({matrix[0] for matrix in ranked}) < len(ranked)
            num_not_settled_by_positions += len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]
    assert num_several_closest > 200
    assert num_not_settled_by_positions > 100


@given(small_problems())
@settings(max_examples=200, deadline=None)
def test_controlled_is_the_first_best_of_all_roundings_of_generated_problems(problem: Problem) -> None:
    seats, weight, minimum = problem
    assert cells(seats, weight, "controlled", minimum) == ranked_controlled(problem)[0][2]


def test_a_unique_closest_rounding_does_not_depend_on_the_order_of_identifiers() -> None:
    num_unique = 0

    @given(small_problems(), st.permutations(range(3)), st.permutations(range(3)))
    @settings(max_examples=200, deadline=None)
    def check(problem: Problem, programmes: list[int], schools: list[int]) -> None:
        nonlocal num_unique
        seats, weight, minimum = problem
        programmes = [p for p in programmes if p < len(seats)]
        schools = [s for s in schools if s < len(weight)]
        ranked = ranked_controlled(problem)
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
            return
        num_unique += len(ranked) > 1
        found = cells(seats, weight, "controlled", minimum)
        moved = cells([seats[p] for p in programmes], [weight[s] for s in schools], "controlled", minimum)
        assert moved == [[found[p][s] for s in schools] for p in programmes]

    check()
    assert num_unique >= 10


@pytest.mark.parametrize(
    ("seats", "weight"),
    [([1, 1, 1], [1, 1, 1]), ([1, 2, 1], [1, 1, 1, 1]), ([3, 3, 5], [2, 2, 2]), ([1, 1, 1], [1, 1, 2, 2])],
)
def test_which_optimum_the_solver_finds_does_not_matter(
    seats: list[int], weight: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = shares(seats, weight)
    every = all_controlled(seats, exact)
    least = min(distance(matrix, exact) for matrix in every)
    optima = [matrix for matrix in every if distance(matrix, exact) == least]
    expected = cells(seats, weight, "controlled")
    assert len(optima) > 2
    for optimum in optima:
        cell_up = np.array(optimum) > np.array([[floor(q) for q in row] for row in exact])
        total_up = np.array([t > q for t, q in zip(totals(optimum), exact_totals(exact), strict=True)])
        answer = controlled_rounding.Rounding(cell_up, total_up)
        monkeypatch.setattr(controlled_rounding, "_solve", lambda *_, answer=answer: answer)
        assert cells(seats, weight, "controlled") == expected


def test_a_solver_that_misses_the_optimum_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # Shares 3/5 and 2/5: rounding up the smaller one is a rounding, but not the closest.
    answer = controlled_rounding.Rounding(np.array([[False, True]]), np.array([False, True]))
    monkeypatch.setattr(controlled_rounding, "_solve", lambda *_: answer)
    with pytest.raises(RuntimeError, match="not optimal"):
        cells([1], [3, 2], "controlled")


def test_a_city_with_many_equal_programmes_satisfies_p8() -> None:
    seats, weight = [377] * 100 + [150] * 100, [1 + (7 * s) % 90 for s in range(150)]
    found = apportion(whole(seats), whole(weight), method="controlled")
    numerator, denominator = exact_shares(whole(seats), whole(weight))
    assert found.sum(axis=1).tolist() == seats
    assert (np.abs(found * denominator - numerator) < denominator).all()
    assert (np.abs(found.sum(axis=0) * denominator - numerator.sum(axis=0)) < denominator).all()


def test_largest_remainders_do_not_load_the_flow_solver() -> None:
    program = (
        "import sys, numpy as np\n"
        "from allocator.optimise.apportionment import apportion\n"
        "apportion(np.array([5]), np.array([3, 4]), method='largest_remainder')\n"
        "assert 'ortools' not in sys.modules\n"
        "apportion(np.array([5]), np.array([3, 4]), method='controlled')\n"
        "assert 'ortools' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
