"""R4, R5 and R7: the compiled kernel against a choice function that looks at everybody who ever proposed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numba import njit

from allocator.mechanisms.compilation import compiled
from allocator.mechanisms.deferred_acceptance import (
    MOST_POOLS,
    BatchArrays,
    IntArray,
    deferred_acceptance,
    deferred_acceptance_counted,
)

NUM_INSTANCES = 4000
SEEDS = range(NUM_INSTANCES)


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
    open_pool = int(random.integers(0, num_pools)) if random.random() < 0.85 else -1
    pool_reverts = random.random(num_pools) < 0.7
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
    applicant = applicant_of(arrays)
    admit_all = bool(arrays.admit_all[programme])
    taken: dict[int, int] = {}
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
    """Whether a programme's cell belongs to a pool that reverts: the pool that begins last before it."""
    firsts = [(int(f), pool) for pool, f in enumerate(arrays.cell_first[programme]) if 0 <= f <= cell]
    return bool(arrays.pool_reverts[max(firsts)[1]])


def by_rounds(arrays: BatchArrays) -> tuple[list[int], list[int]]:
    """Gale and Shapley's rounds: all who are refused propose on; a programme chooses anew from all it ever saw."""
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


def tiny(seed: int) -> BatchArrays:
    random = np.random.default_rng(seed)
    shape = Shape(
        num_applicants=int(random.integers(0, 15)),
        num_programmes=int(random.integers(1, 5)),
        num_schools=int(random.integers(0, 4)),
        num_pools=int(random.integers(1, 5)),
        most_seats=int(random.integers(0, 4)),
        num_keys=int(random.integers(1, 7)),
    )
    return instance(random, shape)


def middling(seed: int, admit_all: bool) -> BatchArrays:
    """Large enough for heaps of several levels, and for the fetching ahead."""
    arrays = instance(np.random.default_rng(seed), Shape(250, 6, 3, 3, 25, 40))
    return arrays if admit_all else without_equals(arrays)


def without_equals(arrays: BatchArrays) -> BatchArrays:
    """The same, with every tie broken by the applicant's number."""
    key = arrays.choice_key * len(arrays.applicant_school) + applicant_of(arrays)
    return replace(arrays, choice_key=key.astype(np.int32), admit_all=np.zeros_like(arrays.admit_all))


def applicant_of(arrays: BatchArrays) -> IntArray:
    return np.repeat(np.arange(len(arrays.applicant_school), dtype=np.int64), np.diff(arrays.choice_start))


def one_cell(seats: int, keys: list[int], admit_all: bool = False) -> BatchArrays:
    """One programme with the `open` pool alone, and applicants who list nothing else."""
    n = len(keys)
    return BatchArrays(
        choice_start=np.arange(n + 1),
        choice_programme=np.zeros(n, dtype=np.int32),
        choice_key=np.array(keys, dtype=np.int32),
        choice_pools=np.ones(n, dtype=np.uint8),
        applicant_school=np.full(n, -1, dtype=np.int32),
        cell_first=np.zeros((1, 1), dtype=np.int32),
        pool_per_school=np.zeros(1, dtype=np.bool_),
        cell_seats=np.array([seats]),
        pool_reverts=np.zeros(1, dtype=np.bool_),
        open_pool=0,
        reverted_cell=np.full(1, -1, dtype=np.int32),
        admit_all=np.array([admit_all]),
    )


def test_the_kernel_obtains_what_rounds_of_naive_choices_obtain() -> None:
    assert [seed for seed in SEEDS if outcome(tiny(seed)) != by_rounds(tiny(seed))] == []


def test_enough_of_the_random_instances_are_interesting() -> None:
    seen = Counter[str]()
    for seed in SEEDS:
        arrays = tiny(seed)
        held_choice, held_cell, num_sent_on = deferred_acceptance_counted(arrays)
        admitted = np.bincount(held_cell[held_cell >= 0], minlength=len(arrays.cell_seats))
        there = arrays.reverted_cell[arrays.reverted_cell >= 0]
        own = np.setdiff1d(np.arange(len(arrays.cell_seats)), there)
        seen["somebody holds a reverted seat"] += bool(admitted[there].any())
        seen["fewer seats reverted than could"] += bool((admitted[there] < arrays.cell_seats[there]).any())
        seen["equals exceed a cell"] += bool((admitted[own] > arrays.cell_seats[own]).any())
        seen["somebody lost a seat"] += num_sent_on > 0
        seen["somebody got a later choice"] += bool((held_choice > arrays.choice_start[:-1]).any())
        seen["somebody got nothing"] += bool((held_choice < 0).any())
        seen["a cell of a feeder school is used"] += any(
            arrays.pool_per_school[pool] and first >= 0 and admitted[first : first + 1].any()
            for pools in arrays.cell_first
            for pool, first in enumerate(pools)
        )
    assert {what: count for what, count in seen.items() if count < NUM_INSTANCES // 20} == {}


@pytest.mark.parametrize("admit_all", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_deep_heaps_obtain_the_same(seed: int, admit_all: bool) -> None:
    arrays = middling(seed, admit_all)
    assert outcome(arrays) == by_rounds(arrays)


@pytest.mark.parametrize("admit_all", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_applicants_does_not_matter(seed: int, admit_all: bool) -> None:
    arrays = middling(seed, admit_all)
    order = np.random.default_rng(seed).permutation(len(arrays.applicant_school))
    lengths = np.diff(arrays.choice_start)
    shuffled_start = np.concatenate([[0], np.cumsum(lengths[order])])
    choice = np.concatenate([np.arange(arrays.choice_start[a], arrays.choice_start[a + 1]) for a in order])
    shuffled = replace(
        arrays,
        choice_start=shuffled_start,
        choice_programme=arrays.choice_programme[choice],
        choice_key=arrays.choice_key[choice],
        choice_pools=arrays.choice_pools[choice],
        applicant_school=arrays.applicant_school[order],
    )
    held_choice, held_cell = deferred_acceptance(arrays)
    shuffled_choice, shuffled_cell = deferred_acceptance(shuffled)
    held_place = np.where(held_choice >= 0, held_choice - arrays.choice_start[:-1], -1)
    shuffled_place = np.where(shuffled_choice >= 0, shuffled_choice - shuffled_start[:-1], -1)
    assert shuffled_place.tolist() == held_place[order].tolist()
    assert shuffled_cell.tolist() == held_cell[order].tolist()


@pytest.mark.parametrize("seed", range(200))
def test_any_number_of_seats_is_possible(seed: int) -> None:
    arrays = tiny(seed)
    enough = replace(arrays, cell_seats=np.where(arrays.cell_seats > 0, 10**15, 0))
    hundred = replace(arrays, cell_seats=np.where(arrays.cell_seats > 0, 100, 0))
    assert outcome(enough) == outcome(hundred) == by_rounds(hundred)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.uint64])
def test_the_pools_of_a_choice_may_come_in_any_width(dtype: type[np.unsignedinteger]) -> None:
    arrays = middling(1, True)
    assert outcome(replace(arrays, choice_pools=arrays.choice_pools.astype(dtype))) == outcome(arrays)


def test_the_last_of_63_pools_and_its_reverted_seats_are_used() -> None:
    arrays = replace(
        one_cell(0, [1, 0, 2]),
        choice_pools=np.full(3, 1 << (MOST_POOLS - 1), dtype=np.uint64),
        cell_first=np.array([[0, *[-1] * (MOST_POOLS - 2), 1]], dtype=np.int32),
        pool_per_school=np.zeros(MOST_POOLS, dtype=np.bool_),
        pool_reverts=np.arange(MOST_POOLS) == 0,
        open_pool=MOST_POOLS - 1,
        cell_seats=np.array([1, 1, 1]),  # pool 0, the last pool, reverted
        reverted_cell=np.array([2], dtype=np.int32),
    )
    assert outcome(arrays) == ([0, 1, -1], [2, 1, -1])


def test_more_pools_than_bits_are_refused() -> None:
    arrays = replace(one_cell(1, [0]), cell_first=np.zeros((1, MOST_POOLS + 1), dtype=np.int32))
    with pytest.raises(ValueError, match="found 64 pools in one batch"):
        deferred_acceptance(arrays)


def test_a_batch_without_applicants_has_an_empty_outcome() -> None:
    assert outcome(one_cell(3, [])) == ([], [])
    assert outcome(one_cell(3, [], admit_all=True)) == ([], [])


def test_who_has_no_choices_obtains_nothing() -> None:
    arrays = replace(
        one_cell(2, [4, 7]), choice_start=np.array([0, 0, 1, 1, 2, 2]), applicant_school=np.full(5, -1, dtype=np.int32)
    )
    assert outcome(arrays) == ([-1, 0, -1, 1, -1], [-1, 0, -1, 0, -1])


def test_nobody_at_all_has_choices() -> None:
    arrays = replace(
        one_cell(2, []), choice_start=np.zeros(4, dtype=np.int64), applicant_school=np.full(3, -1, dtype=np.int32)
    )
    assert outcome(arrays) == ([-1, -1, -1], [-1, -1, -1])


def test_a_choice_eligible_for_no_pool_is_passed_over() -> None:
    arrays = replace(one_cell(2, [1, 0]), choice_pools=np.array([0, 1], dtype=np.uint8))
    assert outcome(arrays) == ([-1, 1], [-1, 0])


@pytest.mark.parametrize("seats", [0, 1, 500, 999, 1000, 5000])
def test_one_cell_takes_the_best_of_everybody(seats: int) -> None:
    keys = np.random.default_rng(seats).permutation(1000)
    held_choice, held_cell = deferred_acceptance(one_cell(seats, keys.tolist()))
    assert ((held_choice >= 0) == (keys < seats)).all()
    assert ((held_cell == 0) == (keys < seats)).all()


@pytest.mark.parametrize("seats", [0, 1, 10, 500, 999, 1000, 5000])
@pytest.mark.parametrize("num_keys", [1, 2, 100])
def test_one_cell_that_admits_equals_takes_whole_classes(seats: int, num_keys: int) -> None:
    keys = np.random.default_rng(seats).integers(0, num_keys, 1000)
    held_choice, _ = deferred_acceptance(one_cell(seats, keys.tolist(), admit_all=True))
    num_above = np.array([(keys < key).sum() for key in keys])
    assert ((held_choice >= 0) == (num_above < seats)).all()


def test_a_late_equal_is_still_welcome_and_a_late_better_one_sends_the_whole_class_away() -> None:
    assert outcome(one_cell(2, [5, 5, 5], admit_all=True))[0] == [0, 1, 2]
    assert outcome(one_cell(2, [5, 5, 5, 3], admit_all=True))[0] == [0, 1, 2, 3]
    assert outcome(one_cell(2, [5, 5, 5, 3, 3], admit_all=True))[0] == [-1, -1, -1, 3, 4]


def test_read_only_and_strided_arrays_are_taken_as_they_are() -> None:
    arrays = middling(2, False)
    wide = np.repeat(arrays.choice_key, 2)
    wide.flags.writeable = False
    before = arrays.cell_seats.copy()
    assert outcome(replace(arrays, choice_key=wide[::2])) == outcome(arrays)
    assert (arrays.cell_seats == before).all()


def test_where_one_ranking_serves_all_hardly_anybody_loses_a_seat() -> None:
    random = np.random.default_rng(0)
    keys = random.permutation(2000)
    _, _, num_sent_on = deferred_acceptance_counted(one_cell(400, keys.tolist()))
    assert num_sent_on == 0


def test_what_numba_cannot_keep_is_compiled_in_memory() -> None:
    names: dict[str, object] = {}
    exec("def add_one(number):\n    return number + 1\n", names)  # no source file, so no place beside it or for it
    add_one = names["add_one"]
    assert callable(add_one)
    with pytest.raises(RuntimeError, match="cannot cache function"):
        njit(cache=True)(add_one)
    assert compiled(add_one)(1) == 2
