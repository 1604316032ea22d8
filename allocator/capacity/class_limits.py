"""What a class costs, and how many may be added: a budget or a number of classes, and a table of limits.

The table has a row per programme (`programme_id`) or per school (`school_id`), with `cost` of one class and `at_most`
classes, each of which may be empty. A row of a school bounds all its programmes together, and its cost is that of the
programmes that have none of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from allocator.errors import InputError, Problem, UsageError, Where, message
from allocator.scenario.cohort import IntArray, Numbers
from allocator.scenario.fields import DECIMAL
from allocator.scenario.headers import column_name
from allocator.scenario.keys import positions, unique
from allocator.scenario.mistakes import ROW, Table, shown
from allocator.scenario.numbers import MOST, decimals, places, unscaled, whole_numbers
from allocator.scenario.raw_cells import read_csv_cells
from allocator.scenario.scenario import Scenario

_HEADERS = {"每班费用": "cost", "最多班数": "at_most"}
_COLUMNS = ("programme_id", "school_id", "cost", "at_most")
_TOO_LARGE = 2**62


@dataclass(frozen=True)
class ClassLimits:
    """What may be added where; costs and budget are whole numbers at one scale."""

    budget: int  # or the number of classes, of which each costs 1
    cost: IntArray  # (programme,) of one class
    at_most: IntArray  # (programme,) classes
    school: IntArray  # (programme,) the school whose programmes share a limit, -1: none
    school_at_most: IntArray  # (school,) classes
    scale: int  # decimal places of budget and costs
    has_costs: bool  # a budget was given, and not a number of classes


@dataclass(frozen=True)
class _Rows:
    """The table of limits."""

    table: Table
    programme: IntArray  # (row,) -1: the row is of a school
    school: IntArray  # (row,) position in the identifiers of schools, -1: the row is of a programme
    cost: Numbers  # (row,)
    at_most: IntArray  # (row,)


def class_limits(
    scenario: Scenario,
    *,
    classes: int | None = None,
    budget: Decimal | None = None,
    cost: Decimal | None = None,
    at_most: int | None = None,
    limits: tuple[bytes, str] | None = None,
) -> ClassLimits:
    """The limits of an expansion.

    Args:
        classes: how many classes may be added in all; costs then count for nothing.
        budget: or what they may cost together.
        cost: of one class, where the table has none.
        at_most: classes at one programme, where the table has no number.
        limits: the table as CSV, and its name for messages.

    Raises:
        InputError: if the table has mistakes, or a programme has no cost under a budget.
    """
    if (classes is None) == (budget is None):
        raise UsageError("give either --classes or --budget")
    if cost is not None and cost <= 0:
        raise UsageError("the cost of a class must be more than 0")
    num_programmes = len(scenario.cohort.programmes)
    schools = _schools_of_programmes(scenario)
    school_ids = schools.drop_nulls().unique(maintain_order=True)
    school = positions(schools, school_ids)
    rows = None if limits is None else _read(scenario, school_ids, *limits)
    most = np.full(num_programmes, MOST if at_most is None else at_most, dtype=np.int64)
    school_most = np.full(len(school_ids), MOST, dtype=np.int64)
    if rows is not None:
        of_programme = (rows.programme >= 0) & (rows.at_most < MOST)
        most[rows.programme[of_programme]] = rows.at_most[of_programme]
        school_most[rows.school[rows.school >= 0]] = rows.at_most[rows.school >= 0]
    if classes is not None:
        ones = np.ones(num_programmes, dtype=np.int64)
        return ClassLimits(classes, ones, most, school, school_most, 0, False)
    assert budget is not None
    scale = max(places(budget), 0 if cost is None else places(cost), 0 if rows is None else rows.cost.scale)
    largest = [0 if cost is None else unscaled(cost, scale)]
    if rows is not None and len(rows.cost.unscaled):
        largest.append(int(rows.cost.unscaled.max()) * 10 ** (scale - rows.cost.scale))
    if max(largest) >= _TOO_LARGE:
        raise UsageError("a cost and the decimals of another are too far apart to be added exactly; write fewer digits")
    costs = _costs(scenario, school, rows, None if cost is None else unscaled(cost, scale), scale)
    return ClassLimits(unscaled(budget, scale), costs, most, school, school_most, scale, True)


def _schools_of_programmes(scenario: Scenario) -> pl.Series:
    frame = scenario.cohort.programmes.table
    if "school_id" in frame.columns:
        return frame["school_id"]
    return pl.Series("school_id", [None] * frame.height, dtype=pl.String)


def _read(scenario: Scenario, school_ids: pl.Series, content: bytes, file: str) -> _Rows:
    problems: list[Problem] = []
    raw = read_csv_cells(content, "programmes", file, problems)
    if raw is None:
        raise InputError(problems)
    names = [_HEADERS.get(header.strip()) or column_name("programmes", header, {}) for header in raw.header]
    for name in _COLUMNS:
        if names.count(name) > 1:
            problems.append(Problem(Where(file=file, column=name), message("two headers have this meaning; keep one")))
    if not {"programme_id", "school_id"} & set(names):
        template = message(
            "no header is programme_id or school_id, which say what a row is of; the headers are {headers}"
        )
        problems.append(Problem(Where(file=file), template, {"headers": ", ".join(map(shown, raw.header))}))
    if problems:
        raise InputError(problems)
    frame = raw.cells.select(pl.nth(i).alias(name) for i, name in enumerate(names) if name in _COLUMNS)
    table = Table("programmes", frame.with_columns(pl.Series(ROW, raw.rows, dtype=pl.Int64)), file, problems)
    is_programme, is_school = table["programme_id"].is_not_null(), table["school_id"].is_not_null()
    table.wrong(
        "programme_id" if "programme_id" in table else "school_id",
        is_programme == is_school,
        message("a row needs either a programme_id or a school_id, and not both"),
    )
    programme = _position(table, "programme_id", pl.Series(scenario.cohort.programmes.ids, dtype=pl.String))
    school = _position(table, "school_id", school_ids)
    for column in ("programme_id", "school_id"):
        named = Table(table.name, table.frame.filter(table[column].is_not_null()), file, problems)
        if len(named):
            unique(named, [column])
    cost = decimals(table, "cost")
    too_little = table["cost"].str.contains(DECIMAL) & pl.Series(cost.unscaled <= 0)
    table.wrong("cost", too_little, message('found "{found}", expected a cost of more than 0'))
    at_most = whole_numbers(table, "at_most", least=0, may_be_empty=True)
    at_most[table["at_most"].is_null().to_numpy()] = MOST
    if problems:
        raise InputError(problems)
    return _Rows(table, programme, school, cost, at_most)


def _position(table: Table, column: str, known: pl.Series) -> IntArray:
    """(row,) the position of each identifier, -1 for an empty cell; one of nothing is a mistake."""
    found = positions(table[column], known)
    template = message('the programmes table has no {name} "{found}"')
    table.wrong(column, table[column].is_not_null() & pl.Series(found < 0), template, name=column)
    return found


def _costs(scenario: Scenario, school: IntArray, rows: _Rows | None, default: int | None, scale: int) -> IntArray:
    """(programme,) its own cost, its school's, or the default."""
    none = -1
    costs = np.full(len(school), none if default is None else default, dtype=np.int64)
    if rows is not None:
        given = ~rows.cost.missing
        cost = rows.cost.at_scale(scale)
        for row in np.flatnonzero(given & (rows.school >= 0)):
            costs[school == rows.school[row]] = cost[row]
        own = given & (rows.programme >= 0)
        costs[rows.programme[own]] = cost[own]
    missing = np.flatnonzero(costs == none)
    if len(missing):
        raise UsageError(
            "{count} programmes have no cost of a class, the first is {programme}: give --cost, or a row each",
            count=len(missing),
            programme=scenario.cohort.programmes.ids[missing[0]],
        )
    return costs
