"""From tables of text to a validated cohort: keys, references and numbers, every mistake located."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from allocator.errors import Problem, message
from allocator.scenario.applicants import applicants
from allocator.scenario.caps import check_caps
from allocator.scenario.choices import choice_rows
from allocator.scenario.cohort import Cohort
from allocator.scenario.keys import References, unique
from allocator.scenario.mistakes import ROW, Table
from allocator.scenario.offer import (
    check_feeder_seats,
    check_least_sizes,
    check_rankings,
    check_seats,
    feeder_seat_rows,
    offered,
    programmes,
    seat_columns,
)
from allocator.scenario.pool_shares import check_pool_shares, with_pool_shares
from allocator.scenario.priorities import check_priorities_given, feeder_weights, priority_rows
from allocator.scenario.settings import Settings
from allocator.scenario.written import PlaceOf

Tables = Mapping[str, Table]  # by table name: those that could be read


def build(
    settings: Settings,
    tables: Tables,
    problems: list[Problem],
    place_of: PlaceOf,
    unread: frozenset[str] = frozenset(),
) -> Cohort | None:
    """The cohort of a scenario; None where a table could not be read.

    Args:
        problems: takes the mistakes, those that are collected in the tables too.
        place_of: where a value of the scenario is written.
        unread: tables that the scenario names and that could not be read: nothing is said about references to them.
    """
    school_ids = _feeder_school_ids(tables)
    references = _references(tables, unread, school_ids, [batch.name for batch in settings.batches])
    people = applicants(settings, tables["applicants"], school_ids, place_of) if "applicants" in tables else None
    offer = programmes(tables["programmes"]) if "programmes" in tables else None
    num_problems = len(problems)
    seats = seat_columns(tables["seats"], references) if "seats" in tables else None
    cells = feeder_seat_rows(tables["feeder_seats"], references) if "feeder_seats" in tables else None
    is_sound = len(problems) == num_problems  # wrong numbers of seats are not added up
    if offer is not None:
        check_rankings(settings, tables["programmes"])
        if "schools" in tables:
            _check_schools(tables["programmes"], tables["schools"])
        if "schools" not in unread:
            check_caps(settings, tables["programmes"], tables.get("schools"), problems, place_of)
    if seats is not None:
        check_seats(settings, tables["seats"], seats)
        check_pool_shares(settings, tables["seats"], seats)
    if cells is not None and seats is not None and is_sound:
        check_feeder_seats(settings, tables["feeder_seats"], cells, tables["seats"], seats)
    can_be_chosen = None
    if seats is not None and offer is not None and "feeder_seats" not in unread:
        can_be_chosen = offered(settings, seats, cells, len(offer))
        check_least_sizes(settings, tables["programmes"], offer, can_be_chosen)
    mechanisms = tuple(batch.mechanism for batch in settings.batches)
    choices = choice_rows(tables["choices"], references, can_be_chosen, mechanisms) if "choices" in tables else None
    priorities = priority_rows(tables["priorities"], references) if "priorities" in tables else None
    if priorities is None and "priorities" not in unread:
        check_priorities_given(settings, problems, place_of)
    weights = {}
    if "feeder_schools" not in unread:
        weights = feeder_weights(settings, tables.get("feeder_schools"), school_ids, problems, place_of)
    if people is None or offer is None or seats is None or choices is None:
        return None
    rows = seats.rows()
    if len(problems) == num_problems:  # seats that are in order are dealt out
        rows, cells, found = with_pool_shares(settings, rows, cells, offer.ids)
        problems.extend(found)
    return Cohort(
        people[0],
        offer,
        rows,
        choices,
        cells,
        priorities,
        school_ids,
        people[1],
        tables["feeder_schools"].frame.drop(ROW) if "feeder_schools" in tables else None,
        tables["schools"].frame.drop(ROW) if "schools" in tables else None,
        weights,
    )


def _check_schools(table: Table, schools: Table) -> None:
    """Where schools have a table, every programme's school is in it: what caps test there would be missing."""
    known = schools["school_id"].drop_nulls()
    own = table["school_id"]
    table.wrong(
        "school_id", own.is_not_null() & ~own.is_in(known.implode()), message('"{found}" is not in the schools table')
    )


def check_tables(tables: Tables, unread: frozenset[str]) -> None:
    """What can be said about tables while the scenario's own keys are wrong: keys, references and numbers."""
    references = _references(tables, unread, _feeder_school_ids(tables), None)
    if "programmes" in tables:
        programmes(tables["programmes"])
    if "seats" in tables:
        seat_columns(tables["seats"], references)
    if "feeder_seats" in tables:
        feeder_seat_rows(tables["feeder_seats"], references)
    if "choices" in tables:
        choice_rows(tables["choices"], references, None, None)
    if "priorities" in tables:
        priority_rows(tables["priorities"], references)


def _references(
    tables: Tables, unread: frozenset[str], school_ids: tuple[str, ...], batches: list[str] | None
) -> References:
    """What can be referred to; the tables that are referred to are checked for their keys."""
    for name, key in (("applicants", "applicant_id"), ("schools", "school_id"), ("feeder_schools", "feeder_school_id")):
        if name in tables:
            unique(tables[name], [key])
    _check_feeder_schools(tables)
    knows_schools = "feeder_schools" in tables or ("applicants" in tables and "feeder_schools" not in unread)
    return {
        "applicant_id": tables["applicants"]["applicant_id"].fill_null("") if "applicants" in tables else None,
        "programme_id": tables["programmes"]["programme_id"].fill_null("") if "programmes" in tables else None,
        "feeder_school_id": pl.Series(school_ids, dtype=pl.String) if knows_schools else None,
        "batch": None if batches is None else pl.Series(batches, dtype=pl.String),
    }


def _feeder_school_ids(tables: Tables) -> tuple[str, ...]:
    """The feeder schools: those of their own table, or where there is none those of the applicants."""
    for name in ("feeder_schools", "applicants"):
        if name in tables:
            return tuple(sorted(tables[name]["feeder_school_id"].drop_nulls().unique()))
    return ()


def _check_feeder_schools(tables: Tables) -> None:
    """Where feeder schools have a table, every applicant's school is in it."""
    if "feeder_schools" in tables and "applicants" in tables:
        known = tables["feeder_schools"]["feeder_school_id"].drop_nulls()
        schools = tables["applicants"]["feeder_school_id"]
        tables["applicants"].wrong(
            "feeder_school_id",
            schools.is_not_null() & ~schools.is_in(known.implode()),
            message('"{found}" is not in the feeder_schools table'),
        )
