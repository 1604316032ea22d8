"""The applicants: identifiers, schools, areas, and the numeric columns that the scenario names."""

from __future__ import annotations

import difflib

import polars as pl

from allocator.errors import Problem, Where, message
from allocator.scenario import derived as derived_columns
from allocator.scenario.cohort import Applicants, Numbers
from allocator.scenario.headers import column_name
from allocator.scenario.keys import positions
from allocator.scenario.mistakes import ROW, Table
from allocator.scenario.numbers import constant, decimals
from allocator.scenario.settings import PRIORITIES, Interval, Settings


def applicants(
    settings: Settings, table: Table, feeder_school_ids: tuple[str, ...]
) -> tuple[Applicants, tuple[str, ...]]:
    """The applicants, and the names of their areas."""
    areas, schools = table["area"], table["feeder_school_id"]
    area_names = tuple(sorted(areas.drop_nulls().unique()))
    if settings.guideline is not None and settings.guideline.scope == "area":
        if "area" in table:
            table.wrong(
                "area", areas.is_null(), message("this cell is empty, and the guideline is by area; fill it in")
            )
        else:
            table.add(message('the guideline is by area: the column "area" is missing'))
    uses_cells = any(settings.feeder_pool(batch) for batch in settings.batches)
    if uses_cells and "feeder_school_id" not in table:
        table.add(message('a pool is per feeder school: the column "feeder_school_id" is missing'))
    result = Applicants(
        ids=table["applicant_id"].fill_null(""),
        table=table.frame.drop(ROW),
        numbers=_numbers(settings, table),
        feeder_school=positions(schools, pl.Series(feeder_school_ids, dtype=pl.String)),
        area=positions(areas, pl.Series(area_names, dtype=pl.String)),
    )
    return result, area_names


def named_columns(settings: Settings) -> tuple[dict[str, str], dict[str, str]]:
    """The columns that the scenario names, as numbers and as texts, each with the first place that names it."""
    numbers: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, rule in settings.derived.items():
        for column in derived_columns.columns_of(rule):
            numbers.setdefault(column, f"derived.{name}")
        for column in derived_columns.texts_of(rule):
            texts.setdefault(column, f"derived.{name}")
    for name, ranking in settings.rankings.items():
        for column in (ranking.score, *ranking.tie_break):
            if column != PRIORITIES:
                numbers.setdefault(column, f"rankings.{name}")
    for name, group in settings.groups.items():
        for column, test in group.items():
            (numbers if isinstance(test, Interval) else texts).setdefault(column, f"groups.{name}")
    return numbers, texts


def _numbers(settings: Settings, table: Table) -> dict[str, Numbers]:
    """The numeric columns that rankings, groups and derived columns name, derived ones included."""
    wanted, texts = named_columns(settings)
    for column, place in texts.items():
        if column in settings.derived and column not in table:
            template = message('"{column}" is a derived number; `{place}` tests it with at_least or at_most')
            table.problems.append(Problem(Where(key=place), template, {"column": column, "place": place}))
        elif column not in table:
            _missing(table, column, place)
    numbers: dict[str, Numbers] = {}
    for column, place in wanted.items():
        if column in settings.derived:
            continue
        if column not in table and column not in texts:
            _missing(table, column, place)
        numbers[column] = decimals(table, column) if column in table else constant(0, len(table))
    for name, rule in settings.derived.items():
        if name in table:
            template = message("the applicants table has a column of this name already; rename one of them")
            table.problems.append(Problem(Where(key=f"derived.{name}"), template))
        later = [c for c in derived_columns.columns_of(rule) if c not in numbers]
        for column in later[:1]:
            template = message('"{found}" is derived further down; write it above')
            table.problems.append(Problem(Where(key=f"derived.{name}"), template, {"found": column}))
        absent = [c for c in derived_columns.texts_of(rule) if c not in table]
        numbers[name] = (
            constant(0, len(table)) if later or absent else derived_columns.derive(name, rule, table, numbers)
        )
    return numbers


def _missing(table: Table, column: str, place: str) -> None:
    """A column that the scenario names and the table does not have; with what it may be called there."""
    read_as = column_name(table.name, column, {})
    headers = [c for c in table.frame.columns if c != ROW]
    close = difflib.get_close_matches(column, headers, n=1)
    if read_as != column and read_as in table:
        template = message('the column "{column}", which `{place}` names, is read as "{known}"; write that')
        table.add(template, column=column, place=place, known=read_as)
    elif close:
        template = message('the column "{column}", which `{place}` names, is missing; did you mean "{known}"?')
        table.add(template, column=column, place=place, known=close[0])
    else:
        template = message('the column "{column}", which `{place}` names, is missing')
        table.add(template, column=column, place=place)
