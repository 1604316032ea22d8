"""The summary of a run has the indicators of the whole city, as the table of indicators has them."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

import allocator
from allocator.indicators import INDICATORS, indicators
from tests.unit.cli.console import EXAMPLE, REPOSITORY


@pytest.mark.parametrize(
    ("path", "overrides"),
    [(EXAMPLE, {}), (REPOSITORY / "scenarios" / "yulin", {"cohort.applicants": "1500"})],
    ids=["example", "city"],
)
def test_every_figure_of_the_city_is_in_the_summary(path: object, overrides: dict[str, str]) -> None:
    scenario = allocator.load(str(path), overrides)
    outcome = allocator.run(scenario)
    assert isinstance(outcome, allocator.Outcome)
    table = indicators(scenario, outcome).filter(pl.col("group_by") == "")
    stated = outcome.summary["indicators"]
    assert list(stated) == table["indicator"].to_list()
    assert set(stated) <= set(INDICATORS)
    kinds = set()
    for row in table.iter_rows(named=True):
        found = stated[row["indicator"]]
        if row["value"] is None:
            kinds.add("absent")
            assert found == {"absent": row["absent"]}
            continue
        assert abs(Fraction(found["decimal"]) - Fraction(row["value"])) <= Fraction(1, 10**6)
        if row["numerator"] is None:
            kinds.add("measured")
            assert set(found) == {"decimal"}
        else:
            kinds.add("whole" if row["denominator"] == 1 else "share")
            assert found["fraction"] == f"{row['numerator']}/{row['denominator']}"
    assert kinds >= {"absent", "whole", "share"}
    assert ("measured" in kinds) == (path != EXAMPLE)
