"""Indicators of a plan by year, beside their targets: exact fractions, recomputed from its account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from allocator.planning.account import Account
from allocator.planning.settings import TRACKS
from allocator.planning.variables import SIZES

Aim = Literal["at_least", "near"]  # near: the same to three decimals


@dataclass(frozen=True)
class Indicator:
    """A figure of a year; `met` is None where it has no target in that year."""

    year: int
    name: str
    value: Fraction
    target: Fraction | None = None
    aim: Aim = "at_least"

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.aim == "at_least" else round(self.value, 3) == round(self.target, 3)


def indicators(account: Account) -> list[Indicator]:
    """All indicators, by year; a share of nothing is left out."""
    return [indicator for year in account.plan.years for indicator in _of_year(account, year)]


def _of_year(account: Account, year: int) -> Iterator[Indicator]:
    plan, targets = account.plan, account.plan.settings.targets
    is_target = year == targets.year
    adults = account.adults(year)
    general, vocational = (account.students(track, year) for track in TRACKS)
    full_time = general + vocational
    counted, is_counted = account.counted_students(year), targets.adults == "counted"

    def figure(
        name: str, value: Fraction | int, target: Fraction | int | None = None, aim: Aim = "at_least"
    ) -> Indicator:
        wanted = Fraction(target) if target is not None and is_target else None
        return Indicator(year, name, Fraction(value), wanted, aim)

    yield figure("students", counted, targets.students)
    yield figure("students_general", general)
    yield figure("students_vocational_full_time", vocational)
    yield figure("students_adult", adults)
    cohorts = [cohort for cohort in plan.cohorts if cohort.year == year]
    population = sum(cohort.population for cohort in cohorts)
    if population:
        least, with_adults = Fraction(targets.gross_enrolment), (full_time + adults) / population
        yield figure("gross_enrolment_with_adults", with_adults, least if is_counted else None)
        yield figure("gross_enrolment_full_time", full_time / population, None if is_counted else least)
    share = Fraction(targets.general_share)
    if full_time:
        yield figure(
            "general_share_of_students_with_adults",
            general / (full_time + adults), share if is_counted else None, aim="near",
        )  # fmt: skip
        yield figure(
            "general_share_of_students_full_time", general / full_time, None if is_counted else share, aim="near"
        )
    flows = {track: account.admitted(track, year) for track in TRACKS}
    admitted, graduates = sum(flows.values()), sum(cohort.graduates for cohort in cohorts)
    yield figure("admitted", admitted)
    if admitted:
        yield figure("general_share_of_admissions", Fraction(flows["general"], admitted), share, aim="near")
    if graduates:
        yield figure("general_admissions_per_graduate", Fraction(flows["general"], graduates))
        yield figure("admitted_share_of_graduates", Fraction(admitted, graduates))
        served = [Fraction(account.residents(c.area, year), c.graduates) for c in cohorts if c.graduates]
        yield figure("admitted_share_of_graduates_least_area", min(served))
    yield from _of_schools(account, year)
    yield from _of_teachers(account, year)
    yield figure("money", account.spent(year))


def _of_schools(account: Account, year: int) -> Iterator[Indicator]:
    plan = account.plan
    rooms = {s.school_id: account.rooms(s.school_id, year) for s in plan.schools}
    size = {s.school_id: plan.settings.tracks[s.track].class_size for s in plan.schools}
    there = {s.school_id: account.classes(s.school_id, year) for s in plan.schools}
    classes = sum(sum(by_size.values()) for by_size in there.values())
    large, super_large = (sum(by_size[kind] for by_size in there.values()) for kind in SIZES[1:])
    new = [p for p in plan.projects if account.is_ready(p, year)]
    yield Indicator(year, "rooms", Fraction(sum(rooms.values())))
    yield Indicator(year, "seats", Fraction(sum(size[s] * n for s, n in rooms.items())))
    yield Indicator(year, "new_seats", Fraction(sum(p.rooms * size[p.school_id] for p in new)))
    yield Indicator(year, "new_schools", Fraction(sum(p.kind == "new" for p in new)))
    yield Indicator(year, "enlarged_schools", Fraction(len({p.school_id for p in new if p.kind == "enlargement"})))
    yield Indicator(year, "classes", Fraction(classes))
    yield Indicator(year, "large_classes", Fraction(large + super_large))
    yield Indicator(year, "super_large_classes", Fraction(super_large))
    if classes:
        yield Indicator(year, "large_class_share", Fraction(large + super_large, classes))


def _of_teachers(account: Account, year: int) -> Iterator[Indicator]:
    for track in TRACKS:
        there, students = account.teachers(track, year), account.students(track, year)
        least = account.plan.settings.limits.teachers.get(track, {}).get(year)
        yield Indicator(year, f"teachers_{track}", Fraction(there), None if least is None else Fraction(least))
        yield Indicator(year, f"recruited_{track}", Fraction(account.recruited(track, year)))
        if there:
            yield Indicator(year, f"students_per_teacher_{track}", students / there)
    everybody = account.students("vocational", year) + account.adults(year)
    if account.teachers("vocational", year):
        value = everybody / account.teachers("vocational", year)
        yield Indicator(year, "students_per_teacher_vocational_with_adults", value)
