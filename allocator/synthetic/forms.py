"""One part of a form: which programmes a careful family writes there, and in which order.

From the programmes that may stand there it takes, by liking, some whose expected line is a little above the applicant's
own rank (reach), some about as expected (match) and some that it expects to get (safety). It fills the form with others
it likes, as far as it cares to, and writes them all in the order of liking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocator.synthetic.people import BoolArray, IntArray
from allocator.synthetic.profile import Filing, Slots
from allocator.synthetic.streams import FloatArray

SmallArray = NDArray[np.int8]

HOPELESS, REACH, MATCH, SAFETY = range(4)
NOT_ALLOWED = 4
FINENESS = 1e6  # utilities are compared in millionths
# A number that sorts candidates by utility, and then position, and carries the chance along:
CHANCE_BITS, POSITION_BITS = 3, 16
LOWEST = np.int64(1) << 40  # below every utility


@dataclass(frozen=True)
class Filed:
    """The choices of one batch, by applicant, then choice number."""

    applicant_index: IntArray  # (choice,)
    number: IntArray  # (choice,) as written on the form
    programme_index: IntArray  # (choice,)


def fill_form(
    filing: Filing,
    slots: Slots,
    programme_index: IntArray,
    utility: FloatArray,
    allowed: BoolArray,
    lines: FloatArray,
    rank_guess: FloatArray,
    effort: FloatArray,
) -> Filed:
    """What some applicants write into one part of a form; they are numbered from 0 here.

    programme_index: (candidate,) programmes that may stand there. utility, allowed: (applicant, candidate).
    lines: (candidate,) expected. rank_guess, effort: (applicant,), effort from 0 to 1 fills the form.
    """
    keys = _by_liking(utility, np.where(allowed, _chances(filing, lines, rank_guess), NOT_ALLOWED))
    chance = np.ascontiguousarray((keys.T >> POSITION_BITS) & ((1 << CHANCE_BITS) - 1), dtype=np.int8)
    wanted = slots.least + np.floor(effort * (len(slots.numbers) - slots.least + 1)).astype(np.int8)
    written = np.ascontiguousarray(_chosen(slots, chance, wanted).T)
    applicant_index, column = np.nonzero(written)
    starts = np.searchsorted(applicant_index, np.arange(len(keys)))
    place = np.arange(len(applicant_index)) - starts[applicant_index]
    position = keys[applicant_index, column] & ((1 << POSITION_BITS) - 1)
    return Filed(applicant_index, np.array(slots.numbers, dtype=np.int64)[place], programme_index[position])


def _chances(filing: Filing, lines: FloatArray, rank_guess: FloatArray) -> SmallArray:
    """How likely each candidate is: by how far the expected line lies below (+) or above (-) the own rank."""
    # Who is beyond nearly every line still hopes, for those a quarter of which lie lowest.
    hope = np.sort(lines)[len(lines) * 3 // 4] + float(filing.reach)
    margin = lines - np.minimum(rank_guess, hope)[:, None]
    steps = (margin >= -float(filing.reach), margin >= 0.0, margin >= float(filing.safety))
    chances: SmallArray = steps[0].view(np.int8) + steps[1].view(np.int8) + steps[2].view(np.int8)
    return chances


def _by_liking(utility: FloatArray, chance: NDArray[np.int64]) -> IntArray:
    """Utility, chance and position of the candidates in one number, best liked first; (applicant, candidate)."""
    keys = np.floor(utility * -FINENESS).astype(np.int64)
    keys[chance == NOT_ALLOWED] = LOWEST
    keys <<= CHANCE_BITS
    keys |= chance
    keys <<= POSITION_BITS
    keys |= np.arange(utility.shape[1])
    keys.sort(axis=1)
    return keys


def _chosen(slots: Slots, chance: SmallArray, wanted: SmallArray) -> BoolArray:
    """Which candidates are written, from their chances in the order of liking; (candidate, applicant).

    One candidate after another for all applicants at once: candidates are few and applicants many.
    """
    written = np.zeros(chance.shape, dtype=np.bool_)
    total = np.zeros(chance.shape[1], dtype=np.int8)
    for kind, most in ((SAFETY, slots.safety), (MATCH, slots.match), (REACH, slots.reach)):
        if most:
            total += _take(written, chance == kind, np.full_like(total, most))
    for pool in ((chance > HOPELESS) & (chance < NOT_ALLOWED), chance == HOPELESS):
        total += _take(written, pool, np.maximum(wanted - total, 0))
    return written


def _take(written: BoolArray, pool: BoolArray, most: SmallArray) -> SmallArray:
    """Write the first candidates of the pool that are not yet written, at most so many; returns how many were."""
    pool &= ~written
    left = most.copy()
    for row, free in zip(written, pool, strict=True):
        free &= left > 0
        left -= free.view(np.int8)
        row |= free
    taken: SmallArray = most - left
    return taken
