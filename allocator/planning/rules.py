"""The rules that a plan must keep, each with its name in the plan's own words.

The model and the check share these names and nothing else; a conflict and a rule that binds are told by them.
"""

from __future__ import annotations

from dataclasses import dataclass

from allocator.errors import Translate, english, message

Value = str | int


@dataclass(frozen=True)
class Rule:
    """A rule of one family; equal rules are one rule, which may stand for several constraints."""

    family: str
    template: str  # English; the key of the catalogue
    values: tuple[tuple[str, Value], ...]

    def text(self, translate: Translate = english) -> str:
        return translate(self.template).format(**dict(self.values))


_TEMPLATES = {
    "rooms": message("rooms of {school} in {year}: no more classes than rooms"),
    "sites": message("site of {school} in {year}: room for {rooms} classrooms"),
    "projects": message("project {project} is built at most once"),
    "required_projects": message("project {project} must be built"),
    "class_sizes": message("class sizes of the {track} schools of {area} in {year}"),
    "large_classes": message("no classes of {size} students and more from {year} on"),
    "graduates": message("admissions of {area} in {year}: at most {most} graduates apply"),
    "graduates_of_the_city": message("{track} admissions in {year} by area of residence add up"),
    "least_classes": message("{school} announces at least {least} classes in {year}"),
    "teacher_ratio": message("{track} schools of {area} in {year}: at most {ratio} students per teacher"),
    "teacher_target": message("{track} teachers in {year} at least {least}"),
    "recruits": message("{track} teachers recruited in {year} at most {most}"),
    "money_by_year": message("money in {year} at most {most} (10,000 yuan)"),
    "money_total": message("money in all years at most {most} (10,000 yuan)"),
    "growth_of_admissions": message("admissions in {year} at least those of the year before"),
    "growth_of_students": message("full-time students in {year} at least those of the year before"),
    "served": message("{area} in {year}: at least {share} of the graduates are admitted"),
    "general_share": message("general share of admissions in {year} at most {share}"),
}


def rule(kind: str, **values: Value) -> Rule:
    """A rule by the kind of its name."""
    return Rule(kind, _TEMPLATES[kind], tuple(sorted(values.items())))
