"""Caps: the columns that they test are there."""

from __future__ import annotations

from allocator.errors import Problem, Where, message
from allocator.scenario.headers import column_name
from allocator.scenario.mistakes import Table
from allocator.scenario.settings import Settings
from allocator.scenario.written import PlaceOf

TRACK = "track"  # `general` or `vocational` in every language of the table


def check_caps(
    settings: Settings, programmes: Table, schools: Table | None, problems: list[Problem], place_of: PlaceOf
) -> None:
    """Caps test columns of the programmes, or where they name their schools, of these."""
    in_reach = [programmes] if schools is None or "school_id" not in programmes else [programmes, schools]
    for i, cap in enumerate(settings.caps):
        for column in cap.where:
            if column != TRACK and not any(column in table for table in in_reach):
                problems.append(_missing(in_reach, column, place_of(("caps", i, "where", column))))


def _missing(in_reach: list[Table], column: str, place: Where) -> Problem:
    for table in in_reach:
        read_as = column_name(table.name, column, {})
        if read_as in table:
            template = message('the header "{column}" of {file} is read as "{known}"; write that')
            return Problem(place, template, {"column": column, "file": table.file, "known": read_as})
    if len(in_reach) == 2:
        template = message('neither {programmes} nor {schools} has a column "{found}"; correct the name')
        values = {"found": column, "programmes": in_reach[0].file, "schools": in_reach[1].file}
        return Problem(place, template, values)
    template = message(
        '{programmes} has no column "{found}"; correct the name, or give a schools table and `school_id`'
    )
    return Problem(place, template, {"found": column, "programmes": in_reach[0].file})
