"""R7: applicant-proposing deferred acceptance, where every programme chooses by R4 and R5; one compiled kernel.

An applicant who arrives at a programme goes through its pools in their order, and last to its reverted seats. A cell
that is full keeps its best and sends the others on: to the next pool of the programme, and from the last one to
their next choice. Nobody comes back to a cell that they left, so a cell's *cutoff*, the least key that it refuses,
only falls, and most arrivals are settled by one comparison with it.

Machine code for tens of millions of comparisons is the reason for what reads unlike Python here: plain arrays in
place of records, numbers packed in one integer, and few calls inside the loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from allocator.mechanisms.compilation import compiled, prefetch

IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
MaskArray = NDArray[np.unsignedinteger]
Whole = int | np.signedinteger[Any]  # one integer inside the kernel

MOST_POOLS = 63  # a bit for each in 64, and one for the reverted seats
MOST_ENTRIES = 2**31 - 1
REFUSES_NOBODY = 2**31 - 1  # above every key
REFUSES_ALL = -(2**31)
LOW_HALF = 2**32 - 1
FIRST, SIZE, SEATS, NUM_WORST = 0, 1, 2, 3  # of a cell: first entry, entries, seats, how many equal its worst (if full)
CHOICE, END, SCHOOL, CELL = 0, 1, 2, 3  # of an applicant: choice in hand, end of the choices, feeder school, cell held
FAR, NEAR = 16, 8  # turns ahead for which data are fetched
NUM_BUCKETS = 2048  # coarse is enough, and their counters stay in the nearest cache


@dataclass(frozen=True)
class BatchArrays:
    """One batch as the kernel reads it; all that R1 asks has been tested before, and is in ``choice_pools``."""

    choice_start: IntArray  # (applicant + 1,) the choices of applicant a: choice_start[a] up to choice_start[a + 1]
    choice_programme: Int32Array  # (choice,) best first
    choice_key: Int32Array  # (choice,) R3: priority there, 0 is best, below 2**31 - 2; equal only with admit_all
    choice_pools: MaskArray  # (choice,) bit j: eligible for pool j; never set where cell_first is -1
    applicant_school: Int32Array  # (applicant,) feeder school; -1 if none, and then no bit of a per-school pool is set
    cell_first: Int32Array  # (programme, pool) first cell of the pool, -1 if the programme does not have it
    pool_per_school: BoolArray  # (pool,) the cell is cell_first + applicant_school; else it is cell_first
    cell_seats: IntArray  # (cell,) seats; of a reverted cell, what reverts while nobody is admitted
    pool_reverts: BoolArray  # (pool,) R5: unfilled seats are offered through `open`
    open_pool: int  # the pool `open`, -1 if the batch does not list it
    reverted_cell: Int32Array  # (programme,) the cell of reverted seats, -1 if the programme has none
    admit_all: BoolArray  # (programme,) R4: equal keys are never separated


def deferred_acceptance(arrays: BatchArrays) -> tuple[IntArray, Int32Array]:
    """R7: what every applicant obtains: (applicant,) position of the choice, (applicant,) cell; -1 for nothing."""
    held_choice, held_cell, _ = deferred_acceptance_counted(arrays)
    return held_choice, held_cell


def deferred_acceptance_counted(arrays: BatchArrays) -> tuple[IntArray, Int32Array, int]:
    """R7, and the number of times that somebody was sent on from a cell, which tells how well proposals were ordered.

    Raises:
        ValueError: more than ``MOST_POOLS`` pools, or than ``MOST_ENTRIES`` choices times pools.
    """
    num_programmes, num_pools = arrays.cell_first.shape
    num_cells, num_applicants = len(arrays.cell_seats), len(arrays.choice_start) - 1
    if num_pools > MOST_POOLS:
        raise ValueError(f"found {num_pools} pools in one batch, expected at most {MOST_POOLS}")
    if len(arrays.choice_key) * (num_pools + 1) > MOST_ENTRIES:
        raise ValueError(f"found {len(arrays.choice_key)} choices in {num_pools} pools, expected fewer")
    # One cell more, which refuses everybody, stands for those that a programme does not have.
    cell_of = np.empty((num_programmes, num_pools + 1), dtype=np.int32)
    cell_of[:, :num_pools] = arrays.cell_first
    cell_of[:, num_pools] = arrays.reverted_cell
    cell_of[cell_of < 0] = num_cells
    held_choice, held_cell, num_sent_on = _propose(
        _read_only(arrays.choice_start, np.int64),
        _read_only(arrays.choice_programme, np.int32),
        _read_only(arrays.choice_key, np.int32),
        _read_only(arrays.choice_pools, np.uint8 if num_pools <= 8 else np.uint64),
        _read_only(arrays.applicant_school, np.int32),
        cell_of,
        np.append(arrays.pool_per_school, False),
        np.append(arrays.pool_reverts, False),
        int(arrays.open_pool),
        # The seats that a batch can use, and still as many where everybody has made one revert no more.
        np.append(np.minimum(arrays.cell_seats, 2 * num_applicants + 1), 0).astype(np.int32),
        np.ascontiguousarray(arrays.admit_all) if arrays.admit_all.any() else None,
    )
    return held_choice, held_cell, int(num_sent_on)


def _read_only(array: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """The same numbers as the one type of array that the kernel is compiled for, whatever the caller's flags."""
    view = np.ascontiguousarray(array, dtype=dtype).view()
    view.flags.writeable = False
    return view


@compiled
def _propose(
    choice_start: IntArray,
    choice_programme: Int32Array,
    choice_key: Int32Array,
    choice_pools: MaskArray,
    applicant_school: Int32Array,
    cell_of: Int32Array,  # (programme, pool + 1) the last column is the reverted cell; the last cell: not there
    per_school: BoolArray,  # (pool + 1,)
    reverts: BoolArray,  # (pool + 1,)
    open_pool: Whole,
    cell_seats: Int32Array,  # (cell + 1,)
    admit_all: BoolArray | None,  # without it, all that concerns ties is left out of the machine code
) -> tuple[IntArray, Int32Array, Whole]:
    """Everybody proposes in turn; who loses a seat waits at the end of the queue, where nobody is twice."""
    num_applicants = len(choice_start) - 1
    after_pools = cell_of.shape[1] - 1  # the place of the reverted seats
    nowhere = len(cell_seats) - 1
    cells, num_entries = _layout(
        choice_start,
        choice_programme,
        choice_pools,
        applicant_school,
        cell_of,
        per_school,
        open_pool,
        cell_seats,
        admit_all,
    )
    entries = np.empty(num_entries, dtype=np.int64)  # cell by cell, key and applicant; once full, a heap, worst on top
    cutoff = np.empty(len(cells), dtype=np.int32)  # (cell + 1,) the least key that is refused
    for at in range(len(cells)):
        cutoff[at] = REFUSES_NOBODY if cell_seats[at] > 0 else REFUSES_ALL
    people = np.empty((num_applicants, 4), dtype=np.int32)  # CHOICE, END, SCHOOL, CELL: read together, so kept together
    for at in range(num_applicants):
        people[at, CHOICE] = choice_start[at]
        people[at, END] = choice_start[at + 1]
        people[at, SCHOOL] = applicant_school[at]
    queue = _best_first(choice_start, choice_key)  # a ring: who is to propose, and above 32 bits, from which pool on
    head: Whole = np.int64(0)
    num_waiting: Whole = np.int64(num_applicants)
    num_sent_on = -num_applicants
    while num_waiting:
        # The queue jumps about in memory: ask early for what will be read. Beyond its end, old turns do no harm.
        prefetch(people, 4 * (queue[_wrapped(queue, head + FAR)] & LOW_HALF))
        near = people[queue[_wrapped(queue, head + NEAR)] & LOW_HALF, CHOICE]
        prefetch(choice_programme, np.int64(near))
        prefetch(choice_key, np.int64(near))
        prefetch(choice_pools, np.int64(near))
        applicant, pool = queue[head] & LOW_HALF, queue[head] >> 32
        head = _wrapped(queue, head + 1)
        num_waiting -= 1
        num_sent_on += 1
        end = np.int64(people[applicant, END])
        choice, pool, cell = _next_cell(
            choice_programme,
            choice_key,
            choice_pools,
            cell_of,
            per_school,
            open_pool,
            cutoff,
            np.int64(people[applicant, SCHOOL]),
            np.int64(people[applicant, CHOICE]),
            end,
            pool,
        )
        people[applicant, CHOICE] = choice
        people[applicant, CELL] = cell
        if choice == end:
            continue
        entry = np.int64(choice_key[choice]) << 32 | applicant
        programme = np.int64(choice_programme[choice])
        tied = np.bool_(False)
        if admit_all is not None:
            tied = admit_all[programme]
        first, size = np.int64(cells[cell, FIRST]), np.int64(cells[cell, SIZE])
        if size < cells[cell, SEATS]:
            entries[first + size] = entry
            cells[cell, SIZE] += 1
            if size + 1 == cells[cell, SEATS]:
                _close(cells, cutoff, entries, cell, tied)
            reverted = np.int64(cell_of[programme, after_pools])
            if reverts[pool] and reverted != nowhere:
                num_waiting = _take_back(
                    cells, cutoff, entries, reverted, tied, after_pools + 1, queue, head, num_waiting
                )
        elif tied:
            num_waiting = _take_equal(cells, cutoff, entries, cell, entry, pool + 1, queue, head, num_waiting)
        else:
            queue[_wrapped(queue, head + num_waiting)] = (pool + 1) << 32 | (entries[first] & LOW_HALF)
            num_waiting += 1
            _sift_down(entries, first, size, np.int64(0), entry)
            cutoff[cell] = entries[first] >> 32
    held_choice = np.empty(num_applicants, dtype=np.int64)
    held_cell = np.empty(num_applicants, dtype=np.int32)
    for at in range(num_applicants):
        held_cell[at] = people[at, CELL]
        held_choice[at] = people[at, CHOICE] if held_cell[at] >= 0 else -1
    return held_choice, held_cell, num_sent_on


@compiled
def _wrapped(queue: IntArray, at: Whole) -> Whole:
    """A place less than one length past the end of a ring."""
    return at - len(queue) if at >= len(queue) else at


@compiled
def _next_cell(
    choice_programme: Int32Array,
    choice_key: Int32Array,
    choice_pools: MaskArray,
    cell_of: Int32Array,
    per_school: BoolArray,
    open_pool: Whole,
    cutoff: Int32Array,
    school: Whole,
    choice: Whole,
    end: Whole,
    pool: Whole,
) -> tuple[Whole, Whole, Whole]:
    """The first cell that does not refuse, from a pool of a choice on: its choice (``end`` if none), pool, and cell."""
    after_pools = cell_of.shape[1] - 1
    while choice < end:
        pools = _with_reverted(choice_pools[choice], open_pool, after_pools)
        if pools:
            programme, key = choice_programme[choice], choice_key[choice]
            while pool <= after_pools:
                if pools >> pool & 1:
                    cell = np.int64(cell_of[programme, pool])
                    if per_school[pool]:
                        cell += school
                    if key < cutoff[cell]:
                        return choice, pool, cell
                pool += 1
        choice += 1
        pool = np.int64(0)
    return end, pool, np.int64(-1)


@compiled
def _with_reverted(pools: Whole, open_pool: Whole, after_pools: Whole) -> Whole:
    """The pools of a choice, and a bit after them for the reverted seats: who may use `open` may use these (R5)."""
    bits = np.int64(pools)
    if open_pool >= 0:
        bits |= (bits >> open_pool & 1) << after_pools
    return bits


@compiled
def _layout(
    choice_start: IntArray,
    choice_programme: Int32Array,
    choice_pools: MaskArray,
    applicant_school: Int32Array,
    cell_of: Int32Array,
    per_school: BoolArray,
    open_pool: Whole,
    cell_seats: Int32Array,
    admit_all: BoolArray | None,
) -> tuple[Int32Array, Whole]:
    """(cell + 1, 4) the empty cells, and how many entries they need together.

    A cell has room for its seats, or for all who could come if they are fewer, or if equals may exceed the seats.
    """
    cells = np.zeros((len(cell_seats), 4), dtype=np.int32)
    total = np.int64(0)
    for at in range(len(cells)):
        cells[at, SEATS] = cell_seats[at]
        total += cell_seats[at]
    by_seats = admit_all is None and total <= len(choice_programme)
    if not by_seats:  # count in SIZE for a moment
        after_pools = cell_of.shape[1] - 1
        for applicant in range(len(choice_start) - 1):
            for choice in range(choice_start[applicant], choice_start[applicant + 1]):
                pools = _with_reverted(choice_pools[choice], open_pool, after_pools)
                programme = choice_programme[choice]
                exceeds = False
                if admit_all is not None:
                    exceeds = admit_all[programme]
                for pool in range(after_pools + 1):
                    if pools >> pool & 1:
                        cell = np.int64(cell_of[programme, pool])
                        if per_school[pool]:
                            cell += applicant_school[applicant]
                        if exceeds or cells[cell, SIZE] < cells[cell, SEATS]:
                            cells[cell, SIZE] += 1
    first = np.int64(0)
    for at in range(len(cells)):
        cells[at, FIRST] = first
        first += cells[at, SEATS] if by_seats else cells[at, SIZE]
        cells[at, SIZE] = 0
    return cells, first


@compiled
def _best_first(choice_start: IntArray, choice_key: Int32Array) -> IntArray:
    """(applicant,) all applicants, roughly by their key at their first choice; longer if they are fewer than ``FAR``.

    The outcome is the same in every order (R7). In this one, where one ranking serves all programmes, hardly anybody
    loses a seat to a later arrival, and that saves more than the buckets cost.
    """
    num_applicants = len(choice_start) - 1
    highest: Whole = np.int64(0)
    for applicant in range(num_applicants):
        highest = max(highest, _first_key(choice_start, choice_key, applicant))
    shift = 0
    while highest >> shift >= NUM_BUCKETS:
        shift += 1
    place = np.zeros(NUM_BUCKETS + 1, dtype=np.int64)
    for applicant in range(num_applicants):
        place[(_first_key(choice_start, choice_key, applicant) >> shift) + 1] += 1
    for earlier in range(NUM_BUCKETS):
        place[earlier + 1] += place[earlier]
    order = np.zeros(max(num_applicants, FAR + 1), dtype=np.int64)
    for applicant in range(num_applicants):
        bucket = _first_key(choice_start, choice_key, applicant) >> shift
        order[place[bucket]] = applicant
        place[bucket] += 1
    return order


@compiled
def _first_key(choice_start: IntArray, choice_key: Int32Array, applicant: Whole) -> Whole:
    """The key of an applicant at their first choice, 0 for a list without any."""
    first = choice_start[applicant]
    return np.int64(choice_key[first]) if first < choice_start[applicant + 1] else np.int64(0)


@compiled
def _take_equal(
    cells: Int32Array,
    cutoff: Int32Array,
    entries: IntArray,
    cell: Whole,
    entry: Whole,
    next_pool: Whole,
    queue: IntArray,
    head: Whole,
    num_waiting: Whole,
) -> Whole:
    """R4: one more for a full cell whose programme never separates equals. Returns how many wait."""
    first, size = np.int64(cells[cell, FIRST]), np.int64(cells[cell, SIZE])
    worst = entries[first] >> 32
    _sift_up(entries, first, size, entry)
    cells[cell, SIZE] += 1
    if entry >> 32 == worst:
        cells[cell, NUM_WORST] += 1
        return num_waiting
    return _drop(cells, cutoff, entries, cell, np.bool_(True), next_pool, queue, head, num_waiting)


@compiled
def _take_back(
    cells: Int32Array,
    cutoff: Int32Array,
    entries: IntArray,
    cell: Whole,
    tied: np.bool_,
    next_pool: Whole,
    queue: IntArray,
    head: Whole,
    num_waiting: Whole,
) -> Whole:
    """R5: another cell of the programme gained, so one seat less reverts. Returns how many wait."""
    cells[cell, SEATS] -= 1
    if cells[cell, SIZE] > cells[cell, SEATS]:
        return _drop(cells, cutoff, entries, cell, tied, next_pool, queue, head, num_waiting)
    if cells[cell, SIZE] == cells[cell, SEATS]:
        _close(cells, cutoff, entries, cell, tied)
    return num_waiting


@compiled
def _drop(
    cells: Int32Array,
    cutoff: Int32Array,
    entries: IntArray,
    cell: Whole,
    tied: np.bool_,
    next_pool: Whole,
    queue: IntArray,
    head: Whole,
    num_waiting: Whole,
) -> Whole:
    """R4: a cell above its seats loses its worst; if equals are not separated, all of them or none. Returns how many
    wait."""
    first = np.int64(cells[cell, FIRST])
    num_worst = np.int64(cells[cell, NUM_WORST]) if tied else np.int64(1)
    if cells[cell, SIZE] - num_worst < cells[cell, SEATS]:
        return num_waiting
    for _ in range(num_worst):
        queue[_wrapped(queue, head + num_waiting)] = next_pool << 32 | (entries[first] & LOW_HALF)
        num_waiting += 1
        cells[cell, SIZE] -= 1
        size = np.int64(cells[cell, SIZE])
        _sift_down(entries, first, size, np.int64(0), entries[first + size])
    _mark(cells, cutoff, entries, cell, tied)
    return num_waiting


@compiled
def _close(cells: Int32Array, cutoff: Int32Array, entries: IntArray, cell: Whole, tied: np.bool_) -> None:
    """The cell has become full: put its entries in order, and refuse from now on."""
    first, size = np.int64(cells[cell, FIRST]), np.int64(cells[cell, SIZE])
    for at in range(size // 2 - 1, -1, -1):
        _sift_down(entries, first, size, at, entries[first + at])
    _mark(cells, cutoff, entries, cell, tied)


@compiled
def _mark(cells: Int32Array, cutoff: Int32Array, entries: IntArray, cell: Whole, tied: np.bool_) -> None:
    """The cutoff of a full cell: its worst key, or above it where an equal is still welcome."""
    first, size = np.int64(cells[cell, FIRST]), np.int64(cells[cell, SIZE])
    if size == 0:
        cutoff[cell] = REFUSES_ALL
    elif tied:
        cutoff[cell] = (entries[first] >> 32) + 1
        cells[cell, NUM_WORST] = _num_equal_to_top(entries, first, size)
    else:
        cutoff[cell] = entries[first] >> 32


@compiled
def _num_equal_to_top(entries: IntArray, first: Whole, size: Whole) -> Whole:
    """How many entries of a heap have the key of the top; they are connected to it, so only they are visited."""
    worst = entries[first] >> 32
    stack = np.empty(128, dtype=np.int64)  # at most one sibling for each of 63 levels, and the last pair
    stack[0] = 0
    height, count = 1, 0
    while height:
        height -= 1
        at = stack[height]
        if at < size and entries[first + at] >> 32 == worst:
            count += 1
            stack[height] = 2 * at + 1
            stack[height + 1] = 2 * at + 2
            height += 2
    return count


@compiled
def _sift_down(entries: IntArray, first: Whole, size: Whole, at: Whole, entry: Whole) -> None:
    """Put an entry at a place of the heap, or below it under the worse ones."""
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and entries[first + child + 1] > entries[first + child]:
            child += 1
        if entries[first + child] <= entry:
            break
        entries[first + at] = entries[first + child]
        at = child
    entries[first + at] = entry


@compiled
def _sift_up(entries: IntArray, first: Whole, at: Whole, entry: Whole) -> None:
    """Put an entry at a place after the heap's last, or above it over the better ones."""
    while at > 0:
        parent = (at - 1) // 2
        if entries[first + parent] >= entry:
            break
        entries[first + at] = entries[first + parent]
        at = parent
    entries[first + at] = entry
