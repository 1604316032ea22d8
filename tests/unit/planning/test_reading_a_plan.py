"""Every mistake in a plan's files is located, and all of them are told together."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from allocator.errors import InputError
from allocator.planning.plan import Plan
from allocator.planning.reading import read_plan
from tests.unit.planning.small_plan import PLAN, TABLES, small_plan, write_small_plan


def mistakes(folder: Path, plan: str = PLAN, **tables: str) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_plan(write_small_plan(folder, plan, **tables))
    return [problem.text() for problem in raised.value.problems]


WRONG_PLANS = {
    "a key stands twice": (
        "name: Small town\n",
        "name: Small town\nname: Again\n",
        "line 3, name: this key stands",
    ),
    "an unknown key": ("dropout:", "dropot:", 'line 5, dropot: unknown key "dropot"'),
    "a share above 1": ("dropout: 0.1", "dropout: 1.1", 'line 5, dropout: found "1.1", expected a number ≤ 1'),
    "an unknown objective": ("  - money\n", "  - mony\n", 'found "mony", expected'),
    "an objective twice": ("  - money\n", "  - money\n  - money\n", "an objective stands twice"),
    "years the wrong way round": ("last: 2027", "last: 2025", "expected `first` ≤ `last`"),
    "a target outside the plan": ("targets: {year: 2027", "targets: {year: 2031", "found 2031, which is no year"),
    "money in a year outside the plan": (
        "by_year: {2026: 900}",
        "by_year: {2036: 900}",
        "found 2036, which is no year",
    ),
    "sizes the wrong way round": (
        "large: 56, super_large: 66",
        "large: 66, super_large: 56",
        "expected `least` <",
    ),
    "a track is missing": ("  general: {class_size: 50, retention: [1], admits: own_area}\n", "", "expected both keys"),
    "a table that is not there": ("cohorts: cohorts.csv", "cohorts: no.csv", "no.csv: there is no such file"),
    "a kind of file that nobody reads": ("cohorts: cohorts.csv", "cohorts: plan.yaml", 'unknown kind of file ".yaml"'),
}


@pytest.mark.parametrize("what", WRONG_PLANS)
def test_a_mistake_in_the_plan_file_is_located(what: str, tmp_path: Path) -> None:
    before, after, told = WRONG_PLANS[what]
    assert before in PLAN
    found = mistakes(tmp_path, plan=PLAN.replace(before, after))
    assert any(told in text for text in found), found


WRONG_TABLES = {
    "a number that is none": ("cohorts", "200,600,10\nT,2027", "many,600,10\nT,2027", "row 2, column graduates: found"),
    "an empty cell": ("cohorts", "T,2026,200,600", "T,2026,,600", "row 2, column graduates: this cell is empty"),
    "a year without a row": ("cohorts", "T,2027,200,600,10\n", "", "there is no row for T in 2027"),
    "a row twice": ("cohorts", "T,2027,", "T,2026,", '"T / 2026" stands in more than one row'),
    "a column is missing": ("schools", "rooms,site", "romms,site", 'the column "rooms" is missing'),
    "an unknown track": ("schools", "T,vocational", "T,craft", 'row 3, column track: found "craft", expected'),
    "an unknown area": ("schools", "Vocational,T", "Vocational,U", 'row 3, column area: no area is called "U"'),
    "an unknown school": ("classes", "v,2025", "w,2025", 'row 3, column school_id: "w" is not in the schools table'),
    "classes that are still to come": ("classes", "g,2025", "g,2026", "row 2, column entered: found 2026"),
    "more large classes than classes": ("classes", "2,1,0", "2,3,0", "row 2, column classes: found 3 large"),
    "more classes than rooms": ("classes", "g,2025,2", "g,2025,5", "row 2, column rooms: found 4 rooms, but 5 classes"),
    "a new school that is there": ("projects", "enlargement", "new", 'row 2, column kind: "g" has 4 rooms'),
}


@pytest.mark.parametrize("what", WRONG_TABLES)
def test_a_mistake_in_a_table_is_located(what: str, tmp_path: Path) -> None:
    table, before, after, told = WRONG_TABLES[what]
    text = TABLES[f"{table}.csv"]
    assert before in text
    found = mistakes(tmp_path, **{table: text.replace(before, after, 1)})
    assert any(told in said for said in found), found


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        schools=TABLES["schools.csv"].replace("general,4", "general,four"),
        projects=TABLES["projects.csv"].replace("801", "-1"),
    )
    assert len(found) == 2


def test_chinese_headers_and_the_windows_code_page_are_read(tmp_path: Path) -> None:
    write_small_plan(tmp_path)
    written = (tmp_path / "schools.csv").read_text(encoding="utf-8")
    chinese = written.replace(
        "school_id,name,area,track,rooms,site_rooms,teachers,least_classes",
        "学校代码,学校名称,区县,普职类别,教室数,校址可容教室数,专任教师数,最少招生班数",
    ).replace(",general,", ",普高,")
    (tmp_path / "schools.csv").write_bytes(chinese.encode("gb18030"))
    plan = read_plan(tmp_path)
    assert isinstance(plan, Plan)
    assert plan.schools == small_plan(tmp_path / "english").schools


def test_identifiers_keep_their_leading_zeros(tmp_path: Path) -> None:
    tables = {
        name.removesuffix(".csv"): text.replace("\ng,", "\n007,").replace(",g,", ",007,")
        for name, text in TABLES.items()
    }
    assert read_plan(write_small_plan(tmp_path, PLAN, **tables)).schools[0].school_id == "007"


def test_a_workbook_is_read_like_the_table(tmp_path: Path) -> None:
    folder = write_small_plan(tmp_path, PLAN.replace("schools.csv", "schools.xlsx"))
    with xlsxwriter.Workbook(folder / "schools.xlsx") as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(TABLES["schools.csv"].splitlines()):
            for column, cell in enumerate(line.split(",")):
                sheet.write_string(row, column, cell)
    assert read_plan(folder).schools == small_plan(tmp_path / "csv").schools
