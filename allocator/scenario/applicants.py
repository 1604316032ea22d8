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
from allocator.scenario.written import KeyPath, PlaceOf


def applicants(
    settings: Settings, table: Table, feeder_school_ids: tuple[str, ...], place_of: PlaceOf
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
        numbers=_numbers(settings, table, place_of),
        feeder_school=positions(schools, pl.Series(feeder_school_ids, dtype=pl.String)),
        area=positions(areas, pl.Series(area_names, dtype=pl.String)),
    )
    return result, area_names


def named_columns(settings: Settings) -> tuple[dict[str, KeyPath], dict[str, KeyPath]]:
    """The columns that the scenario names, as numbers and as texts, each with the first place that names it."""
    numbers: dict[str, KeyPath] = {}
    texts: dict[str, KeyPath] = {}
    for name, rule in settings.derived.items():
        for column in derived_columns.columns_of(rule):
            numbers.setdefault(column, ("derived", name))
        for column in derived_columns.texts_of(rule):
            texts.setdefault(column, ("derived", name))
    for name, ranking in settings.rankings.items():
        for column in (ranking.score, *ranking.tie_break):
            if column != PRIORITIES:
                numbers.setdefault(column, ("rankings", name))
    for name, group in settings.groups.items():
        for column, test in group.items():
            (numbers if isinstance(test, Interval) else texts).setdefault(column, ("groups", name, column))
    return numbers, texts


def _numbers(settings: Settings, table: Table, place_of: PlaceOf) -> dict[str, Numbers]:
    """The numeric columns that rankings, groups and derived columns name, derived ones included."""
    wanted, texts = named_columns(settings)
    for column, path in texts.items():
        if column in settings.derived and column not in table:
            template = message('"{column}" is a derived number; test it with at_least or at_most')
            table.problems.append(Problem(place_of(path), template, {"column": column}))
    for column, path in {**texts, **wanted}.items():
        if column not in table and column not in settings.derived:
            table.problems.append(_missing(table, column, place_of(path)))
    numbers: dict[str, Numbers] = {}
    for column in wanted:
        if column not in settings.derived:
            numbers[column] = decimals(table, column) if column in table else constant(0, len(table))
    for name, rule in settings.derived.items():
        place = place_of(("derived", name))
        if name in table:
            template = message("{file} has a column of this name already; rename one of them")
            table.problems.append(Problem(place, template, {"file": table.file}))
        later = [c for c in derived_columns.columns_of(rule) if c not in numbers]
        if later:
            template = message('"{found}" is derived further down; write it above')
            table.problems.append(Problem(place, template, {"found": later[0]}))
        if later or any(column not in table for column in derived_columns.texts_of(rule)):
            numbers[name] = constant(0, len(table))
            continue
        try:
            numbers[name] = derived_columns.derive(rule, table, numbers)
        except OverflowError:
            template = message("its numbers have too many digits to be exact; derive it from shorter ones")
            table.problems.append(Problem(place, template))
            numbers[name] = constant(0, len(table))
    return numbers


def _missing(table: Table, column: str, place: Where) -> Problem:
    """A column that the scenario names and the table does not have; with what it may be called there."""
    read_as = column_name(table.name, column, {})
    values = {"column": column, "file": table.file, "known": read_as}
    if read_as != column and read_as in table:
        return Problem(place, message('the header "{column}" of {file} is read as "{known}"; write that'), values)
    close = difflib.get_close_matches(column, [c for c in table.frame.columns if c != ROW], n=1)
    if close:
        template = message('the column "{column}" is not in {file}; did you mean "{known}"?')
        return Problem(place, template, {**values, "known": close[0]})
    return Problem(place, message('the column "{column}" is not in {file}; add it there, or correct its name'), values)
