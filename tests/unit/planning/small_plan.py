"""A plan of two schools in one area over two years, small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allocator.planning.plan import Plan
from allocator.planning.reading import read_plan

PLAN = """\
version: 1
name: Small town
years: {first: 2026, last: 2027}
tables: {cohorts: cohorts.csv, schools: schools.csv, classes: classes.csv, projects: projects.csv}
dropout: 0.1
tracks:
  general: {class_size: 50, retention: [1], admits: own_area}
  vocational: {class_size: 40, retention: [0.5], leaving: 0.1, admits: whole_city}
class_sizes: {least: 20, large: 56, super_large: 66, most: 70, large_gone_by: 2027, super_large_gone_by: 2026}
limits:
  money: {by_year: {2026: 900}, total: 1000}
  recruits: {general: {2026: 5}}
  teachers: {general: {2027: 12}}
  students_per_teacher: {general: {2026: 20}}
  served: {2026: 0.5}
  general_share_of_admissions: {2026: 0.75}
  growth: true
targets: {year: 2027, students: 330, gross_enrolment: 0.5, adults: counted, general_share: 0.6}
objectives:
  - unmet_enrolment
  - stock_share
  - flow_share
  - super_large_classes
  - large_classes
  - above_standard
  - money
  - recruits
  - rooms_late
  - recruits_early
  - classes
seats: {year: 2026, pool: open, batches: {general: main, vocational: vocational}}
"""
TABLES = {
    "cohorts.csv": "area,year,graduates,population,adults\nT,2026,200,600,10\nT,2027,200,600,10\n",
    "schools.csv": (
        "school_id,name,area,track,rooms,site_rooms,teachers,least_classes\n"
        "g,General,T,general,4,6,10,1\n"
        "v,Vocational,T,vocational,3,,5,0\n"
    ),
    "classes.csv": "school_id,entered,classes,large,super_large,students\ng,2025,2,1,0,105\nv,2025,1,0,0,40\n",
    "projects.csv": (
        "project_id,name,kind,school_id,rooms,cost,earliest,building_years,required\n"
        "p,Two rooms,enlargement,g,2,801,2026,1,\n"
    ),
}


def write_small_plan(folder: Path, plan: str = PLAN, **tables: str) -> Path:
    """The files of the small plan; a table given by its name without suffix replaces the small plan's."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    for name, text in TABLES.items():
        (folder / name).write_text(tables.get(name.removesuffix(".csv"), text), encoding="utf-8")
    return folder


def small_plan(folder: Path, overrides: Mapping[str, Any] | None = None, plan: str = PLAN, **tables: str) -> Plan:
    return read_plan(write_small_plan(folder, plan, **tables), overrides)
