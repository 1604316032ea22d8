"""The account of a plan: who and what is where in each year, recomputed from the tables and the decisions alone.

Nothing here is shared with the model, so that a mistake of the model does not confirm itself.
"""

from __future__ import annotations

from fractions import Fraction

from allocator.planning.plan import Plan
from allocator.planning.rows import Project
from allocator.planning.settings import TRACKS, Track
from allocator.planning.solution import Decisions
from allocator.planning.variables import SIZES, Size


class Account:
    """Counts of a plan and its decisions. Students are exact fractions: attrition is an expectation."""

    def __init__(self, plan: Plan, decisions: Decisions) -> None:
        self.plan, self.decisions = plan, decisions
        self._present = {(c.school_id, c.entered): c for c in plan.classes}

    def classes_of_entry(self, school_id: str, entered: int) -> dict[Size, int]:
        """Classes of a school that entered in a year, by size."""
        if entered in self.plan.years:
            return {size: self.decisions.classes[school_id, entered, size] for size in SIZES}
        there = self._present.get((school_id, entered))
        if there is None:
            return dict.fromkeys(SIZES, 0)
        standard = there.classes - there.large - there.super_large
        return {"standard": standard, "large": there.large, "super_large": there.super_large}

    def classes(self, school_id: str, year: int) -> dict[Size, int]:
        """Classes of all grades of a school in a year, by size."""
        grades = len(self.plan.settings.tracks[self.plan.school[school_id].track].retention) + 1
        entries = [self.classes_of_entry(school_id, year - grade) for grade in range(grades)]
        return {size: sum(entry[size] for entry in entries) for size in SIZES}

    def admitted_by(self, school_id: str, year: int) -> int:
        """Students that a school admits in a year."""
        if year in self.plan.years:
            return sum(self.decisions.students[school_id, year, size] for size in SIZES)
        there = self._present.get((school_id, year))
        return there.students if there is not None else 0

    def admitted(self, track: Track, year: int, area: str | None = None) -> int:
        """Students that schools of a track admit in a year, in the city or in an area."""
        return sum(self.admitted_by(school_id, year) for school_id in self._schools(track, area))

    def students(self, track: Track, year: int, area: str | None = None) -> Fraction:
        """Full-time students of a track in a year."""
        retention = [Fraction(share) for share in self.plan.settings.tracks[track].retention]
        sum_ = Fraction(0)
        for grade in range(len(retention) + 1):
            entered = year - grade
            number = Fraction(self.admitted(track, entered, area))
            counted = max(entered, self.plan.years.start - 1)  # the tables count those who are still there then
            for passed in range(counted - entered, grade):
                number *= retention[passed]
            sum_ += number
        return sum_

    def adults(self, year: int) -> int:
        """Adult learners of a year."""
        return sum(cohort.adults for cohort in self.plan.cohorts if cohort.year == year)

    def counted_students(self, year: int) -> Fraction:
        """Students of a year as the targets count them."""
        full_time = sum((self.students(track, year) for track in TRACKS), start=Fraction(0))
        return full_time + (self.adults(year) if self.plan.settings.targets.adults == "counted" else 0)

    def residents(self, area: str, year: int) -> int:
        """An area's graduates who are admitted in a year, wherever they are."""
        number = 0
        for track in TRACKS:
            if self.plan.settings.tracks[track].admits == "whole_city":
                number += self.decisions.residents[area, track, year]
            else:
                number += self.admitted(track, year, area)
        return number

    def rooms(self, school_id: str, year: int) -> int:
        """Rooms of a school that are ready in a year."""
        built = [p.rooms for p in self.plan.projects if p.school_id == school_id and self.is_ready(p, year)]
        return self.plan.school[school_id].rooms + sum(built)

    def is_ready(self, project: Project, year: int) -> bool:
        begun = self.decisions.begun.get(project.project_id)
        return begun is not None and begun + project.building_years <= year

    def spent_on(self, project: Project, year: int) -> int:
        """Money for a project in a year: equal parts of its cost, and what does not divide in its first years."""
        begun = self.decisions.begun.get(project.project_id)
        if begun is None or not begun <= year < begun + project.building_years:
            return 0
        part = project.cost // project.building_years
        return part + int(year - begun < project.cost % project.building_years)

    def spent(self, year: int) -> int:
        return sum(self.spent_on(project, year) for project in self.plan.projects)

    def teachers(self, track: Track, year: int, area: str | None = None) -> int:
        """Teachers of a track in a year: those present, less who left, and who was recruited."""
        number = 0
        for name in self.plan.areas if area is None else (area,):
            present = sum(self.plan.school[s].teachers for s in self._schools(track, name))
            leaving = int(Fraction(self.plan.settings.tracks[track].leaving) * present)
            number += max(0, present - leaving * (year - self.plan.years.start + 1))
            number += sum(self.decisions.recruits[name, track, y] for y in self.plan.years if y <= year)
        return number

    def recruited(self, track: Track, year: int) -> int:
        return sum(self.decisions.recruits[area, track, year] for area in self.plan.areas)

    def _schools(self, track: Track, area: str | None) -> list[str]:
        return [s.school_id for s in self.plan.schools if s.track == track and area in (None, s.area)]
