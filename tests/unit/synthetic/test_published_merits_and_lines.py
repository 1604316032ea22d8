"""What a study or an earlier table says about schools: fitted merits, lines that families know, seats carried over."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.synthetic import ProfileError, generate
from allocator.synthetic.expectation import NEVER_FULL
from allocator.synthetic.fitted import completed, fitted_merits
from allocator.synthetic.known_lines import known_lines
from allocator.synthetic.reading import read_profile
from allocator.synthetic.streams import Streams
from allocator.synthetic.table_offer import table_offer

LATER = {"school_table.file": "schools_2024.csv", "scores.table.file": "scores_2024.csv"}


@pytest.fixture
def later(published: Path, tmp_path: Path) -> Path:
    """The published tables with a year after them: no specialty seats in its table, and a new school."""
    for file in published.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    rows = (published / "schools_2023.csv").read_bytes().decode("gb18030").splitlines()
    rows[1] = rows[1].replace(",120,20,50,10,", ",180,20,50,0,")
    rows.append("01002,戊校,公办,省级示范,5+2普高,100,0,0,0,0,0,0,0")
    (tmp_path / "schools_2024.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    scores = "分数,人数,累计\n650,100,100\n600,300,400\n550,200,600\n500,400,1000\n"
    (tmp_path / "scores_2024.csv").write_text(scores, encoding="utf-8")
    return tmp_path


def test_a_fitted_merit_is_read_in_thousandths(tmp_path: Path) -> None:
    (tmp_path / "fit.csv").write_text("school_code,attractiveness\n0101,1500\n0102,0\n", encoding="utf-8")
    assert fitted_merits(tmp_path, "fit.csv") == {"0101": 1.5, "0102": 0.0}


def test_a_fitted_merit_that_is_no_whole_number_is_located(tmp_path: Path) -> None:
    (tmp_path / "fit.csv").write_text("school_code,attractiveness\n0101,1.5\n", encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        fitted_merits(tmp_path, "fit.csv")
    where = "fit.csv row 2, column attractiveness"
    assert [problem.text() for problem in caught.value.problems] == [
        f'{where}: found "1.5", expected a whole number ≥ 0.'
    ]


def test_a_new_school_has_the_median_merit_of_its_tier_and_ownership() -> None:
    high, low = ("A", "public"), ("B", "public")
    kinds = [("1", high), ("2", high), ("3", high), ("4", low), ("new", high), ("other", ("C", "private"))]
    found = completed({"1": 3.0, "2": 1.0, "3": 2.0, "4": 0.0, "closed": 9.0}, kinds)
    assert found["new"] == 2.0
    assert found["other"] == 1.0  # nothing is like it: the lower middle one of all four
    assert "closed" not in found


def test_merits_move_choices(chengdu_profile: Path, published: Path) -> None:
    def first_choices(code: str, merit: str) -> int:
        values = {f"taste.by_school.{code}": merit}
        choices = generate(chengdu_profile, seed=3, applicants=None, values=values, data=published)["choices"]
        return sum(1 for row in choices.iter_rows() if row[1:] == ("second", 1, code))

    assert first_choices("12001", "10") > first_choices("12001", "0")


def test_known_lines_are_ranks_of_the_year_before(chengdu_profile: Path, later: Path) -> None:
    profile = read_profile(chengdu_profile, {**LATER, "lists.second.least_total": "550"})
    offer = table_offer(profile, chengdu_profile.parent, later, Streams(1))
    known = known_lines(profile, offer, later)
    assert known["04001"] == 43 / 1000  # 640 points, in the table of the year before
    assert known["03015"] == 743 / 1000  # a private school, by its own column
    assert known["12001"] == 600 / 1000  # the control line: this year's, by this year's table
    assert known["12001T"] == NEVER_FULL  # no line was published
    assert "01002" not in known  # a new school


def test_seats_that_a_table_leaves_out_are_carried_over_in_proportion(chengdu_profile: Path, later: Path) -> None:
    tables = generate(chengdu_profile, seed=1, applicants=None, values=LATER, data=later)
    seats = {row[:3]: row[3] for row in tables["seats"].iter_rows()}
    assert seats["specialty", "04001", "specialty"] == 15  # 10 of 120, now of 180
    assert seats["second", "04001", "open"] == 180 - 20 - 50 - 15
    assert ("specialty", "01002", "specialty") not in seats


def test_known_lines_need_the_published_tables(chengdu_profile: Path, later: Path) -> None:
    (later / "scores_2023.csv").unlink()
    with pytest.raises(ProfileError, match=r"scores_2023\.csv"):
        generate(chengdu_profile, seed=1, applicants=None, values=LATER, data=later)
