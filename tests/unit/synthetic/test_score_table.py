"""Cohorts on published tables: the distribution of totals and the seats are exactly those."""

from pathlib import Path

import polars as pl
import pytest

from allocator.synthetic import ProfileError, generate

Tables = dict[str, pl.DataFrame]
SHARED = Path(__file__).resolve().parents[3] / ".." / "shared" / "data" / "chengdu"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real city's tables are not in this checkout")


def distribution(tables: Tables) -> dict[int, int]:
    return dict(tables["applicants"]["total"].value_counts().iter_rows())


def test_the_totals_are_exactly_the_published_ones(chengdu: Tables) -> None:
    assert distribution(chengdu) == {655: 3, 640: 40, 600: 300, 560: 400, 553: 57, 500: 200}


def test_for_another_number_of_applicants_the_distribution_is_scaled(chengdu_profile: Path, published: Path) -> None:
    tables = generate(chengdu_profile, seed=1, applicants=100, data=published)
    assert distribution(tables) == {640: 4, 600: 30, 560: 40, 553: 6, 500: 20}


def test_seats_come_from_the_columns_of_the_school_table(chengdu: Tables) -> None:
    seats = {row[:3]: row[3] for row in chengdu["seats"].iter_rows()}
    assert seats == {
        ("second", "04001", "open"): 40,  # 120 less 20 adjusted, 50 feeder and 10 specialty seats
        ("quota", "04001", "feeder"): 50,
        ("specialty", "04001", "specialty"): 10,
        ("second", "04001T", "adjusted"): 20,
        ("second", "01001", "open"): 80,
        ("quota", "01001", "feeder"): 80,
        ("second", "01001T", "adjusted"): 40,
        ("second", "03015", "open"): 90,
        ("direct", "03015", "direct"): 60,
        ("second", "12001", "open"): 25,
        ("second", "12001T", "adjusted"): 25,
    }


def test_odd_choices_are_open_or_private_and_even_ones_adjusted(chengdu: Tables) -> None:
    second = chengdu["choices"].filter(pl.col("batch") == "second")
    adjusted = pl.col("programme_id").str.ends_with("T")
    assert second["choice"].max() <= 7
    assert second.filter(adjusted)["choice"].is_in([2, 4, 6]).all()
    assert second.filter(~adjusted)["choice"].is_in([1, 3, 5, 7]).all()
    assert second.filter(adjusted).height > 10
    crossing = chengdu["applicants"].filter(pl.col("cross_area") == "true")
    assert second.filter(adjusted).join(crossing, on="applicant_id", how="anti").height == 0


def test_who_cannot_reach_the_least_score_files_no_list_in_that_batch(chengdu: Tables) -> None:
    low = chengdu["applicants"].filter(pl.col("total") < 553)
    second = chengdu["choices"].filter(pl.col("batch") == "second")
    assert low.height == 200
    assert second.join(low, on="applicant_id", how="semi").height == 0


def test_own_junior_seats_are_filed_for_by_the_own_junior_section(chengdu: Tables) -> None:
    direct = chengdu["choices"].filter(pl.col("batch") == "direct")
    schools = direct.join(chengdu["applicants"], on="applicant_id")["feeder_school_id"].unique().to_list()
    assert schools == ["033001"]
    assert direct["programme_id"].unique().to_list() == ["03015"]
    section = chengdu["applicants"].filter(pl.col("feeder_school_id") == "033001")
    assert section.height == 75  # 5/4 of its 60 seats


def problems(profile: Path, data: Path | None) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        generate(profile, seed=1, applicants=None, data=data)
    return [problem.text() for problem in caught.value.problems]


def test_a_missing_table_is_named_with_its_columns_and_the_folder_to_give(
    chengdu_profile: Path, tmp_path: Path
) -> None:
    said, other = problems(chengdu_profile, tmp_path)
    assert other.startswith("scores_2023.csv: There is no such file in ")
    assert said.startswith("schools_2023.csv: There is no such file in ")
    assert "学校代码" in said
    assert "cohort.data" in said
    assert "no folder" in problems(chengdu_profile, None)[0]


def test_all_mistakes_of_a_table_are_located_together(chengdu_profile: Path, published: Path, tmp_path: Path) -> None:
    text = (published / "schools_2023.csv").read_bytes().decode("gb18030")
    text = text.replace(",120,20,", ",-120,2.5,").replace("01001", "9x001")
    (tmp_path / "scores_2023.csv").write_bytes((published / "scores_2023.csv").read_bytes())
    (tmp_path / "schools_2023.csv").write_text(text.replace("市直属普高,150", "市直属,150"), encoding="utf-8")
    found = problems(chengdu_profile, tmp_path)
    assert [line.split(":")[0] for line in found] == [
        "schools_2023.csv row 2, column 5+2区域计划",
        "schools_2023.csv row 2, column 5+2区域调剂",
        "schools_2023.csv row 3, column 学校代码",
        "schools_2023.csv row 4, column 学校性质",
    ]


def test_a_score_table_that_does_not_add_up_is_refused(chengdu_profile: Path, published: Path, tmp_path: Path) -> None:
    (tmp_path / "schools_2023.csv").write_bytes((published / "schools_2023.csv").read_bytes())
    (tmp_path / "scores_2023.csv").write_text("分数,人数,累计\n655,3,3\n656,x,3\n640,5,9\n", encoding="utf-8")
    assert problems(chengdu_profile, tmp_path) == [
        'scores_2023.csv row 3, column 人数: found "x", expected a whole number ≥ 0.',
        'scores_2023.csv row 3, column 分数: found "656", expected falling scores.',
        'scores_2023.csv row 4, column 累计: found "9", expected 8, the numbers down to here.',
    ]


def test_a_missing_column_is_named(chengdu_profile: Path, published: Path, tmp_path: Path) -> None:
    (tmp_path / "schools_2023.csv").write_bytes((published / "schools_2023.csv").read_bytes())
    (tmp_path / "scores_2023.csv").write_text("分数,人数\n655,3\n", encoding="utf-8")
    assert problems(chengdu_profile, tmp_path) == ["scores_2023.csv row 1, column 累计: The column is missing."]


@needs_shared
def test_chengdu_2023_has_exactly_its_published_applicants_and_seats(chengdu_profile: Path) -> None:
    tables = generate(chengdu_profile, seed=2023, applicants=None, data=SHARED)
    scores = pl.read_csv(SHARED / "scores_2023.csv")
    assert tables["applicants"].height == 26_100
    assert distribution(tables) == dict(scores.select("分数", "人数").iter_rows())
    schools = pl.read_csv(SHARED / "schools_2023.csv", schema_overrides={"学校代码": pl.String})
    assert tables["schools"].height == 91
    by_pool = dict(tables["seats"].group_by("pool").agg(pl.col("seats").sum()).iter_rows())
    assert by_pool["adjusted"] == schools["5+2区域调剂"].sum()
    assert by_pool["feeder"] == schools["指标到校"].sum()
    open_seats = (
        tables["seats"]
        .filter(pl.col("pool") == "open")
        .join(schools.select(programme_id="学校代码", published="第二批次统招额"), on="programme_id")
    )
    assert open_seats.height == 91
    assert (open_seats["seats"] == open_seats["published"]).all()  # the derived open plan is the published one


@needs_shared
def test_chengdu_2024_is_read_by_the_same_profile(chengdu_profile: Path) -> None:
    values = {"scores.table.file": "scores_2024.csv", "school_table.file": "schools_2024.csv"}
    tables = generate(chengdu_profile, seed=1, applicants=None, values=values, data=SHARED)
    assert tables["applicants"].height == 25_314
    assert tables["schools"].height == 101
