"""Caps: bounds on the admissions in a set of programmes (R10)."""

from __future__ import annotations

from allocator.optimise.assignment.crossing.admissions import Counting
from allocator.optimise.assignment.problem import UNBOUNDED


def constrain(admissions: Counting) -> None:
    for bound in admissions.problem.bounds:
        if bound.at_least > 0:
            terms = [(admissions.count(bound.members), 1)]
            admissions.model.row("at_least", bound.name, terms, low=bound.at_least)
        if bound.at_most < UNBOUNDED:
            terms = [(admissions.count(bound.members), 1)]
            admissions.model.row("at_most", bound.name, terms, high=bound.at_most)
