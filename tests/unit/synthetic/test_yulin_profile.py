"""The schools and seats of the Yulin profile against the figures of the city's document."""

from pathlib import Path

import polars as pl
import pytest

from allocator.synthetic import generate
from allocator.synthetic.made_offer import made_offer
from allocator.synthetic.offer import Offer
from allocator.synthetic.reading import read_profile
from allocator.synthetic.streams import Streams


def offer(profile: Path, values: dict[str, str] | None = None, seed: int = 1) -> Offer:
    return made_offer(read_profile(profile, values), Streams(seed))


def test_general_schools_are_those_of_the_document(yulin: dict[str, pl.DataFrame]) -> None:
    schools = yulin["schools"].filter(pl.col("type") != "vocational")
    count = {column: dict(schools[column].value_counts().iter_rows()) for column in schools.columns}
    assert schools.height == 55
    assert count["type"] == {"stand_alone": 34, "complete": 19, "twelve_year": 2}
    assert count["setting"] == {"urban": 22, "township": 33}
    assert count["ownership"] == {"public": 39, "private": 16}
    assert count["tier"] == {"demonstration": 10, "candidate": 4, "ordinary": 41}


def test_every_county_has_a_demonstration_school(yulin: dict[str, pl.DataFrame]) -> None:
    areas = yulin["schools"].filter(pl.col("tier") == "demonstration")["area"].unique()
    assert set(areas) == {"玉州区", "福绵区", "容县", "陆川县", "博白县", "兴业县", "北流市"}


def test_vocational_schools_and_majors_are_those_of_the_document(yulin: dict[str, pl.DataFrame]) -> None:
    schools = yulin["schools"].filter(pl.col("type") == "vocational")
    assert dict(schools["ownership"].value_counts().iter_rows()) == {"public": 11, "private": 10}
    programmes = yulin["programmes"].filter(pl.col("track") == "vocational")
    assert programmes["school_id"].n_unique() == 21
    assert programmes["name"].str.split("·").list.last().n_unique() == 26
    assert programmes["programme_id"].is_unique().all()


@pytest.mark.parametrize(
    ("values", "general", "vocational"),
    [
        ({}, 51_700, 34_500),
        ({"seats.general": "42700", "seats.vocational": "13200"}, 42_700, 13_200),
        ({"seats.general": "42723", "quota_share": "0.8"}, 42_723, 34_500),
    ],
)
def test_the_pools_of_all_programmes_add_up_to_the_seats_of_the_year(
    yulin_profile: Path, values: dict[str, str], general: int, vocational: int
) -> None:
    made = offer(yulin_profile, values)
    found = {"general": 0, "vocational": 0}
    for row in made.seats:
        found[made.programmes[row.programme].track] += row.seats
    assert found == {"general": general, "vocational": vocational}


def test_private_schools_have_their_share_of_the_general_seats(yulin_profile: Path) -> None:
    made = offer(yulin_profile)
    general = [p for p in made.programmes if p.track == "general"]
    private = sum(p.plan for p in general if p.kind == "private")
    assert abs(private / 51_700 - 0.18) < 0.001
    assert all(p.plan % 50 == 0 for p in general)


@pytest.mark.parametrize(("share", "half_up"), [("0.5", 0.5), ("0.8", 0.8), ("0", 0.0)])
def test_the_quota_share_of_each_plan_is_reserved_at_good_public_schools_alone(
    yulin_profile: Path, share: str, half_up: float
) -> None:
    made = offer(yulin_profile, {"quota_share": share})
    feeder = {row.programme: row.seats for row in made.seats if row.pool == "feeder"}
    for i, programme in enumerate(made.programmes):
        school = made.schools[programme.school]
        good = school.tier in ("demonstration", "candidate") and school.ownership == "public"
        assert feeder.get(i, 0) == (int(programme.plan * half_up + 0.5) if good else 0)


def test_cells_lie_in_the_schools_own_county_and_add_up(yulin: dict[str, pl.DataFrame]) -> None:
    cells = yulin["feeder_seats"].join(
        yulin["feeder_schools"].select("feeder_school_id", cell_area="area"), on="feeder_school_id"
    )
    cells = cells.join(yulin["programmes"].select("programme_id", "area"), on="programme_id")
    assert cells.height == yulin["feeder_seats"].height > 300
    assert (cells["area"] == cells["cell_area"]).all()
    totals = cells.group_by("batch", "programme_id").agg(pl.col("seats").sum())
    planned = yulin["seats"].filter(pl.col("pool") == "feeder").drop("pool")
    assert totals.sort("programme_id").select(planned.columns).equals(planned.sort("programme_id"))


def test_without_a_matrix_in_the_profile_the_cells_are_left_to_be_apportioned(yulin_profile: Path) -> None:
    values = {"schools.reserves.1.within_area": "false"}
    assert "feeder_seats" not in generate(yulin_profile, seed=1, applicants=500, values=values)


def test_applicants_are_spread_over_the_counties_by_census(yulin: dict[str, pl.DataFrame]) -> None:
    found = dict(yulin["applicants"]["area"].value_counts().iter_rows())
    assert found["博白县"] == 1439  # 0.2399 of 6,000, by largest remainders
    assert found["福绵区"] == 330
    assert sum(found.values()) == 6000


def test_identifiers_are_unique_text_and_name_the_county(yulin: dict[str, pl.DataFrame]) -> None:
    applicants = yulin["applicants"]
    ids = applicants["applicant_id"]
    assert ids.dtype == pl.String
    assert ids.is_unique().all()
    assert ids.str.len_chars().unique().to_list() == [11]
    assert (ids.str.slice(2, 4) == applicants["feeder_school_id"].str.slice(0, 4)).all()
    assert applicants["feeder_school_id"].str.starts_with("09").all()


def test_another_seed_moves_schools_but_not_the_documents_counts(yulin_profile: Path) -> None:
    one, two = offer(yulin_profile, seed=1), offer(yulin_profile, seed=2)
    assert [s.merit for s in one.schools] != [s.merit for s in two.schools]
    assert sorted(s.type for s in one.schools) == sorted(s.type for s in two.schools)
