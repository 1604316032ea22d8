"""No more teachers are recruited in a year than the track can find and pay."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, total
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule
from allocator.planning.settings import Track


def add(model: PlanModel) -> None:
    for area, track, year in model.variables.recruited_by:
        model.define(f"{track} teachers recruited in {area} in {year}", recruits(model, area, track, year) >= 0)
    for track, by_year in model.plan.settings.limits.recruits.items():
        for year, most in by_year.items():
            recruited = total(recruits(model, area, track, year) for area in model.plan.areas)
            model.require(rule("recruits", track=track, year=year, most=most), recruited <= most)


def recruits(model: PlanModel, area: str, track: Track, year: int) -> Expression:
    """Teachers recruited in a year."""
    there = model.variables.recruited_by[area, track, year]
    return there if year == model.plan.years.start else there - model.variables.recruited_by[area, track, year - 1]
