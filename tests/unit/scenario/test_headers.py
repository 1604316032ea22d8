"""Chinese headers: built in for every table, the scenario's own first, and never two columns of one meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.errors import InputError
from allocator.scenario.headers import TABLES as COLUMNS
from allocator.scenario.headers import column_name
from allocator.scenario.scenario import load
from tests.unit.scenario.small_town import SCENARIO, TABLES, same, write_town

CHINESE = {
    "applicants": {
        "applicant_id": "准考证号",
        "name": "姓名",
        "feeder_school_id": "毕业中学",
        "area": "所属区县",
        "total": "总分",
        "maths": "数学",
        "pe": "体育",
    },
    "programmes": {
        "programme_id": "招生单位代码",
        "school_id": "学校代码",
        "name": "专业名称",
        "track": "普职类别",
        "area": "区县",
    },
    "seats": {"batch": "招生批次", "programme_id": "招生代码", "pool": "计划类别", "seats": "计划数"},
    "choices": {"applicant_id": "报名号", "batch": "批次", "choice": "志愿序号", "programme_id": "志愿代码"},
    "feeder_seats": {
        "batch": "批次",
        "programme_id": "招生单位",
        "feeder_school_id": "毕业学校",
        "seats": "指标数",
    },
    "feeder_schools": {"feeder_school_id": "学校代码", "name": "学校名称", "area": "区县"},
    "schools": {"school_id": "学校代码", "name": "学校名称", "ownership": "办学性质"},
    "priorities": {"programme_id": "招生单位", "applicant_id": "考生号", "priority": "优先级"},
}


def in_chinese(name: str) -> str:
    header, rows = TABLES[name].split("\n", 1)
    return ",".join(CHINESE[name].get(column, column) for column in header.split(",")) + "\n" + rows


def test_every_table_may_have_chinese_headers(tmp_path: Path) -> None:
    assert CHINESE.keys() == COLUMNS.keys()
    expected = load(write_town(tmp_path / "english")).cohort
    found = load(write_town(tmp_path / "chinese", **{name: in_chinese(name) for name in CHINESE})).cohort
    assert same(found, expected)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("准考证号", "applicant_id"),
        ("考生号", "applicant_id"),
        ("报名号", "applicant_id"),
        ("毕业学校", "feeder_school_id"),
        ("毕业中学", "feeder_school_id"),
        ("所属区县", "area"),
        ("区县", "area"),
        ("县（区）", "area"),
        ("总分", "total"),
        ("学校代码", "school_id"),
        ("计划数", "seats"),
        ("批次", "batch"),
        ("志愿序号", "choice"),
    ],
)
def test_a_header_of_the_format_means_the_same_in_every_table(header: str, column: str) -> None:
    for table in COLUMNS:
        own = "feeder_school_id" if (table, header) == ("feeder_schools", "学校代码") else column
        assert column_name(table, header, {}) == own
        assert column_name(table, f" {header} ", {}) == own


def test_the_scenarios_own_headers_come_first(tmp_path: Path) -> None:
    town = write_town(
        tmp_path, applicants=TABLES["applicants"].replace("applicant_id", "考籍号").replace("total", "总分")
    )
    (town / "scenario.yaml").write_text(SCENARIO + "columns: {考籍号: applicant_id, 总分: total}\n", encoding="utf-8")
    assert load(town).cohort.applicants.ids.to_list()[:2] == ["0001", "0002"]


def test_a_scenario_may_call_a_column_by_its_chinese_header(tmp_path: Path) -> None:
    header = TABLES["applicants"].replace("total", "总分").replace("maths", "数学")
    town = write_town(tmp_path, applicants=header)
    text = SCENARIO.replace("total: 1", "总分: 1").replace("[total]", "[总分]").replace(" maths]", " 数学]")
    (town / "scenario.yaml").write_text(text, encoding="utf-8")
    scenario = load(town)
    assert scenario.cohort.applicants.numbers["总分"].decimal(1) == 640
    # A variant that calls it otherwise reads the table again.
    variant = scenario.replace({"rankings.exam.tie_break": ["数学"], "rankings.interview.tie_break": []})
    assert variant.cohort.applicants.numbers["数学"].decimal(0) == 100


def test_two_headers_of_one_meaning_are_told_apart_by_the_scenario(tmp_path: Path) -> None:
    both = TABLES["applicants"].replace("applicant_id,name", "报名号,准考证号")
    town = write_town(tmp_path, applicants=both)
    with pytest.raises(InputError, match='the headers 报名号, 准考证号 all mean "applicant_id"'):
        load(town)
    (town / "scenario.yaml").write_text(SCENARIO + "columns: {准考证号: ticket}\n", encoding="utf-8")
    assert load(town).cohort.applicants.table["ticket"].to_list()[0] == "One"


def test_a_message_says_the_header_as_it_is_written(tmp_path: Path) -> None:
    town = write_town(tmp_path, seats=in_chinese("seats").replace("late,P4,open,2", "late,P9,open,-1"))
    with pytest.raises(InputError) as error:
        load(town)
    places = {problem.where.text() for problem in error.value.problems if problem.where.file == "seats.csv"}
    assert places == {"seats.csv row 9, column 招生代码", "seats.csv row 9, column 计划数"}
