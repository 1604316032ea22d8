"""No more teachers are recruited in a year than the track can find and pay."""

from __future__ import annotations

from allocator.planning.enrolment import total
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule


def add(model: PlanModel) -> None:
    for track, by_year in model.plan.settings.limits.recruits.items():
        for year, most in by_year.items():
            recruited = total(model.variables.recruits[area, track, year] for area in model.plan.areas)
            model.require(rule("recruits", track=track, year=year, most=most), recruited <= most)
