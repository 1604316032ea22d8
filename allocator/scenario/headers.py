"""The columns of each table, and the Chinese headers that are built in (formats.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TableColumns:
    """What a table must have; identifiers are text and keep their leading zeros."""

    required: tuple[str, ...]
    identifiers: tuple[str, ...]


TABLES: Mapping[str, TableColumns] = {
    "applicants": TableColumns(("applicant_id",), ("applicant_id", "feeder_school_id")),
    "programmes": TableColumns(("programme_id", "track"), ("programme_id", "school_id")),
    "seats": TableColumns(("batch", "programme_id", "pool", "seats"), ("programme_id",)),
    "choices": TableColumns(("applicant_id", "batch", "choice", "programme_id"), ("applicant_id", "programme_id")),
    "feeder_seats": TableColumns(
        ("batch", "programme_id", "feeder_school_id", "seats"), ("programme_id", "feeder_school_id")
    ),
    "priorities": TableColumns(("programme_id", "applicant_id", "priority"), ("programme_id", "applicant_id")),
    "schools": TableColumns(("school_id",), ("school_id",)),
    "feeder_schools": TableColumns(("feeder_school_id",), ("feeder_school_id",)),
}

# Headers that mean the same in every table; a table's own come first. A header that could mean two columns is left
# out (学校名称 of a programme, 名次, of which the smaller is better): the scenario's `columns` says what it is.
_ANYWHERE = {
    "准考证号": "applicant_id",
    "准考证号码": "applicant_id",
    "考生号": "applicant_id",
    "报名号": "applicant_id",
    "报名序号": "applicant_id",
    "毕业学校": "feeder_school_id",
    "毕业中学": "feeder_school_id",
    "毕业初中": "feeder_school_id",
    "毕业学校代码": "feeder_school_id",
    "毕业中学代码": "feeder_school_id",
    "初中代码": "feeder_school_id",
    "初中学校代码": "feeder_school_id",
    "所属区县": "area",
    "所在区县": "area",
    "区县": "area",
    "县区": "area",
    "县(区)": "area",
    "总分": "total",
    "学校代码": "school_id",
    "招生学校代码": "school_id",
    "招生单位": "programme_id",
    "招生单位代码": "programme_id",
    "招生代码": "programme_id",
    "志愿代码": "programme_id",
    "专业代码": "programme_id",
    "批次": "batch",
    "批次名称": "batch",
    "招生批次": "batch",
    "录取批次": "batch",
    "志愿序号": "choice",
    "志愿顺序": "choice",
    "志愿号": "choice",
    "计划数": "seats",
    "招生计划": "seats",
    "招生计划数": "seats",
    "招生人数": "seats",
    "计划类别": "pool",
    "计划类型": "pool",
    "优先级": "priority",
    "普职类别": "track",
    "办学类别": "track",
    "最低分": "min_score",
    "最低录取分": "min_score",
    "办学性质": "ownership",
    "城乡类型": "setting",
    "班额": "class_size",
    "最低开班人数": "min_open",
}
_SUBJECTS = {
    "语文": "chinese",
    "数学": "maths",
    "英语": "english",
    "物理": "physics",
    "化学": "chemistry",
    "生物": "biology",
    "历史": "history",
    "地理": "geography",
    "道德与法治": "politics",
    "体育": "pe",
}
_OF_TABLE = {
    "applicants": {**_SUBJECTS, "姓名": "name"},
    "programmes": {"专业名称": "name", "招生单位名称": "name", "普职": "track"},
    "feeder_seats": {"指标数": "seats", "指标计划": "seats", "分配名额": "seats", "名额": "seats"},
    "schools": {"学校名称": "name"},
    "feeder_schools": {
        "学校名称": "name",
        "初中名称": "name",
        "学校代码": "feeder_school_id",
        "初中学校": "feeder_school_id",
    },
}

# Columns that the format gives a meaning: their headers are understood even where a rule names the header itself.
_OF_THE_FORMAT = {
    "applicant_id", "feeder_school_id", "area", "school_id", "programme_id", "batch", "choice", "seats", "pool",
    "priority", "track", "min_score", "min_open",
}  # fmt: skip

TRACKS = {"general": True, "普高": True, "vocational": False, "中职": False}


def column_name(table: str, header: str, own: Mapping[str, str]) -> str:
    """The column that a header stands for: the scenario's own headers first, then the built-in ones."""
    header = header.strip()
    if header in own:
        return own[header]
    # Brackets come in two widths, and one header must not depend on the keyboard.
    plain = header.replace("（", "(").replace("）", ")")
    return _OF_TABLE.get(table, {}).get(plain) or _ANYWHERE.get(plain, header)


def own_headers(columns: Mapping[str, str], named: Iterable[str]) -> dict[str, str]:
    """The scenario's own headers, among them those that its rules name as they are written in the table.

    A scenario may call a column 总分 or 语文 itself: then its header stands for nothing else.
    """
    kept = {name: name for name in named if column_name("applicants", name, {}) not in {name, *_OF_THE_FORMAT}}
    return {**kept, **columns}
