"""One flow out of many equally good ones: the first in a written order, whatever a solver started from.

The flows compared are 0-1 matrices with given programme totals that differ on *free* cells only, where a
school's total can be one of two neighbours if it is free too. Two of them differ by cycles, and each cycle
can be applied alone. So if one has a school's total up and another has not, a cycle swaps exactly that total
with another on which they differ; likewise for the cells of one programme. The sets that can be up are thus
the bases of a matroid: to swap each school in turn for a later one, where that is possible, gives the first
set, and the first set also has the least sum of positions.

A search that fails has explored a set that no arc leaves and that holds no target. A path found later cannot
enter it, so it changes nothing inside, and targets only become fewer: the set is left out of the later
searches of the same turn.

Sets of programmes and schools are Python integers with one bit for each member.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]


@dataclass
class FreeCells:
    """The cells that can still change, by programme and by school."""

    up: list[int]  # (programme,) set of the schools of its free cells that are up
    down: list[int]  # (programme,) the same, down
    up_at: list[int]  # (feeder_school,) set of the programmes of its free cells that are up
    down_at: list[int]  # (feeder_school,) the same, down

    def toggle(self, programme: int, school: int) -> None:
        self.up[programme] ^= 1 << school
        self.down[programme] ^= 1 << school
        self.up_at[school] ^= 1 << programme
        self.down_at[school] ^= 1 << programme

    def withdraw(self, programme: int) -> None:
        """No path leads through this programme any more."""
        for school in _members(self.up[programme]):
            self.up_at[school] ^= 1 << programme
        for school in _members(self.down[programme]):
            self.down_at[school] ^= 1 << programme


def first_flow(cell_free: BoolArray, cell_up: BoolArray, total_free: BoolArray, total_up: BoolArray) -> BoolArray:
    """The cells up in the first flow: the earliest totals up, then programme by programme the earliest cells.

    ``cell_free`` and ``cell_up`` are (programme, feeder_school), ``total_free`` and ``total_up``
    (feeder_school,). What is not free stays as it is.
    """
    is_up, is_down = cell_free & cell_up, cell_free & ~cell_up
    cells = FreeCells(_sets(is_up), _sets(is_down), _sets(is_up.T), _sets(is_down.T))
    # A total rises if a path leads from a total that falls to it; the search goes against the path.
    totals_free, totals_up = _sets(np.stack([total_free, total_free & total_up]))
    _earliest(cells, totals_free, totals_up, cells.down_at, cells.up)
    first_up = []
    for programme in range(len(cells.up)):
        cells.withdraw(programme)
        up = cells.up[programme]
        first_up.append(_earliest(cells, up | cells.down[programme], up, cells.up_at, cells.down))
    return np.where(cell_free, _matrix(first_up, cell_free.shape[1]), cell_up)


def _earliest(cells: FreeCells, free: int, up: int, from_school: list[int], from_programme: list[int]) -> int:
    """The set of schools up, once each in turn has been swapped in for a later one where a path allows it."""
    explored_schools = explored_programmes = 0
    for school in _members(free):
        later = up >> (school + 1) << (school + 1)
        if not later:
            break
        if (up | explored_schools) >> school & 1:
            continue
        path, seen_schools, seen_programmes = _search(
            school, later, from_school, from_programme, explored_schools, explored_programmes
        )
        if not path:
            explored_schools, explored_programmes = seen_schools, seen_programmes
            continue
        for programme, left, entered in path:
            cells.toggle(programme, left)
            cells.toggle(programme, entered)
        up ^= 1 << school | 1 << path[0][2]
    return up


def _search(
    start: int,
    targets: int,
    from_school: list[int],
    from_programme: list[int],
    seen_schools: int,
    seen_programmes: int,
) -> tuple[list[tuple[int, int, int]], int, int]:
    """A shortest path to a target as steps (programme, school left, school entered), or none.

    The last step comes first. Breadth first, from schools to programmes and back, without what has been seen;
    what was seen is returned too.
    """
    seen_schools |= 1 << start
    steps: list[tuple[int, int, int]] = []  # programme, school left, schools first entered from there
    schools = (school for _, _, first in steps for school in _members(first))  # grows with the steps
    for school in chain([start], schools):
        programmes = from_school[school] & ~seen_programmes
        seen_programmes |= programmes
        for programme in _members(programmes):
            entered = from_programme[programme] & ~seen_schools
            if entered & targets:
                # The latest target: it is the least likely to be wanted back.
                path = [(programme, school, (entered & targets).bit_length() - 1)]
                while (reached := path[-1][1]) != start:
                    path.extend((p, left, reached) for p, left, first in steps if first >> reached & 1)
                return path, seen_schools, seen_programmes
            if entered:
                seen_schools |= entered
                steps.append((programme, school, entered))
    return [], seen_schools, seen_programmes


def _members(members: int) -> Iterator[int]:
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest


def _sets(rows: BoolArray) -> list[int]:
    packed = np.packbits(rows, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _matrix(sets: list[int], num_schools: int) -> BoolArray:
    num_bytes = -(-num_schools // 8)
    packed = np.frombuffer(b"".join(row.to_bytes(num_bytes, "little") for row in sets), dtype=np.uint8)
    return np.unpackbits(packed.reshape(len(sets), num_bytes), axis=1, count=num_schools, bitorder="little").astype(
        np.bool_
    )
