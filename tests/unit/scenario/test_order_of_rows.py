"""The order of rows of choices, seats, priorities and feeder_seats says nothing: the cohort is the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from allocator.scenario.scenario import load
from tests.unit.scenario.small_town import TABLES, cells_of, same, text_of, write_town


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_rows_give_the_same_cohort(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    shuffled = {}
    for name in ("choices", "seats", "priorities", "feeder_seats"):
        header, *rows = cells_of(TABLES[name])
        chance.shuffle(rows)
        shuffled[name] = text_of([header, *rows])
    assert shuffled["choices"] != TABLES["choices"]
    expected = load(write_town(tmp_path / "a")).cohort
    assert same(load(write_town(tmp_path / "b", **shuffled)).cohort, expected)


def test_choices_are_sorted_by_batch_applicant_and_number(tmp_path: Path) -> None:
    choices = load(write_town(tmp_path / "town")).cohort.choices
    keys = list(zip(choices.batch.tolist(), choices.applicant.tolist(), choices.number.tolist(), strict=True))
    assert keys == sorted(keys)
    assert len(keys) == len(cells_of(TABLES["choices"])) - 1
