"""Tiny random optimal batches over all that R10 and R11 allow, with few enough assignments to try them all."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np

from allocator.market.market import NO_CHOICE
from allocator.optimise.assignment.problem import (
    UNBOUNDED,
    Bound,
    Cells,
    CountedSet,
    GuidelineTerm,
    Options,
    Problem,
)
from tests.oracle.assignments import BoolArray, IntArray, ways_of

MOST_ASSIGNMENTS = 20_000  # seats and rules apart

CHOICE_OBJECTIVES = ("choice", "choice_squared", "worst_choice", "profile_greedy", "profile_generous")


@dataclass(frozen=True)
class Wish:
    """An option before it has a place among all."""

    programme: int
    number: int
    pools: int  # bit j: may use pool j


def random_problem(rng: random.Random) -> Problem:
    """2 to 6 applicants, 2 to 5 programmes, 1 to 3 pools."""
    reassigns = rng.random() < 0.15
    num_applicants, num_programmes = rng.randint(2, 6), rng.randint(2, 5)
    kinds = ["open"] if reassigns else random_pools(rng)
    num_schools = rng.randint(2, 3) if "feeder" in kinds else rng.randint(0, 2)
    cells = random_cells(rng, kinds, num_programmes, num_schools)
    school = np.array(
        [rng.randrange(num_schools) if num_schools and rng.random() < 0.9 else -1 for _ in range(num_applicants)],
        dtype=np.int32,
    )
    area = [rng.randrange(2) for _ in range(num_applicants)]
    programme_area = [rng.randrange(2) for _ in range(num_programmes)]
    wishes = [random_wishes(rng, kinds, cells, school[a] >= 0, reassigns) for a in range(num_applicants)]
    is_general = np.array([rng.random() < 0.6 for _ in range(num_programmes)])
    bounds = random_bounds(rng, num_programmes)
    guideline = random_guideline_term(rng, area) if rng.random() < 0.5 else None
    min_open = np.zeros(0, dtype=np.int64)
    if rng.random() < 0.2:
        min_open = np.array([rng.choice([0, 0, 1, 2, 2, 3]) for _ in range(num_programmes)], dtype=np.int64)

    def problem() -> Problem:
        return Problem(
            options=as_options(wishes, area, programme_area),
            cells=cells,
            applicant_school=school,
            is_general=is_general,
            order=order,
            programme_order=programme_order,
            ladder=ladder,
            bounds=bounds,
            guideline=guideline,
            min_open=min_open,
        )

    order, programme_order = permutation(rng, num_applicants), permutation(rng, num_programmes)
    ladder = random_ladder(rng, bounds, guideline is not None)
    while prod(len(ways_of(problem(), a)) for a in range(num_applicants)) > MOST_ASSIGNMENTS:
        max(wishes, key=len).pop()
    return problem()


def permutation(rng: random.Random, length: int) -> IntArray:
    return np.array(rng.sample(range(length), length), dtype=np.int64)


def random_pools(rng: random.Random) -> list[str]:
    kinds = [kind for kind in ("open", "special", "feeder") if rng.random() < 0.6] or ["open"]
    rng.shuffle(kinds)
    return kinds


def random_cells(rng: random.Random, kinds: list[str], num_programmes: int, num_schools: int) -> Cells:
    first = np.full((num_programmes, len(kinds)), -1, dtype=np.int32)
    seats: list[int] = []
    for programme in range(num_programmes):
        for j, kind in enumerate(kinds):
            if rng.random() < 0.85:
                first[programme, j] = len(seats)
                num_cells = num_schools if kind == "feeder" else 1
                seats += [rng.choice([0, 1, 1] if kind == "feeder" else [0, 1, 1, 2, 2, 3]) for _ in range(num_cells)]
    return Cells(first, np.array([kind == "feeder" for kind in kinds]), num_schools, np.array(seats, dtype=np.int64))


def random_wishes(rng: random.Random, kinds: list[str], cells: Cells, has_school: bool, reassigns: bool) -> list[Wish]:
    """A list with gaps and ties among its choice numbers; in a reassignment, all that may take the applicant."""
    num_programmes = len(cells.first)
    in_group = rng.random() < 0.5
    listed = rng.sample(range(num_programmes), min(num_programmes, rng.choice([0, 2, 3, 3, 4, 4, 5])))
    wishes, number = [], 1
    for programme in sorted(listed) if reassigns else listed:
        may_use = {"open": rng.random() < 0.95, "special": in_group, "feeder": has_school and rng.random() < 0.9}
        pools = sum(may_use[kind] << j for j, kind in enumerate(kinds) if cells.first[programme, j] >= 0)
        if pools:
            wishes.append(Wish(programme, NO_CHOICE if reassigns else number, pools))
        number += rng.choice([0, 1, 1, 1, 2])
    return wishes


def as_options(wishes: list[list[Wish]], area: list[int], programme_area: list[int]) -> Options:
    every = [wish for own in wishes for wish in own]
    return Options(
        start=np.cumsum([0, *map(len, wishes)], dtype=np.int64),
        programme=np.array([wish.programme for wish in every], dtype=np.int32),
        number=np.array([wish.number for wish in every], dtype=np.int32),
        pools=np.array([wish.pools for wish in every], dtype=np.int64),
        choice=np.arange(len(every), dtype=np.int64),
        in_own_area=np.array(
            [area[a] == programme_area[wish.programme] for a, own in enumerate(wishes) for wish in own], dtype=np.bool_
        ),
    )


def random_bounds(rng: random.Random, num_programmes: int) -> tuple[Bound, ...]:
    """None, laminar, or any sets; at least, at most and targets, less what earlier batches admitted."""
    kind = rng.choice(["none", "laminar", "any", "any"])
    if kind == "none":
        return ()
    sets = random_laminar(rng, num_programmes) if kind == "laminar" else random_sets(rng, num_programmes)
    return tuple(random_bound(rng, f"cap {i}", members) for i, members in enumerate(sets))


def random_laminar(rng: random.Random, num_programmes: int) -> list[BoolArray]:
    """Intervals of a shuffled row of programmes, each cut into smaller ones."""
    row, sets = permutation(rng, num_programmes), []
    pieces = [(0, num_programmes)]
    while pieces:
        start, end = pieces.pop()
        if rng.random() < 0.6:
            sets.append(np.isin(np.arange(num_programmes), row[start:end]))
        if end - start > 1:
            middle = rng.randint(start + 1, end - 1)
            pieces += [(start, middle), (middle, end)]
    rng.shuffle(sets)
    return sets


def random_sets(rng: random.Random, num_programmes: int) -> list[BoolArray]:
    sets = [np.array([rng.random() < 0.6 for _ in range(num_programmes)]) for _ in range(rng.randint(1, 4))]
    return [members for members in sets if members.any()]


def random_bound(rng: random.Random, name: str, members: BoolArray) -> Bound:
    earlier = rng.choice([0, 0, 0, 1, 2])
    chances = {"at_least": 0.35, "at_most": 0.5, "target": 0.4}
    given = [kind for kind, chance in chances.items() if rng.random() < chance] or ["at_most"]
    least = rng.choice([1, 1, 1, 1, 2, 2, 3])
    most = rng.randint(max(1, earlier - (rng.random() < 0.1), least if "at_least" in given else 0), 5)
    return Bound(
        name=name,
        members=CountedSet(members),
        at_least=max(0, least - earlier) if "at_least" in given else 0,
        at_most=most - earlier if "at_most" in given else UNBOUNDED,
        target=rng.randint(0, 5) - earlier if "target" in given else None,
        earlier=earlier,
    )


def random_guideline_term(rng: random.Random, area: list[int]) -> GuidelineTerm:
    by_area, grows = rng.random() < 0.35, rng.random() < 0.5
    scope = np.array(area if by_area else [0] * len(area), dtype=np.int32)
    names = ("A", "B") if by_area else ("",)
    admitted = [rng.choice([0, 0, 1, 2]) for _ in names]  # in earlier batches
    general = [rng.randint(0, n) for n in admitted]
    applicants = [int((scope == s).sum()) + admitted[s] + rng.choice([0, 0, 1]) for s in range(len(names))]
    return GuidelineTerm(
        share=Fraction(rng.choice(["0", "0.3", "0.4", "0.5", "0.5", "0.6", "0.75", "1"])),
        tolerance=Fraction(rng.choice(["0", "0", "0.05", "0.125", "0.2"])),
        basis_grows=grows,
        is_constraint=rng.random() < 0.4,
        scope=scope,
        scope_names=names,
        earlier_general=np.array(general, dtype=np.int64),
        earlier_basis=np.array(admitted if grows else applicants, dtype=np.int64),
    )


def random_ladder(rng: random.Random, bounds: tuple[Bound, ...], has_guideline: bool) -> tuple[str, ...]:
    """Any objectives in any order; most ladders begin with `placed` or the guideline."""
    names = ["placed", "feeder", "same_area", *rng.sample(CHOICE_OBJECTIVES, 3)]
    if has_guideline:
        names.append("guideline")
    if any(bound.target is not None for bound in bounds):
        names += ["targets", "worst_target"]
    chosen = rng.sample(names, rng.randint(0, min(5, len(names))))
    first = [name for name in ("placed", "guideline") if name in names and rng.random() < 0.5]
    rng.shuffle(first)
    return (*first, *(name for name in chosen if name not in first), "score")
