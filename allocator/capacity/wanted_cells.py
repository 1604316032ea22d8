"""The cells that applicants would rather have than what they have: compiled, since almost everybody has some."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allocator.mechanisms.compilation import compiled

IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
MaskArray = NDArray[np.uint64]


@compiled
def wanted_cells(
    choice_start: IntArray,
    choice_programme: Int32Array,
    choice_key: Int32Array,
    choice_pools: MaskArray,
    applicant_school: Int32Array,
    cell_of: Int32Array,  # (programme, pool + 1) the last column is the reverted cell; -1: not there
    per_school: BoolArray,  # (pool + 1,)
    open_pool: int,
    held: IntArray,  # (applicant,) position of what they have
    first_choice: int,  # the number of choices in the batches before
    num_stages: int,
) -> tuple[Int32Array, IntArray, Int32Array, Int32Array]:
    """The cells of one batch that applicants prefer to what they have: (entry,) applicant, position, key, cell."""
    num_pools = cell_of.shape[1] - 1
    num_entries = 0
    for fills in range(2):
        if fills == 1:
            applicants = np.empty(num_entries, dtype=np.int32)
            positions = np.empty(num_entries, dtype=np.int64)
            keys = np.empty(num_entries, dtype=np.int32)
            cells = np.empty(num_entries, dtype=np.int32)
            num_entries = 0
        for applicant in range(len(choice_start) - 1):
            for choice in range(choice_start[applicant], choice_start[applicant + 1]):
                begin = (first_choice + choice) * num_stages
                if begin >= held[applicant]:
                    break
                pools = np.int64(choice_pools[choice])
                if pools == 0:
                    continue
                for pool in range(num_pools + 1):
                    bit = pool if pool < num_pools else open_pool  # who may use `open` may use reverted seats (R5)
                    if bit < 0 or not pools >> bit & 1 or begin + pool >= held[applicant]:
                        continue
                    cell = cell_of[choice_programme[choice], pool]
                    if cell < 0:
                        continue
                    if fills == 1:
                        applicants[num_entries] = applicant
                        positions[num_entries] = begin + pool
                        keys[num_entries] = choice_key[choice]
                        cells[num_entries] = cell + applicant_school[applicant] if per_school[pool] else cell
                    num_entries += 1
    return applicants, positions, keys, cells
