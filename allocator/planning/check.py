"""Checking a plan without its model: every rule and every objective, recomputed from the tables and the decisions.

Each rule becomes one or more comparisons. One that does not hold is a breach; one that holds with less than a unit to
spare binds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from allocator.errors import Translate, english, message
from allocator.planning.account import Account
from allocator.planning.exact_text import decimal
from allocator.planning.rules import Rule, rule
from allocator.planning.settings import TRACKS
from allocator.planning.solution import Solved
from allocator.planning.values import objective_values
from allocator.planning.variables import SIZES, Size


@dataclass(frozen=True)
class Comparison:
    """What a rule compares: `used` is at most the limit, or at least."""

    rule: Rule
    used: Fraction
    limit: Fraction
    is_at_most: bool = True

    @property
    def spare(self) -> Fraction:
        return self.limit - self.used if self.is_at_most else self.used - self.limit

    @property
    def holds(self) -> bool:
        return self.spare >= 0

    @property
    def binds(self) -> bool:
        return 0 <= self.spare < 1


@dataclass(frozen=True)
class Breach:
    """A rule that the plan does not keep, or a figure that is not what the solver said."""

    what: str  # English template
    values: Mapping[str, object]
    rule: Rule | None = None

    def text(self, translate: Translate = english) -> str:
        said = translate(self.what).format(**self.values)
        return f"{self.rule.text(translate)}: {said}" if self.rule is not None else said


def breaches(account: Account, solved: Solved) -> list[Breach]:
    """Everything that is wrong with a plan."""
    found = [
        Breach(message("found {used}, limit {limit}"), {"used": str(c.used), "limit": str(c.limit)}, c.rule)
        for c in comparisons(account)
        if not c.holds
    ]
    for project, begun in account.decisions.begun.items():
        if begun not in account.plan.starts(next(p for p in account.plan.projects if p.project_id == project)):
            found.append(Breach(message("project {project} begins in {year}"), {"project": project, "year": begun}))
    recomputed = objective_values(account)
    for step in solved.steps:
        # A later step may have made an earlier objective less than it was, never more than it was held at.
        if recomputed[step.objective] > step.held or (step.bound or 0) > recomputed[step.objective]:
            values = {"objective": step.objective, "said": step.held, "found": recomputed[step.objective]}
            found.append(Breach(message("objective {objective}: the solver said {said}, found {found}"), values))
    return found


def comparisons(account: Account) -> Iterator[Comparison]:
    """Every rule of the plan, compared."""
    yield from _of_schools(account)
    yield from _of_projects(account)
    yield from _of_areas(account)
    yield from _of_the_city(account)


def _of_schools(account: Account) -> Iterator[Comparison]:
    plan = account.plan
    sizes = plan.settings.class_sizes
    gone: dict[Size, tuple[int, int | None]] = {
        "large": (sizes.large, sizes.large_gone_by),
        "super_large": (sizes.super_large, sizes.super_large_gone_by),
    }
    for school in plan.schools:
        name = school.school_id
        for year in plan.years:
            rooms, classes = account.rooms(name, year), account.classes(name, year)
            yield Comparison(rule("rooms", school=name, year=year), Fraction(sum(classes.values())), Fraction(rooms))
            if school.site_rooms is not None and plan.projects_of[name]:
                kept = rule("sites", school=name, year=year, rooms=school.site_rooms)
                yield Comparison(kept, Fraction(rooms), Fraction(school.site_rooms))
            if school.least_classes:
                kept = rule("least_classes", school=name, year=year, least=school.least_classes)
                announced = sum(account.classes_of_entry(name, year).values())
                yield Comparison(kept, Fraction(announced), Fraction(school.least_classes), is_at_most=False)
    for size, (least, by) in gone.items():
        if by is not None:
            years = [year for year in plan.years if year >= by]
            there = sum(account.classes(s.school_id, year)[size] for s in plan.schools for year in years)
            yield Comparison(rule("large_classes", size=least, year=by), Fraction(there), Fraction(0))


def _of_projects(account: Account) -> Iterator[Comparison]:
    for project in account.plan.projects:
        built = Fraction(int(project.project_id in account.decisions.begun))
        if account.plan.starts(project):
            yield Comparison(rule("projects", project=project.project_id), built, Fraction(1))
        if project.required:
            kept = rule("required_projects", project=project.project_id)
            yield Comparison(kept, built, Fraction(1), is_at_most=False)


def _of_areas(account: Account) -> Iterator[Comparison]:
    plan, limits = account.plan, account.plan.settings.limits
    sizes = plan.settings.class_sizes
    fits: dict[Size, tuple[int, int]] = {
        "standard": (sizes.least, sizes.large - 1),
        "large": (sizes.large, sizes.super_large - 1),
        "super_large": (sizes.super_large, sizes.most),
    }
    for school in plan.schools:
        for year in plan.years:
            kept = rule("class_sizes", area=school.area, track=school.track, year=year)
            for size in SIZES:
                number = account.decisions.classes[school.school_id, year, size]
                students = Fraction(account.decisions.students[school.school_id, year, size])
                yield Comparison(kept, students, Fraction(number * fits[size][1]))
                yield Comparison(kept, students, Fraction(number * fits[size][0]), is_at_most=False)
    for cohort in plan.cohorts:
        area, year = cohort.area, cohort.year
        if year not in plan.years:
            continue
        admitted = Fraction(account.residents(area, year))
        applying = int(cohort.graduates * (1 - Fraction(plan.settings.dropout)))
        yield Comparison(rule("graduates", area=area, year=year, most=applying), admitted, Fraction(applying))
        share = _since(limits.served, year)
        if share is not None:
            kept = rule("served", area=area, year=year, share=decimal(share))
            yield Comparison(kept, admitted, share * cohort.graduates, is_at_most=False)
        for track, ratios in limits.students_per_teacher.items():
            ratio = _since(ratios, year)
            if ratio is not None:
                kept = rule("teacher_ratio", area=area, track=track, year=year, ratio=decimal(ratio))
                needed = account.students(track, year, area) / ratio
                yield Comparison(kept, Fraction(account.teachers(track, year, area)), needed, is_at_most=False)
    for track in TRACKS:
        if plan.settings.tracks[track].admits == "whole_city":
            for year in plan.years:
                residents = sum(account.decisions.residents[area, track, year] for area in plan.areas)
                if residents != account.admitted(track, year):
                    kept = rule("graduates_of_the_city", track=track, year=year)
                    yield Comparison(kept, Fraction(1), Fraction(0))


def _of_the_city(account: Account) -> Iterator[Comparison]:
    plan, limits = account.plan, account.plan.settings.limits
    for year, most in limits.money.by_year.items():
        yield Comparison(rule("money_by_year", year=year, most=most), Fraction(account.spent(year)), Fraction(most))
    if limits.money.total is not None:
        spent = sum(p.cost for p in plan.projects if p.project_id in account.decisions.begun)
        yield Comparison(rule("money_total", most=limits.money.total), Fraction(spent), Fraction(limits.money.total))
    for track, by_year in limits.recruits.items():
        for year, most in by_year.items():
            kept = rule("recruits", track=track, year=year, most=most)
            yield Comparison(kept, Fraction(account.recruited(track, year)), Fraction(most))
    for track, by_year in limits.teachers.items():
        for year, least in by_year.items():
            kept = rule("teacher_target", track=track, year=year, least=least)
            yield Comparison(kept, Fraction(account.teachers(track, year)), Fraction(least), is_at_most=False)
    for year in plan.years:
        general, vocational = account.admitted("general", year), account.admitted("vocational", year)
        share = _since(limits.general_share_of_admissions, year)
        if share is not None:
            kept = rule("general_share", year=year, share=decimal(share))
            yield Comparison(kept, Fraction(general), share * (general + vocational))
        if limits.growth:
            before = sum(account.admitted(track, year - 1) for track in TRACKS)
            kept = rule("growth_of_admissions", year=year)
            yield Comparison(kept, Fraction(general + vocational), Fraction(before), is_at_most=False)
            now, then = (sum(account.students(track, y) for track in TRACKS) for y in (year, year - 1))
            yield Comparison(rule("growth_of_students", year=year), Fraction(now), Fraction(then), is_at_most=False)


def _since(by_year: Mapping[int, object], year: int) -> Fraction | None:
    """The limit of the latest year up to this one."""
    value = None
    for begin in sorted(by_year):
        if begin <= year:
            value = Fraction(str(by_year[begin]))
    return value
