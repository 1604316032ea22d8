"""Three applicants, three programmes, two pools: small enough to read its model, and with every kind of rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from allocator.optimise.assignment.problem import (
    UNBOUNDED,
    Bound,
    Cells,
    CountedSet,
    GuidelineTerm,
    Options,
    Problem,
)


def small_problem(*ladder: str, bounds: tuple[Bound, ...] = ()) -> Problem:
    """Everybody lists all programmes in the same order; programme 0 has an open seat and one for each feeder school."""
    return Problem(
        options=Options(
            start=np.array([0, 3, 6, 9]),
            programme=np.array([0, 1, 2] * 3, dtype=np.int32),
            number=np.array([1, 2, 3] * 3, dtype=np.int32),
            pools=np.array([3, 1, 1] * 3, dtype=np.uint8),
            choice=np.arange(9),
            in_own_area=np.array([True, False, False] * 3),
        ),
        cells=Cells(
            first=np.array([[0, 3], [1, -1], [2, -1]], dtype=np.int32),
            per_school=np.array([False, True]),
            num_schools=2,
            seats=np.array([1, 2, 1, 1, 1]),
        ),
        applicant_school=np.array([0, 0, 1], dtype=np.int32),
        is_general=np.array([True, True, False]),
        order=np.arange(3),
        programme_order=np.arange(3),
        ladder=(*ladder, "score"),
        bounds=bounds,
    )


def cap(
    name: str, programmes: list[int], at_least: int = 0, at_most: int = UNBOUNDED, target: int | None = None
) -> Bound:
    members = np.zeros(3, dtype=np.bool_)
    members[programmes] = True
    return Bound(name, CountedSet(members), at_least, at_most, target, earlier=0)


def with_guideline(problem: Problem, *, is_constraint: bool = True, by_area: bool = True) -> Problem:
    """General at most 0.6 of the admitted; applicant 2 is of an area of their own."""
    names = ("north", "south") if by_area else ("",)
    return replace(
        problem,
        guideline=GuidelineTerm(
            share=Fraction(1, 2),
            tolerance=Fraction(1, 10),
            basis_grows=True,
            is_constraint=is_constraint,
            scope=np.array([0, 0, int(by_area)], dtype=np.int32),
            scope_names=names,
            earlier_general=np.zeros(len(names), dtype=np.int64),
            earlier_basis=np.ones(len(names), dtype=np.int64),
        ),
    )


def everything(*ladder: str) -> Problem:
    """All rules at once: caps that cross, a guideline by area, a least size."""
    bounds = (cap("private", [0, 1], at_most=2, target=1), cap("north", [1, 2], at_least=1, target=2))
    return replace(with_guideline(small_problem(*ladder, bounds=bounds)), min_open=np.array([0, 2, 0]))
