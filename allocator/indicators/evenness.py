"""Measures of how unevenly groups are spread over schools, from counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np

from allocator.scenario.cohort import IntArray


@dataclass(frozen=True)
class Segregation:
    """The measures of one group against all others; None where one of the two is empty."""

    dissimilarity: tuple[int, int]  # exact: numerator and denominator, 0 where there is none
    information: float | None
    exposure: float | None
    isolation: float | None


def segregation(ours: IntArray, others: IntArray) -> Segregation:
    """The measures from the counts at each school; (school,) each."""
    num_ours, num_others = int(ours.sum()), int(others.sum())
    if num_ours == 0 or num_others == 0:
        return Segregation((0, 0), None, None, None)
    used = (ours + others) > 0
    ours, others = ours[used], others[used]
    size, total = ours + others, num_ours + num_others
    apart = sum(abs(p * num_others - q * num_ours) for p, q in zip(ours.tolist(), others.tolist(), strict=True))
    everywhere = float(_entropy(np.array([num_ours / total]))[0])
    lost = fsum(size * (everywhere - _entropy(ours / size)))
    return Segregation(
        (apart, 2 * num_ours * num_others),
        lost / (total * everywhere),
        fsum(ours * (others / size)) / num_ours,
        fsum(ours * (ours / size)) / num_ours,
    )


def information(counts: IntArray) -> float | None:
    """H of several groups from (group, school) counts; None where fewer than two groups have anybody."""
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if len(counts) < 2:
        return None
    size, total = counts.sum(axis=0), int(counts.sum())
    everywhere = fsum(_parts(counts.sum(axis=1) / total))
    lost = fsum(size * everywhere) - fsum((size * _parts(counts / size)).ravel())
    return lost / (total * everywhere)


def _parts(share: np.ndarray) -> np.ndarray:
    """−x ln x, and 0 at 0."""
    return -share * np.log(np.where(share > 0, share, 1.0))


def _entropy(share: np.ndarray) -> np.ndarray:
    """−x ln x − (1−x) ln (1−x), and 0 at both ends."""
    inner = np.where((share > 0) & (share < 1), share, 0.5)
    return np.where((share > 0) & (share < 1), -inner * np.log(inner) - (1 - inner) * np.log1p(-inner), 0.0)
