"""Masked names and identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.reports.masking import masked_identifier, masked_name


@pytest.mark.parametrize(
    ("identifier", "masked"), [("2609020001", "******0001"), ("01", "*1"), ("7", "*"), ("12345", "***45"), ("", "")]
)
def test_at_most_the_last_four_characters_and_half_of_an_identifier_are_shown(identifier: str, masked: str) -> None:
    assert masked_identifier(identifier) == masked


@given(st.text(alphabet="0123456789ABC", min_size=1, max_size=20))
def test_at_least_half_of_an_identifier_is_hidden(identifier: str) -> None:
    masked = masked_identifier(identifier)
    assert len(masked) == len(identifier)
    assert masked.count("*") * 2 >= len(identifier)


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王伟", "王*"), ("欧阳小明", "欧**"), ("An Ning", "A**"), ("王", "王"), (" 李娜 ", "李*"), ("", "")],
)
def test_the_first_character_of_a_name_is_shown_and_its_length_is_not(name: str, masked: str) -> None:
    assert masked_name(name) == masked
