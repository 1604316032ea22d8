"""Seats that areas lack for their graduates (学位缺口)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from allocator.errors import message
from allocator.indicators.dimensions import count
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotient
from allocator.indicators.seats import table_seats

FAMILY = Family(
    "seat_gap",
    "学位缺口",
    message(
        "Seats that areas lack: demand is the applicants of the area times the scenario's target share (seats wanted "
        "for each graduate), seats are those announced by programmes of the area."
    ),
    "practice.md, Indicators: seat gap",
)
GAP = Indicator(
    "seat_gap",
    FAMILY.name,
    message("seats"),
    message(
        "By area: max(0, demand − seats). For the city the sum over areas, so that one area's spare seats do not serve "
        "another. Both tracks together, with the target share for all."
    ),
    "practice.md, Indicators: seat gap = Σ over areas max(0, demand − seats)",
    "学位缺口",
    "worse",
)
GENERAL = Indicator(
    "general_seat_gap",
    FAMILY.name,
    message("seats"),
    message("As seat_gap, for seats of the general track and the target share of that track."),
    "practice.md, Indicators: seat gap = Σ over areas max(0, demand − seats)",
    "普高学位缺口",
    "worse",
)
VOCATIONAL = Indicator(
    "vocational_seat_gap",
    FAMILY.name,
    message("seats"),
    message("As seat_gap, for seats of the vocational track and the target share of that track."),
    "practice.md, Indicators: seat gap = Σ over areas max(0, demand − seats)",
    "中职学位缺口",
    "worse",
)
INDICATORS = (GAP, GENERAL, VOCATIONAL)
_NO_TARGET = message("the scenario gives no target share of seats for each graduate (indicators.target_shares)")


def rows(facts: Facts) -> Iterator[Row]:
    areas = facts.by_applicant[1]
    of_programmes = next(d for d in facts.by_programme if d.name == "programme_area")
    reason = areas.absent or of_programmes.absent
    graduates = count(areas, facts.applicants)
    # A school may lie in an area that sends no applicant; its seats serve none here.
    place = dict(zip(of_programmes.groups, range(len(of_programmes.groups)), strict=True))
    for indicator, track in ((GAP, ""), (GENERAL, "general"), (VOCATIONAL, "vocational")):
        target = facts.settings.target_share(track)
        if target is None or reason is not None:
            yield missing(indicator, _NO_TARGET if target is None else str(reason))
            continue
        seats = table_seats(facts)
        if track:
            seats = np.where(facts.scenario.cohort.programmes.is_general == (track == "general"), seats, 0)
        offered = count(of_programmes, seats)
        gaps = [
            max(Fraction(0), int(num) * Fraction(target) - (int(offered[place[area]]) if area in place else 0))
            for area, num in zip(areas.groups, graduates, strict=True)
        ]
        yield quotient(indicator, "", "", *sum(gaps, Fraction(0)).as_integer_ratio())
        for area, gap in zip(areas.groups, gaps, strict=True):
            yield quotient(indicator, "area", area, *gap.as_integer_ratio())
