"""The same outcome found in another way (R2 to R7): rising lines.

In rounds, everybody who has no seat takes the first choice and pool whose line they meet; every pool or cell that
then holds more than its seats raises its line to its q-th best; who falls below it moves on. Seats that revert are
fewer the more the pools fill, so their lines rise too. Lines only rise, hence whoever was refused stays refused and
nobody looks at a slot twice. ``admit_all`` needs nothing of its own: who equals the q-th best meets the line.
"""

from __future__ import annotations

import numpy as np

from allocator.scenario.cohort import IntArray
from allocator.verification.priority import Int32Array
from allocator.verification.standing import ANY_KEY, BARRED, Admissions, Setting
from allocator.verification.tables import BatchTables

_KEY_BITS = 31  # a cell and a key in one integer, cell × 2**31 + key: sorts by cell, and in it by priority


def rising_lines(setting: Setting) -> Admissions:
    """The outcome of a batch (R7)."""
    batch = setting.tables
    cell, slot = _rise(setting, batch.slots.start, _packed(batch.slots.cell, setting.key), batch.reverts_to)
    return _admissions(batch, cell, slot)


def open_alone(setting: Setting) -> Admissions:
    """R6: the outcome of a batch with its `open` pools alone, without reversion."""
    batch = setting.tables
    is_open = (batch.cell_pool == batch.open_pool)[batch.slots.cell]
    kept = np.flatnonzero(is_open & (setting.key < BARRED))
    start = np.searchsorted(kept, batch.slots.start)
    nothing_reverts = np.full(batch.num_cells, -1, dtype=np.int64)
    cell, slot = _rise(setting, start, _packed(batch.slots.cell[kept], setting.key[kept]), nothing_reverts)
    return _admissions(batch, cell, np.append(kept, -1)[slot])


def _packed(cell: Int32Array, key: Int32Array) -> IntArray:
    packed = cell.astype(np.int64)
    packed <<= _KEY_BITS
    packed |= key
    return packed


def _admissions(batch: BatchTables, cell: IntArray, slot: IntArray) -> Admissions:
    row = np.where(slot >= 0, np.append(batch.slots.place, 0)[slot] // batch.width, -1)
    return Admissions(cell=cell, row=row, slot=slot, programme=np.append(batch.programme, -1)[row])


def _rise(setting: Setting, start: IntArray, slots: IntArray, reverts_to: IntArray) -> tuple[IntArray, IntArray]:
    """The cell and the slot of everybody, -1 for the unplaced, when no line rises any more.

    Args:
        start: (applicant + 1,) where each applicant's slots begin.
        slots: (slot,) packed cells and keys.
        reverts_to: (cell,) the cell to which unfilled seats revert, -1 if they do not.
    """
    num_cells = setting.tables.num_cells
    at, end = start[:-1].copy(), start[1:]
    held = np.full(len(at), num_cells, dtype=np.int64)  # one past the last cell: no seat
    packed = np.zeros(len(at), dtype=np.int64)  # of the seat that is held
    seats, count = setting.seats.copy(), np.zeros(num_cells, dtype=np.int64)
    back = np.flatnonzero(reverts_to >= 0)
    np.add.at(seats, reverts_to[back], seats[back])
    line = (np.arange(num_cells) << _KEY_BITS) + np.where(seats > 0, ANY_KEY, -1)
    is_full = np.zeros(num_cells + 1, dtype=np.bool_)
    movers = np.flatnonzero(at < end)
    while len(movers):
        movers, arrived = _arrivals(movers, at, end, slots, line)
        came = arrived >> _KEY_BITS
        held[movers] = came
        packed[movers] = arrived
        full = _full(came, count, seats, reverts_to)
        is_full[full] = True
        inside = np.flatnonzero(is_full[held])
        is_full[full] = False
        holds, of = packed[inside], held[inside]
        line[full] = _last_that_stays(full, np.sort(holds), seats[full], count[full])
        falls = np.flatnonzero(holds > line[of])
        np.subtract.at(count, of[falls], 1)
        movers = inside[falls]
        held[movers] = num_cells
        at[movers] += 1
    sat = held < num_cells
    return np.where(sat, held, -1), np.where(sat, at, -1)


def _arrivals(
    movers: IntArray, at: IntArray, end: IntArray, slots: IntArray, line: IntArray
) -> tuple[IntArray, IntArray]:
    """Move everybody on to the first slot whose line they meet: who, and the slot. Without one, they drop out."""
    who: list[IntArray] = []
    where: list[IntArray] = []
    while len(movers):
        slot = at[movers]
        left = slot < end[movers]
        if not left.all():
            movers, slot = movers[left], slot[left]
        wanted = slots[slot]
        meets = wanted <= line[wanted >> _KEY_BITS]
        if meets.all():
            who.append(movers)
            where.append(wanted)
            break
        who.append(movers[meets])
        where.append(wanted[meets])
        movers = movers[~meets]
        at[movers] += 1
    return (np.concatenate(who), np.concatenate(where)) if who else (movers, movers)


def _full(came: IntArray, count: IntArray, seats: IntArray, reverts_to: IntArray) -> IntArray:
    """Book the arrivals; of the cells that gained people or lost reverted seats, those that have no room, sorted."""
    cells, num_came = _counted(np.sort(came))
    before = np.minimum(count[cells], seats[cells])
    count[cells] += num_came
    reverted = reverts_to[cells]
    gained = np.where(reverted >= 0, np.minimum(count[cells], seats[cells]) - before, 0)
    loses = np.flatnonzero(gained)
    if len(loses):
        np.subtract.at(seats, reverted[loses], gained[loses])
        cells, _ = _counted(np.sort(np.concatenate((cells, reverted[loses]))))
    return cells[count[cells] >= seats[cells]]


def _counted(ordered: IntArray) -> tuple[IntArray, IntArray]:
    """The different values of a sorted array, and how often each stands there."""
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(ordered) else ordered
    return ordered[first], np.diff(np.append(first, len(ordered)))


def _last_that_stays(cells: IntArray, packed: IntArray, seats: IntArray, count: IntArray) -> IntArray:
    """The q-th best in each cell, and below every key of the cell where q is 0.

    Args:
        cells: sorted.
        packed: everybody who holds a seat in one of them, sorted.
        seats, count: of these cells.
    """
    last = (cells << _KEY_BITS) - 1
    some = np.flatnonzero(seats > 0)
    last[some] = packed[(np.cumsum(count) - count + seats)[some] - 1]
    return last
