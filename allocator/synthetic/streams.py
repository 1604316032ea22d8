"""Random numbers that are the same on every machine.

Only the raw stream of PCG64 is used, which numpy promises not to change; uniforms and normals are made from it here
with integers, +, × and ÷ alone, which are exact or correctly rounded everywhere. A library's logarithm or exponential
may differ in its last bit between processors, and one bit can turn a score.
"""

from __future__ import annotations

import hashlib
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TABLE_BITS = 12
FRACTION_BITS = 64 - TABLE_BITS
PIECE = 1 << 16  # drawn at a time: pieces that stay in the processor's cache are ten times faster
FURTHEST = 4.0  # normals end at ±4: 6 in 100,000 lie beyond, and no score or taste needs them


def quantiles() -> FloatArray:
    """Standard normal quantiles at k / 4096, k = 0 ... 4096, rounded to 1e-6; the two ends are cut off at ±4."""
    size = 1 << TABLE_BITS
    normal = NormalDist()
    inner = [round(normal.inv_cdf(k / size), 6) for k in range(1, size)]
    return np.array([-FURTHEST, *inner, FURTHEST])


QUANTILES = quantiles()
STEPS = np.append(np.diff(QUANTILES), 0.0) * 2.0**-FRACTION_BITS  # per unit of the fraction, between two quantiles


class Stream:
    """One sequence of random numbers; drawing in pieces gives the same numbers as drawing at once."""

    def __init__(self, seed: int, purpose: str) -> None:
        key = int.from_bytes(hashlib.sha256(purpose.encode()).digest()[:8], "big")
        self._bits = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(key >> 32, key & 0xFFFFFFFF)))

    def uniforms(self, count: int) -> FloatArray:
        """Numbers from 0 up to but not including 1, multiples of 2**-53; (count,)."""
        return (self._raw(count) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normals(self, count: int) -> FloatArray:
        """Standard normals, by linear interpolation between quantiles; (count,)."""
        drawn = np.empty(count)
        for start in range(0, count, PIECE):
            raw = self._raw(min(PIECE, count - start))
            cell_index = (raw >> np.uint64(FRACTION_BITS)).astype(np.intp)
            # 52 bits of fraction fit a float exactly.
            fraction = (raw & np.uint64((1 << FRACTION_BITS) - 1)).astype(np.float64)
            fraction *= STEPS[cell_index]
            fraction += QUANTILES[cell_index]
            drawn[start : start + len(raw)] = fraction
        return drawn

    def _raw(self, count: int) -> NDArray[np.uint64]:
        drawn: NDArray[np.uint64] = self._bits.random_raw(count)
        return drawn


class Streams:
    """A stream for each purpose, so that a new feature does not reshuffle what was drawn for another."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def open(self, purpose: str) -> Stream:
        """The stream of this purpose, from its beginning."""
        return Stream(self._seed, purpose)

    def uniforms(self, purpose: str, count: int) -> FloatArray:
        return self.open(purpose).uniforms(count)

    def normals(self, purpose: str, count: int) -> FloatArray:
        return self.open(purpose).normals(count)
