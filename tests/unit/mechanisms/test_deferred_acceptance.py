"""R4, R5 and R7: the compiled kernel against a choice function that looks at everybody who ever proposed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pytest
from allocator.mechanisms.deferred_acceptance import (
    MOST_POOLS,
    BatchArrays,
    deferred_acceptance,
    deferred_acceptance_counted,
)

NUM_INSTANCES = 4000


@dataclass(frozen=True)
class Shape:
    """How large an instance may be, and what it may contain."""

    num_applicants: int
    num_programmes: int
    num_schools: int
    num_pools: int
    most_seats: int
    num_keys: int  # few keys make large classes of equals


def instance(random: np.random.Generator, shape: Shape) -> BatchArrays:
    """An instance with everything in it: ties, cells, pools that revert or not, absent pools, no seats, no choices."""
    n, num_programmes, num_pools = shape.num_applicants, shape.num_programmes, shape.num_pools
    pool_per_school = random.random(num_pools) < 0.4
    open_pool = int(random.integers(-1, num_pools))
    pool_reverts = random.random(num_pools) < 0.6
    if open_pool >= 0:
        pool_per_school[open_pool] = pool_reverts[open_pool] = False
    if shape.num_schools == 0:
        pool_per_school[:] = False
    cell_first = np.full((num_programmes, num_pools), -1, dtype=np.int32)
    cell_seats: list[int] = []
    reverted_cell = np.full(num_programmes, -1, dtype=np.int32)
    for programme in range(num_programmes):
        reverting = 0
        for pool in range(num_pools):
            if random.random() < 0.8:
                cell_first[programme, pool] = len(cell_seats)
                width = shape.num_schools if pool_per_school[pool] else 1
                seats = random.integers(0, shape.most_seats + 1, width).tolist()
                cell_seats += seats
                reverting += sum(seats) if pool_reverts[pool] else 0
        if open_pool >= 0 and cell_first[programme, open_pool] >= 0 and random.random() < 0.9:
            reverted_cell[programme] = len(cell_seats)
            cell_seats.append(reverting)
    admit_all = random.random(num_programmes) < random.choice([0.0, 0.5, 1.0])
    applicant_school = random.integers(-1, shape.num_schools, n).astype(np.int32)
    lists = [random.permutation(num_programmes)[: random.integers(0, num_programmes + 1)] for _ in range(n)]
    choice_start = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    choice_programme = np.concatenate([np.zeros(0, dtype=np.int64), *lists]).astype(np.int32)
    distinct = np.stack([random.permutation(n) for _ in range(num_programmes)], axis=1).reshape(n, num_programmes)
    equal = random.integers(0, shape.num_keys, (n, num_programmes))
    key_of = np.where(admit_all, equal, distinct)
    if random.random() < 0.5:  # one ranking for all programmes
        key_of = np.where(admit_all, equal[:, :1], distinct[:, :1])
    applicant = np.repeat(np.arange(n), np.diff(choice_start))
    eligible = random.random((len(choice_programme), num_pools)) < 0.7
    eligible &= cell_first[choice_programme] >= 0
    eligible &= ~(pool_per_school[None, :] & (applicant_school[applicant] < 0)[:, None])
    return BatchArrays(
        choice_start=choice_start,
        choice_programme=choice_programme,
        choice_key=key_of[applicant, choice_programme].astype(np.int32),
        choice_pools=(eligible @ (1 << np.arange(num_pools))).astype(np.uint8),
        applicant_school=applicant_school,
        cell_first=cell_first,
        pool_per_school=pool_per_school,
        cell_seats=np.array(cell_seats, dtype=np.int64),
        pool_reverts=pool_reverts,
        open_pool=open_pool,
        reverted_cell=reverted_cell,
        admit_all=admit_all,
    )


def seated(candidates: list[tuple[int, int]], seats: int, admit_all: bool) -> list[tuple[int, int]]:
    """R4, word by word: of (key, choice) candidates, those who get a seat."""
    if admit_all:
        return [c for c in candidates if sum(other[0] < c[0] for other in candidates) < seats]
    return sorted(candidates)[:seats]


def chosen(arrays: BatchArrays, programme: int, proposed: list[int]) -> dict[int, int]:
    """R5, word by word: the choices that a programme accepts out of all that were ever made of it, with their cells."""
    applicant = np.searchsorted(arrays.choice_start, np.arange(len(arrays.choice_key)), side="right") - 1
    admit_all = bool(arrays.admit_all[programme])
    taken: dict[int, int] = {}
    reverting = 0
    for pool in range(len(arrays.pool_reverts)):
        first = int(arrays.cell_first[programme, pool])
        if first < 0:
            continue
        width = int(arrays.applicant_school.max(initial=0)) + 1 if arrays.pool_per_school[pool] else 1
        for cell in range(first, first + width):
            candidates = [
                (int(arrays.choice_key[c]), c)
                for c in proposed
                if c not in taken
                and arrays.choice_pools[c] >> pool & 1
                and (not arrays.pool_per_school[pool] or first + arrays.applicant_school[applicant[c]] == cell)
            ]
            winners = seated(candidates, int(arrays.cell_seats[cell]), admit_all)
            taken |= {c: cell for _, c in winners}
    cell = int(arrays.reverted_cell[programme])
    if cell >= 0:
        held = Counter(taken.values())
        total = int(arrays.cell_seats[cell])
        reverting = total - sum(
            min(held[at], int(arrays.cell_seats[at])) for at in held if reverts(arrays, programme, at)
        )
        candidates = [
            (int(arrays.choice_key[c]), c)
            for c in proposed
            if c not in taken and arrays.choice_pools[c] >> arrays.open_pool & 1
        ]
        taken |= {c: cell for _, c in seated(candidates, reverting, admit_all)}
    return taken


def reverts(arrays: BatchArrays, programme: int, cell: int) -> bool:
    """Whether a programme's cell belongs to a pool that reverts: the pool whose first cell is the last one before it."""
    firsts = [(int(f), pool) for pool, f in enumerate(arrays.cell_first[programme]) if 0 <= f <= cell]
    return bool(arrays.pool_reverts[max(firsts)[1]])


def by_rounds(arrays: BatchArrays) -> tuple[list[int], list[int]]:
    """Gale and Shapley's rounds: all who are refused propose on together; a programme chooses anew from all it ever saw."""
    start = arrays.choice_start.tolist()
    at = start[:-1].copy()
    proposed: dict[int, set[int]] = {p: set() for p in range(len(arrays.admit_all))}
    while True:
        for applicant, choice in enumerate(at):
            if choice < start[applicant + 1]:
                proposed[int(arrays.choice_programme[choice])].add(choice)
        accepted: dict[int, int] = {}
        for programme, choices in proposed.items():
            accepted |= chosen(arrays, programme, sorted(choices))
        refused = [a for a, c in enumerate(at) if c < start[a + 1] and c not in accepted]
        if not refused:
            held = [c if c < start[a + 1] else -1 for a, c in enumerate(at)]
            return held, [accepted[c] if c >= 0 else -1 for c in held]
        for applicant in refused:
            at[applicant] += 1


def outcome(arrays: BatchArrays) -> tuple[list[int], list[int]]:
    held_choice, held_cell = deferred_acceptance(arrays)
    return held_choice.tolist(), held_cell.tolist()


def random_shape(random: np.random.Generator) -> Shape:
    return Shape(
        num_applicants=int(random.integers(0, 15)),
        num_programmes=int(random.integers(1, 5)),
        num_schools=int(random.integers(0, 4)),
        num_pools=int(random.integers(1, 5)),
        most_seats=int(random.integers(0, 4)),
        num_keys=int(random.integers(1, 7)),
    )
