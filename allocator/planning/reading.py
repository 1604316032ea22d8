"""Reading a plan: the YAML file, its tables and the document's figures; every mistake located, all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from allocator.errors import InputError, Problem, Problems, Where, message
from allocator.planning.mistakes import expected_of
from allocator.planning.plan import Plan, StatedFigures
from allocator.planning.rows import Classes, Cohort, Project, School
from allocator.planning.settings import PlanSettings
from allocator.planning.stated import read_stated
from allocator.planning.tables import digest, read_rows, unique
from allocator.scenario.document import Document, read
from allocator.scenario.model_mistakes import mistakes_of

Rows = Sequence[tuple[Where, Any]]


def read_plan(path: Path, overrides: Mapping[str, Any] | None = None) -> Plan:
    """A plan, checked and frozen.

    Args:
        path: the plan file, or a folder that has a plan.yaml.
        overrides: values by dotted path, such as {"limits.money.total": "800000"}.

    Raises:
        InputError: with every mistake that was found, each with its file and line or row.
    """
    file = path / "plan.yaml" if path.is_dir() else path
    if not file.is_file():
        template = message("no such file; expected a plan file, or a folder with a plan.yaml")
        raise InputError([Problem(Where(file=str(file)), template)])
    problems = Problems()
    document = read(file, overrides, problems)
    try:
        settings = PlanSettings.model_validate(document.value)
    except ValidationError as mistakes:
        problems.extend(Problem(document.where(m["loc"]), *expected_of(m)) for m in mistakes_of(mistakes))
        problems.raise_if_any()
        raise AssertionError("there was a mistake") from mistakes
    _check_years(settings, document, problems)
    tables, folder = settings.tables, file.parent
    own = settings.columns
    cohorts = read_rows(folder / tables.cohorts, "cohorts", Cohort, tables.cohorts, own, problems)
    schools = read_rows(folder / tables.schools, "schools", School, tables.schools, own, problems)
    classes = read_rows(folder / tables.classes, "classes", Classes, tables.classes, own, problems)
    projects = read_rows(folder / tables.projects, "projects", Project, tables.projects, own, problems)
    stated = StatedFigures()
    if settings.document is not None:
        stated = read_stated(folder / settings.document, settings.document, problems)
    if not problems:
        _check_keys(cohorts, schools, classes, projects, problems)
        _check_cohorts(settings, cohorts, schools, problems)
        _check_references(settings, schools, classes, projects, problems)
    problems.raise_if_any()
    names = [tables.cohorts, tables.schools, tables.classes, tables.projects]
    names += [settings.document] if settings.document is not None else []
    inputs = {file.name: digest(file), **{name: digest(folder / name) for name in names}}
    return Plan(
        settings,
        tuple(row for _, row in cohorts),
        tuple(row for _, row in schools),
        tuple(row for _, row in classes),
        tuple(row for _, row in projects),
        stated,
        inputs,
    )


def _check_years(settings: PlanSettings, document: Document, problems: Problems) -> None:
    years = range(settings.years.first, settings.years.last + 1)
    template = message("found {found}, which is no year of the plan ({first} to {last})")

    def check(place: tuple[str, ...], found: Iterable[int]) -> None:
        for year in found:
            if year not in years:
                problems.extend(
                    [Problem(document.where(place), template, {"found": year, "first": years[0], "last": years[-1]})]
                )

    check(("targets", "year"), [settings.targets.year])
    check(("limits", "money", "by_year"), settings.limits.money.by_year)
    for name in ("recruits", "teachers"):
        for track, by_year in getattr(settings.limits, name).items():
            check(("limits", name, track), by_year)
    if settings.seats is not None:
        check(("seats", "year"), [settings.seats.year])


def _check_keys(cohorts: Rows, schools: Rows, classes: Rows, projects: Rows, problems: Problems) -> None:
    unique(cohorts, lambda row: (row.area, row.year), "area, year", problems)
    unique(schools, lambda row: (row.school_id,), "school_id", problems)
    unique(schools, lambda row: (row.programme,), "programme_id", problems)
    unique(classes, lambda row: (row.school_id, row.entered), "school_id, entered", problems)
    unique(projects, lambda row: (row.project_id,), "project_id", problems)


def _check_cohorts(settings: PlanSettings, cohorts: Rows, schools: Rows, problems: Problems) -> None:
    """Every area has a row for every year, and every school is in one of these areas."""
    there = {(row.area, row.year) for _, row in cohorts}
    areas = dict.fromkeys(row.area for _, row in cohorts)
    for area in areas:
        for year in range(settings.years.first, settings.years.last + 1):
            if (area, year) not in there:
                template = message("there is no row for {area} in {year}; every area needs one for every year")
                problems.add(Where(file=settings.tables.cohorts), template, area=area, year=year)
    for where, row in schools:
        if row.area not in areas:
            template = message('no area is called "{found}"; the cohorts table has {known}')
            place = Where(file=where.file, row=where.row, column="area")
            problems.add(place, template, found=row.area, known=", ".join(areas))


def _check_rooms(settings: PlanSettings, schools: Rows, classes: Rows, problems: Problems) -> None:
    """The classes that are still there in the plan's first year have rooms."""
    template = message("found {found} rooms, but {classes} classes are still there in {year}; correct one of them")
    for where, school in schools:
        stays = settings.years.first - len(settings.tracks[school.track].retention)
        there = sum(row.classes for _, row in classes if row.school_id == school.school_id and row.entered >= stays)
        if there > school.rooms:
            place = Where(file=where.file, row=where.row, column="rooms")
            problems.add(place, template, found=school.rooms, classes=there, year=settings.years.first)


def _check_references(settings: PlanSettings, schools: Rows, classes: Rows, projects: Rows, problems: Problems) -> None:
    school = {row.school_id: row for _, row in schools}
    no_school = message('"{found}" is not in the schools table')
    for where, row in [*classes, *projects]:
        if row.school_id not in school:
            place = Where(file=where.file, row=where.row, column="school_id")
            problems.add(place, no_school, found=row.school_id)
    for where, row in classes:
        if row.entered >= settings.years.first:
            template = message("found {found}, expected a year of entry before the plan's first year {first}")
            place = Where(file=where.file, row=where.row, column="entered")
            problems.add(place, template, found=row.entered, first=settings.years.first)
        if row.large + row.super_large > row.classes:
            template = message("found {found} large and super-large classes, but only {classes} classes")
            place = Where(file=where.file, row=where.row, column="classes")
            problems.add(place, template, found=row.large + row.super_large, classes=row.classes)
    _check_rooms(settings, schools, classes, problems)
    for where, row in projects:
        there = school.get(row.school_id)
        if there is not None and row.kind == "new" and there.rooms:
            template = message('"{found}" has {rooms} rooms, so it is not new; call the project an enlargement')
            place = Where(file=where.file, row=where.row, column="kind")
            problems.add(place, template, found=row.school_id, rooms=there.rooms)
