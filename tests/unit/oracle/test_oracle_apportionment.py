"""The oracle's R9 against every matrix of whole numbers, on matrices small enough to try them all."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil, floor

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.apportionment import controlled, exact_shares, largest_remainder


def every_rounding(seats: list[int], weights: list[int], minimum: int) -> list[list[list[int]]]:
    """Every matrix that P8 allows, by trying both roundings of every cell."""
    shares = [exact_shares(q, weights, minimum) for q in seats]
    flat = [x for row in shares for x in row]
    matrices = (
        [list(cells[i : i + len(weights)]) for i in range(0, len(cells), len(weights))]
        for cells in product(*({floor(x), ceil(x)} for x in flat))
    )
    return [
        matrix
        for matrix in matrices
        if [sum(row) for row in matrix] == seats
        and all(
            floor(sum(row[j] for row in shares)) <= sum(row[j] for row in matrix) <= ceil(sum(row[j] for row in shares))
            for j in range(len(weights))
        )
    ]


def distance(matrix: list[list[int]], shares: list[list[Fraction]]) -> Fraction:
    return sum(
        (abs(cell - x) for row, share in zip(matrix, shares, strict=True) for cell, x in zip(row, share, strict=True)),
        start=Fraction(0),
    )


@given(
    st.lists(st.integers(0, 7), min_size=1, max_size=3),
    st.lists(st.integers(0, 5), min_size=1, max_size=3).filter(any),
    st.integers(0, 1),
)
def test_controlled_is_the_best_of_all_roundings(seats: list[int], weights: list[int], minimum: int) -> None:
    num_weights = sum(w > 0 for w in weights)
    seats = [max(q, minimum * num_weights) if q else 0 for q in seats]
    shares = [exact_shares(q, weights, minimum) for q in seats]

    def rounded_up(matrix: list[list[int]]) -> list[list[bool]]:
        return [[c > x for c, x in zip(row, share, strict=True)] for row, share in zip(matrix, shares, strict=True)]

    def positions(matrix: list[list[int]]) -> int:
        return sum(j for row in rounded_up(matrix) for j, up in enumerate(row) if up)

    best = min(
        every_rounding(seats, weights, minimum),
        key=lambda m: (distance(m, shares), positions(m), [[not up for up in row] for row in rounded_up(m)]),
    )
    assert controlled(seats, weights, minimum) == best


@given(st.integers(0, 12), st.lists(st.integers(0, 5), min_size=1, max_size=4).filter(any), st.integers(0, 2))
def test_largest_remainder_is_exact_in_total_and_nowhere_a_seat_away(q: int, weights: list[int], least: int) -> None:
    q = max(q, least * sum(w > 0 for w in weights)) if q else 0
    cells = largest_remainder(q, weights, least)
    assert sum(cells) == q
    assert all(abs(c - x) < 1 for c, x in zip(cells, exact_shares(q, weights, least), strict=True))


def test_equal_remainders_go_to_the_smaller_identifier() -> None:
    assert largest_remainder(5, [1, 1, 1]) == [2, 2, 1]
    assert controlled([5], [1, 1, 1]) == [[2, 2, 1]]


def test_the_largest_remainder_gets_the_seat() -> None:
    # 7 seats by 3, 5 and 2 applicants: 2.1, 3.5 and 1.4.
    assert largest_remainder(7, [3, 5, 2]) == [2, 4, 1]


def test_a_minimum_comes_before_the_sharing_and_only_to_schools_with_a_weight() -> None:
    # 6 seats, one each to the two schools; the other 4 by 9 and 1: 3.6 and 0.4.
    assert largest_remainder(6, [9, 0, 1], minimum=1) == [5, 0, 1]
    assert largest_remainder(6, [9, 0, 1]) == [5, 0, 1]  # 5.4 and 0.6
    assert largest_remainder(5, [19, 0, 1], minimum=1) == [4, 0, 1]  # without it: 4.75 and 0.25
    assert largest_remainder(5, [19, 0, 1]) == [5, 0, 0]


def test_controlled_keeps_the_school_totals_that_largest_remainder_breaks() -> None:
    # Three programmes of one seat, two schools alike: exact totals of 1.5 each.
    assert [largest_remainder(1, [1, 1]) for _ in range(3)] == [[1, 0], [1, 0], [1, 0]]
    assert controlled([1, 1, 1], [1, 1]) == [[1, 0], [1, 0], [0, 1]]
