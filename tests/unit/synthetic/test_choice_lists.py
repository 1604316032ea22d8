from pathlib import Path

import numpy as np
import polars as pl
import pytest

from allocator.synthetic import generate
from allocator.synthetic.forms import fill_form
from allocator.synthetic.profile import Filing, Slots

Tables = dict[str, pl.DataFrame]
FILING = Filing(
    dropouts="0", vocational_only="0", general_only="0", ability_weight="0", rank_error="0",
    reach="0.1", safety="0.2", last_year=100,
)  # fmt: skip


def slots(numbers: list[int], reach: int, match: int, safety: int, least: int = 0) -> Slots:
    return Slots(numbers=tuple(numbers), kinds=("public",), reach=reach, match=match, safety=safety, least=least)


def fill(
    form: Slots,
    utility: list[float],
    lines: list[float],
    rank: float,
    effort: float = 0.0,
    allowed: list[bool] | None = None,
) -> list[tuple[int, int]]:
    """(choice number, candidate) of one applicant's part of a form."""
    filed = fill_form(
        FILING,
        form,
        np.arange(len(utility)),
        np.array([utility]),
        np.array([allowed or [True] * len(utility)]),
        np.array(lines),
        np.array([rank]),
        np.array([effort]),
    )
    return list(zip(filed.number.tolist(), filed.programme_index.tolist(), strict=True))


def test_a_careful_list_has_a_reach_a_match_and_a_safety_in_order_of_liking() -> None:
    # Expected lines against a rank of 0.5: hopeless, reach, reach, match, match, safe, safe.
    lines = [0.1, 0.42, 0.45, 0.5, 0.6, 0.75, 2.0]
    liking = [9.0, 5.0, 6.0, 3.0, 4.0, 1.0, 2.0]
    assert fill(slots([1, 2, 3], 1, 1, 1), liking, lines, 0.5) == [(1, 2), (2, 4), (3, 6)]


def test_effort_fills_the_form_with_what_is_liked_best_and_not_hopeless() -> None:
    lines = [0.1, 0.42, 0.45, 0.5, 0.6, 0.75, 2.0]
    liking = [9.0, 5.0, 6.0, 3.0, 4.0, 1.0, 2.0]
    form = slots([1, 2, 3, 4], 1, 1, 1)
    assert fill(form, liking, lines, 0.5, effort=0.999) == [(1, 2), (2, 1), (3, 4), (4, 6)]


def test_hopeless_programmes_stand_only_where_the_form_would_stay_emptier_than_wanted() -> None:
    assert fill(slots([1, 2], 1, 1, 0, least=2), [9.0, 1.0], [0.1, 2.0], 0.5) == [(1, 0), (2, 1)]
    assert fill(slots([1, 2], 1, 1, 0, least=1), [9.0, 1.0], [0.1, 2.0], 0.5) == [(1, 1)]


def test_what_is_not_allowed_is_never_written() -> None:
    assert fill(slots([1, 2], 0, 1, 1, least=2), [1.0, 2.0], [2.0, 2.0], 0.5, allowed=[True, False]) == [(1, 0)]


def test_numbers_are_those_of_the_form() -> None:
    assert fill(slots([2, 4, 6], 0, 0, 2), [1.0, 2.0], [2.0, 2.0], 0.5) == [(2, 1), (4, 0)]


def test_equal_liking_is_settled_by_position() -> None:
    assert fill(slots([1, 2], 0, 0, 2), [1.0, 1.0], [2.0, 2.0], 0.5) == [(1, 0), (2, 1)]


def test_who_is_beyond_every_line_hopes_for_the_lowest_ones() -> None:
    lines = [0.1, 0.2, 0.3, 0.4, 0.5]
    assert fill(slots([1], 1, 0, 0), [5.0, 4.0, 3.0, 2.0, 1.0], lines, 0.99) == [(1, 3)]


@pytest.mark.parametrize("city", ["yulin", "chengdu"])
def test_no_list_has_a_number_or_a_programme_twice(city: str, request: pytest.FixtureRequest) -> None:
    choices = request.getfixturevalue(city)["choices"]
    assert choices.height > 1000
    assert not choices.select("applicant_id", "batch", "choice").is_duplicated().any()
    assert not choices.select("applicant_id", "batch", "programme_id").is_duplicated().any()


@pytest.mark.parametrize("city", ["yulin", "chengdu"])
def test_lists_name_only_programmes_that_have_seats_in_the_batch(city: str, request: pytest.FixtureRequest) -> None:
    tables = request.getfixturevalue(city)
    offered = tables["seats"].select("batch", "programme_id").unique()
    own = tables["choices"].filter(pl.col("batch") != "supplementary")
    assert own.join(offered, on=["batch", "programme_id"], how="anti").height == 0
    leftover = tables["choices"].filter(pl.col("batch") == "supplementary")
    assert leftover.join(offered, on="programme_id", how="anti").height == 0


def test_families_like_schools_of_their_own_county_and_good_ones(yulin: Tables) -> None:
    first = yulin["choices"].filter((pl.col("batch") == "main") & (pl.col("choice") == 1))
    first = first.join(yulin["applicants"].select("applicant_id", home="area", total="total"), on="applicant_id")
    first = first.join(yulin["programmes"].select("programme_id", "area", "tier"), on="programme_id")
    assert (first["home"] == first["area"]).mean() > 0.6
    strong = first.sort("total", descending=True).head(500)
    assert (strong["tier"] == "demonstration").mean() > 0.8


def test_dropouts_file_nothing_and_everybody_else_something(yulin: Tables) -> None:
    choices, count = yulin["choices"], yulin["applicants"].height
    filed = {batch: set(rows["applicant_id"]) for (batch,), rows in choices.group_by("batch")}
    # 4% drop out, 8% want the vocational track alone, 33% the general track alone.
    assert len(set().union(*filed.values())) == count - count * 4 // 100
    assert len(filed["main"]) == count - count * 4 // 100 - count * 8 // 100
    assert len(filed["main"] - filed["vocational"]) > count * 33 // 100


def test_only_applicants_with_a_specialty_score_file_early(yulin: Tables) -> None:
    early = yulin["choices"].filter(pl.col("batch") == "early")
    assert early.height > 0
    skilled = yulin["applicants"].filter(pl.col("skill").is_not_null())
    assert early.join(skilled, on="applicant_id", how="anti").height == 0


def test_a_batch_of_their_own_for_feeder_seats_gets_lists_of_its_own(yulin_profile: Path, yulin: Tables) -> None:
    assert "quota" not in yulin["choices"]["batch"]
    tables = generate(yulin_profile, seed=7, applicants=2000, values={"schools.reserves.1.batch": "quota"})
    quota = tables["choices"].filter(pl.col("batch") == "quota")
    assert quota.height > 500
    eligible = tables["applicants"].filter((pl.col("enrolled_years") == 3) & (pl.col("repeater") == "false"))
    assert quota.join(eligible, on="applicant_id", how="anti").height == 0
