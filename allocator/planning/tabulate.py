"""The tables of a plan's result, as rows in the order of the input tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from allocator.errors import Translate, english
from allocator.planning.account import Account
from allocator.planning.check import comparisons
from allocator.planning.discrepancies import compared
from allocator.planning.exact_text import decimal
from allocator.planning.indicators import indicators
from allocator.planning.settings import TRACKS
from allocator.planning.variables import SIZES

Cell = str | int | None
Table = Sequence[Mapping[str, Cell]]


def classes(account: Account) -> Table:
    """What every school announces each year; a school without classes in a year has no row."""
    decisions = account.decisions
    rows: list[Mapping[str, Cell]] = []
    for year in account.plan.years:
        for school in account.plan.schools:
            announced = {size: decisions.classes[school.school_id, year, size] for size in SIZES}
            if not any(announced.values()):
                continue
            rows.append(
                {
                    "year": year,
                    "school_id": school.school_id,
                    "name": school.name,
                    "area": school.area,
                    "track": school.track,
                    "rooms": account.rooms(school.school_id, year),
                    "classes": sum(announced.values()),
                    "large": announced["large"],
                    "super_large": announced["super_large"],
                    "students": account.admitted_by(school.school_id, year),
                }
            )
    return rows


def projects(account: Account) -> Table:
    """Every project, with the years in which it begins and is ready; both empty if it is not built."""
    rows: list[Mapping[str, Cell]] = []
    for project in account.plan.projects:
        begun = account.decisions.begun.get(project.project_id)
        school = account.plan.school[project.school_id]
        rows.append(
            {
                "project_id": project.project_id,
                "name": project.name,
                "kind": project.kind,
                "school_id": project.school_id,
                "area": school.area,
                "track": school.track,
                "begins": begun,
                "ready": None if begun is None else begun + project.building_years,
                "rooms": project.rooms,
                "seats": project.rooms * account.plan.settings.tracks[school.track].class_size,
                "cost": project.cost,
                **{f"money_{year}": account.spent_on(project, year) for year in account.plan.years},
            }
        )
    return rows


def areas(account: Account) -> Table:
    """Every area in every year: graduates, who of them is admitted, and for each track students and teachers."""
    plan = account.plan
    rows: list[Mapping[str, Cell]] = []
    for year in plan.years:
        for area in plan.areas:
            row: dict[str, Cell] = {
                "year": year,
                "area": area,
                "graduates": plan.cohort[area, year].graduates,
                "residents_admitted": account.residents(area, year),
            }
            for track in TRACKS:
                students, teachers = account.students(track, year, area), account.teachers(track, year, area)
                row |= {
                    f"admitted_{track}": account.admitted(track, year, area),
                    f"students_{track}": math.floor(students),
                    f"teachers_{track}": teachers,
                    f"recruited_{track}": account.decisions.recruits[area, track, year],
                    f"students_per_teacher_{track}": decimal(students / teachers, 2) if teachers else None,
                }
            rows.append(row)
    return rows


def indicator_rows(account: Account) -> Table:
    """Every indicator of every year, beside its target."""
    met = {None: None, True: "true", False: "false"}
    return [
        {
            "year": i.year,
            "indicator": i.name,
            "value": decimal(i.value),
            "fraction": _fraction(i.value),
            "target": None if i.target is None else decimal(i.target),
            "met": met[i.met],
        }
        for i in indicators(account)
    ]


def binding(account: Account, translate: Translate = english) -> Table:
    """The rules that bind: one unit less of their limit, and the plan would break them."""
    rows: dict[tuple[str, str], dict[str, Cell]] = {}
    for found in comparisons(account):
        # That a project is not built twice, and that a kind of class which nobody announces is empty, says nothing.
        if not found.binds or found.rule.family == "projects" or (found.limit == 0 and found.used == 0):
            continue
        text = found.rule.text(translate)
        rows.setdefault(
            (found.rule.family, text),
            {
                "family": found.rule.family,
                "rule": text,
                "used": decimal(found.used),
                "limit": decimal(found.limit),
                "bound": "at_most" if found.is_at_most else "at_least",
            },
        )
    return list(rows.values())


def discrepancy_rows(account: Account) -> Table:
    """Every relation between a document's own figures, and whether it holds."""
    return [
        {
            "relation": c.name,
            "expression": c.expression,
            "computed": decimal(c.computed),
            "compare": "at_most" if c.is_at_most else "equals",
            "stated": decimal(c.stated),
            "difference": decimal(c.computed - c.stated),
            "holds": "true" if c.holds else "false",
            "remark": c.remark,
        }
        for c in compared(account.plan.stated)
    ]


def seats(account: Account) -> Table:
    """The seats table of the year that the plan names: the students that each school admits, for `allocator run`."""
    asked = account.plan.settings.seats
    if asked is None:
        return []
    return [
        {
            "batch": asked.batches[school.track],
            "programme_id": school.programme,
            "pool": asked.pool,
            "seats": account.admitted_by(school.school_id, asked.year),
        }
        for school in account.plan.schools
        if account.admitted_by(school.school_id, asked.year)
    ]


def programmes(account: Account) -> Table:
    """The programmes of the seats table."""
    offered = {row["programme_id"] for row in seats(account)}
    return [
        {
            "programme_id": school.programme,
            "school_id": school.school_id,
            "name": school.name or school.school_id,
            "track": school.track,
            "area": school.area,
            "class_size": account.plan.settings.tracks[school.track].class_size,
        }
        for school in account.plan.schools
        if school.programme in offered
    ]


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
