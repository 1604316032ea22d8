"""Nobody is admitted who is not there: admissions of an area's graduates are at most those who apply."""

from __future__ import annotations

from allocator.planning.enrolment import Expression, admitted, admitted_in_city, total
from allocator.planning.model import PlanModel
from allocator.planning.rules import rule
from allocator.planning.settings import TRACKS, Track


def add(model: PlanModel) -> None:
    """Where a track admits from the whole city, its admissions are those of all areas together."""
    plan = model.plan
    for track in TRACKS:
        if plan.settings.tracks[track].admits == "whole_city":
            for year in plan.years:
                admissions = admitted_in_city(model, track, year)
                residents = total(of_area(model, area, track, year) for area in plan.areas)
                model.define(f"{track} admissions of {year} by area of residence", admissions - residents == 0)
    for area in plan.areas:
        for year in plan.years:
            most = plan.applying(area, year)
            kept = rule("graduates", area=area, year=year, most=most)
            model.given(kept, all_of_area(model, area, year) <= most)


def of_area(model: PlanModel, area: str, track: Track, year: int) -> Expression:
    """An area's graduates who are admitted to a track."""
    if model.plan.settings.tracks[track].admits == "whole_city":
        return model.variables.residents[area, track, year]
    return admitted(model, area, track, year)


def all_of_area(model: PlanModel, area: str, year: int) -> Expression:
    """An area's graduates who are admitted to either track."""
    return total(of_area(model, area, track, year) for track in TRACKS)
