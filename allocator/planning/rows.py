"""The rows of a plan's tables, and the Chinese headers that are built in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from allocator.planning.settings import Count, Number, Track, Year
from allocator.scenario.fields import Name

_TRACKS = {"普高": "general", "中职": "vocational"}
_KINDS = {"新建": "new", "改扩建": "enlargement"}
_TRUE = ("true", "1", "yes", "是")


def _named(names: Mapping[str, str]) -> BeforeValidator:
    return BeforeValidator(lambda value: names.get(value, value))


def _flag(value: Any) -> Any:
    return value.strip().lower() in _TRUE if isinstance(value, str) else value


class Row(BaseModel):
    """A row: columns that the format does not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Cohort(Row):
    """An area in a year: who finishes junior-secondary school, who is of age, who learns as an adult."""

    area: Name
    year: Year
    graduates: Count
    population: Count  # aged 15 to 17
    adults: Count = 0  # adult learners (成人在职教育) at the area's vocational schools


class School(Row):
    """A school, there or to be built; a room (教室) holds one class."""

    school_id: Name
    name: str = ""
    area: Name
    track: Annotated[Track, _named(_TRACKS)]
    rooms: Count
    site_rooms: Count | None = None  # most rooms that its site can hold
    teachers: Count
    least_classes: Count = 0  # fewest that it announces each year once it has rooms from the start
    programme_id: str | None = None  # in the seats table; the school's own identifier if not given

    @property
    def programme(self) -> str:
        return self.programme_id or self.school_id


class Classes(Row):
    """The classes of a school that entered in one year, as they are in the year before the plan."""

    school_id: Name
    entered: Year
    classes: Count
    large: Count = 0  # of these classes; super-large ones are not among them
    super_large: Count = 0
    students: Count


class Project(Row):
    """A new school or an enlargement. Begun in year y, its rooms are ready y + building years later."""

    project_id: Name
    name: str = ""
    kind: Annotated[Literal["new", "enlargement"], _named(_KINDS)]
    school_id: Name
    rooms: Number
    cost: Count  # 10,000 yuan, spent in equal parts over the building years
    earliest: Year
    building_years: Annotated[Number, Field(le=10)]
    required: Annotated[bool, BeforeValidator(_flag)] = False


IDENTIFIERS = ("school_id", "project_id", "programme_id")
HEADERS = {
    "区县": "area",
    "县区": "area",
    "所属区县": "area",
    "年份": "year",
    "初中毕业生": "graduates",
    "初中毕业生数": "graduates",
    "适龄人口": "population",
    "成人学员": "adults",
    "学校代码": "school_id",
    "学校名称": "name",
    "普职": "track",
    "普职类别": "track",
    "办学类别": "track",
    "教室数": "rooms",
    "校址可容教室数": "site_rooms",
    "专任教师": "teachers",
    "专任教师数": "teachers",
    "最少招生班数": "least_classes",
    "招生单位代码": "programme_id",
    "入学年份": "entered",
    "班数": "classes",
    "大班数": "large",
    "超大班数": "super_large",
    "在校生": "students",
    "在校生数": "students",
    "项目代码": "project_id",
    "项目名称": "name",
    "建设性质": "kind",
    "投资": "cost",
    "投资(万元)": "cost",
    "最早开工年份": "earliest",
    "建设年限": "building_years",
    "必建": "required",
}
