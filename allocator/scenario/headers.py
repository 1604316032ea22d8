"""The columns of each table, and the Chinese headers that are built in (formats.md)."""

from __future__ import annotations

from collections.abc import Mapping
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

# Headers that mean the same in every table; a table's own come first.
_ANYWHERE = {
    "准考证号": "applicant_id",
    "考生号": "applicant_id",
    "报名号": "applicant_id",
    "毕业学校": "feeder_school_id",
    "毕业中学": "feeder_school_id",
    "初中代码": "feeder_school_id",
    "毕业学校代码": "feeder_school_id",
    "所属区县": "area",
    "区县": "area",
    "总分": "total",
    "学校代码": "school_id",
    "招生单位": "programme_id",
    "招生单位代码": "programme_id",
    "招生代码": "programme_id",
    "志愿代码": "programme_id",
    "专业代码": "programme_id",
    "批次": "batch",
    "招生批次": "batch",
    "志愿序号": "choice",
    "计划数": "seats",
    "计划类别": "pool",
    "优先级": "priority",
    "普职类别": "track",
    "办学类别": "track",
    "最低分": "min_score",
    "办学性质": "ownership",
    "班额": "class_size",
}
_OF_TABLE = {
    "programmes": {"专业名称": "name", "招生单位名称": "name"},
    "schools": {"学校名称": "name"},
    "feeder_schools": {"学校名称": "name", "学校代码": "feeder_school_id"},
}

TRACKS = {"general": True, "普高": True, "vocational": False, "中职": False}


def column_name(table: str, header: str, own: Mapping[str, str]) -> str:
    """The column that a header stands for: the scenario's own headers first, then the built-in ones."""
    header = header.strip()
    if header in own:
        return own[header]
    return _OF_TABLE.get(table, {}).get(header) or _ANYWHERE.get(header, header)
