"""A programme's own order of applicants, and the weights of feeder schools: the tables that few scenarios have."""

from __future__ import annotations

import numpy as np
import polars as pl

from allocator.errors import Problem, message
from allocator.scenario.cohort import IntArray, Numbers, PriorityRows
from allocator.scenario.keys import References, positions, resolved, unique
from allocator.scenario.mistakes import Table
from allocator.scenario.numbers import decimals, whole_numbers
from allocator.scenario.settings import PRIORITIES, Settings
from allocator.scenario.written import PlaceOf

ELIGIBLE = "eligible"  # the weight that is counted and not read: applicants in the pool's group (R9)


def priority_rows(table: Table, references: References) -> PriorityRows:
    """The priorities table in canonical order."""
    unique(table, ["programme_id", "applicant_id"])
    programme = resolved(table, "programme_id", references)
    applicant = resolved(table, "applicant_id", references)
    priority = decimals(table, "priority")
    table.wrong(
        "priority",
        priority.missing,
        message("this cell is empty; to make an applicant not acceptable, remove the row"),
    )
    order = np.lexsort((applicant, programme))
    numbers = Numbers(priority.unscaled[order], priority.missing[order], priority.scale)
    return PriorityRows(programme[order], applicant[order], numbers)


def check_priorities_given(settings: Settings, problems: list[Problem], place_of: PlaceOf) -> None:
    """A ranking from the priorities table needs the table."""
    for name, ranking in settings.rankings.items():
        if ranking.score == PRIORITIES:
            template = message("this ranking needs the `priorities` table, which is not given; add it under `tables`")
            problems.append(Problem(place_of(("rankings", name, "score")), template))


def feeder_weights(
    settings: Settings,
    table: Table | None,
    feeder_school_ids: tuple[str, ...],
    problems: list[Problem],
    place_of: PlaceOf,
) -> dict[str, IntArray]:
    """The columns of feeder_schools that feeder seats are apportioned by; (feeder school,)."""
    weights: dict[str, IntArray] = {}
    for name, pool in settings.pools.items():
        column = pool.apportion.weight if pool.apportion else ELIGIBLE
        if column == ELIGIBLE or column in weights:
            continue
        if table is None or column not in table:
            template = message('found "{found}", expected `eligible` or a column of the feeder_schools table')
            problems.append(Problem(place_of(("pools", name, "apportion", "weight")), template, {"found": column}))
            continue
        by_school = np.zeros(len(feeder_school_ids), dtype=np.int64)
        school = positions(table["feeder_school_id"], pl.Series(feeder_school_ids, dtype=pl.String))
        values = whole_numbers(table, column, least=0)
        by_school[school[school >= 0]] = values[school >= 0]
        weights[column] = by_school
    return weights
