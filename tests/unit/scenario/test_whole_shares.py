from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from allocator.scenario.whole_shares import to_weight, whole_shares


def test_equal_remainders_go_to_the_earlier_part() -> None:
    assert whole_shares(5, [1, 1, 1]) == [2, 2, 1]


def test_without_any_weight_nothing_is_shared_out() -> None:
    assert whole_shares(5, [0, 0]) == [0, 0]


@given(st.integers(0, 10_000), st.lists(st.integers(0, 1_000), min_size=1, max_size=20).filter(any))
def test_parts_add_up_and_lie_within_one_of_the_exact_share(total: int, weights: list[int]) -> None:
    parts = whole_shares(total, weights)
    assert sum(parts) == total
    assert all(abs(part * sum(weights) - total * w) < sum(weights) for part, w in zip(parts, weights, strict=True))


def test_a_share_becomes_a_weight_in_millionths() -> None:
    assert to_weight(Decimal("0.1566")) == 156_600
