"""Sets of programmes that contain one another or do not meet: the structure that keeps an optimal batch a network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.market.market import BoolArray, IntArray

OUTSIDE = -1  # the parent of a set that no other set contains


def parents(sets: Sequence[BoolArray]) -> IntArray | None:
    """The smallest other set around each set, OUTSIDE if there is none; of equal sets, the later is around the earlier.

    None if two of the sets cross: they meet, and neither contains the other.

    Args:
        sets: each (programme,).
    """
    sizes = [int(members.sum()) for members in sets]
    order = sorted(range(len(sets)), key=lambda s: (sizes[s], s))
    parent = np.full(len(sets), OUTSIDE, dtype=np.int64)
    for place, inner in enumerate(order):
        for outer in order[place + 1 :]:
            common = int((sets[inner] & sets[outer]).sum())
            if common == sizes[inner]:
                if parent[inner] == OUTSIDE:
                    parent[inner] = outer
            elif common:
                return None
    return parent


def innermost(sets: Sequence[BoolArray], num_programmes: int) -> IntArray:
    """(programme,) the smallest set that holds the programme, OUTSIDE if none does. The sets are laminar."""
    home = np.full(num_programmes, OUTSIDE, dtype=np.int64)
    for s in sorted(range(len(sets)), key=lambda s: (-int(sets[s].sum()), -s)):
        home[sets[s]] = s
    return home
