"""A plan as read: settings and tables, checked and frozen, with what follows from the tables alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from allocator.planning.rows import Classes, Cohort, Project, School
from allocator.planning.settings import PlanSettings, Track


@dataclass(frozen=True)
class StatedFigures:
    """A document's own figures, and the relations that ought to hold between them."""

    figures: Mapping[str, Fraction] = field(default_factory=dict)
    described: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by figure: item, unit, quote
    relations: tuple[Mapping[str, Any], ...] = ()
    remarks: tuple[str, ...] = ()  # what does not add up and is no arithmetic


@dataclass(frozen=True)
class Plan:
    """Everything that a plan is computed from."""

    settings: PlanSettings
    cohorts: tuple[Cohort, ...]
    schools: tuple[School, ...]
    classes: tuple[Classes, ...]
    projects: tuple[Project, ...]
    stated: StatedFigures = StatedFigures()
    inputs: Mapping[str, str] = field(default_factory=dict)  # file to SHA-256

    @cached_property
    def years(self) -> range:
        return range(self.settings.years.first, self.settings.years.last + 1)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """In the order of the cohorts table."""
        return tuple(dict.fromkeys(cohort.area for cohort in self.cohorts))

    @cached_property
    def cohort(self) -> Mapping[tuple[str, int], Cohort]:
        return {(c.area, c.year): c for c in self.cohorts}

    @cached_property
    def school(self) -> Mapping[str, School]:
        return {s.school_id: s for s in self.schools}

    @cached_property
    def projects_of(self) -> Mapping[str, tuple[Project, ...]]:
        """By school."""
        return {s.school_id: tuple(p for p in self.projects if p.school_id == s.school_id) for s in self.schools}

    def schools_of(self, area: str, track: Track) -> tuple[School, ...]:
        return tuple(s for s in self.schools if s.area == area and s.track == track)

    def num_grades(self, track: Track) -> int:
        return len(self.settings.tracks[track].retention) + 1

    def starts(self, project: Project) -> range:
        """The years in which a project can begin, so that its rooms are ready within the plan."""
        return range(max(project.earliest, self.years.start), self.years.stop - project.building_years)

    def adults(self, year: int) -> int:
        """Adult learners of a year in the whole city."""
        return sum(self.cohort[area, year].adults for area in self.areas)

    def applying(self, area: str, year: int) -> int:
        """Graduates of an area who apply to a school, rounded down."""
        stays = 1 - Fraction(self.settings.dropout)
        return int(self.cohort[area, year].graduates * stays)

    @cached_property
    def scale(self) -> int:
        """The least whole number that makes every share of students who stay a whole number."""
        shares = [
            math.prod(map(Fraction, settings.retention[begin:end]), start=Fraction(1))
            for settings in self.settings.tracks.values()
            for end in range(len(settings.retention) + 1)
            for begin in range(end + 1)
        ]
        return math.lcm(*(share.denominator for share in shares))

    def staying(self, track: Track, years: int) -> Fraction:
        """The share of those admitted who are students so many years later; 0 once they have finished."""
        retention = self.settings.tracks[track].retention
        return (
            math.prod(map(Fraction, retention[:years]), start=Fraction(1)) if years <= len(retention) else Fraction(0)
        )

    def left_of_present(self, area: str, track: Track, entered: int, year: int) -> Fraction:
        """Students who entered before the plan and are still there in a year: an expectation, not a whole number."""
        retention = self.settings.tracks[track].retention
        begin, end = self.years.start - 1 - entered, year - entered
        if end > len(retention):
            return Fraction(0)
        left = math.prod(map(Fraction, retention[begin:end]), start=Fraction(1))
        return self.present_students(area, track, entered) * left

    def present_students(self, area: str, track: Track, entered: int) -> int:
        """Students in the year before the plan, of one year of entry."""
        ids = {s.school_id for s in self.schools_of(area, track)}
        return sum(c.students for c in self.classes if c.entered == entered and c.school_id in ids)

    def teachers_without_recruits(self, area: str, track: Track, year: int) -> int:
        """The present teachers less those who have left by a year."""
        present = sum(s.teachers for s in self.schools_of(area, track))
        leaving = int(present * Fraction(self.settings.tracks[track].leaving))
        return max(0, present - leaving * (year - self.years.start + 1))
