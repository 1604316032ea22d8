"""Scores: subjects that hang together within an applicant, totals, sums and grades."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from allocator.synthetic.profile import Profile, Subject
from allocator.synthetic.streams import FloatArray, Streams

IntArray = NDArray[np.int64]


def ability_of(effect: FloatArray, between: float, streams: Streams) -> FloatArray:
    """General ability: the feeder school's mean and the applicant's own part, in all about standard normal."""
    within = math.sqrt(max(0.0, 1.0 - between * between))
    return effect + within * streams.normals("ability", len(effect))


def subject_scores(profile: Profile, ability: FloatArray, streams: Streams) -> dict[str, IntArray]:
    """Whole scores by subject; each (applicant,)."""
    factors: dict[str, FloatArray] = {}
    scores = {}
    for subject in profile.scores.subjects:
        if subject.factor not in factors:
            factors[subject.factor] = streams.normals(f"factor {subject.factor}", len(ability))
        own = streams.normals(f"subject {subject.name}", len(ability))
        scores[subject.name] = _score(subject, ability, factors[subject.factor], own)
    return scores


def _score(subject: Subject, ability: FloatArray, factor: FloatArray, own: FloatArray) -> IntArray:
    general, specific = float(subject.general), float(subject.specific)
    rest = math.sqrt(max(0.0, 1.0 - general * general - specific * specific))
    latent = general * ability + specific * factor + rest * own
    # t / sqrt(1 + t²) is a curve between -1 and 1 of exact operations alone; it bends towards full marks.
    middle = 2.0 * float(subject.mean) - 1.0
    t = middle / math.sqrt(1.0 - middle * middle) + float(subject.spread) * latent
    share = 0.5 + 0.5 * t / np.sqrt(1.0 + t * t)
    points: IntArray = np.floor(share * subject.full_marks + 0.5).astype(np.int64)
    return points


def fit_to_totals(scores: dict[str, IntArray], profile: Profile, totals: IntArray, streams: Streams) -> None:
    """Change subject scores so that the totals are the given ones, best first, in the order of the modelled totals.

    What an applicant's total gains or loses is spread over the subjects by the room that each has left.
    Equals are ordered at random.
    """
    modelled = sum(scores.values(), start=np.zeros(len(totals), dtype=np.int64))
    order = np.lexsort((streams.uniforms("order of equals", len(totals)), -modelled))
    wanted = np.empty_like(totals)
    wanted[order] = totals
    change = wanted - modelled
    up = change > 0
    full = {subject.name: subject.full_marks for subject in profile.scores.subjects}
    room = {name: np.where(up, full[name] - score, score) for name, score in scores.items()}
    whole = np.maximum(sum(room.values(), start=np.zeros_like(totals)), 1)
    size, sign = np.abs(change), np.where(up, 1, -1)
    left = size.copy()
    for name in scores:
        step = size * room[name] // whole
        scores[name] += sign * step
        room[name] -= step
        left -= step
    while np.any(left > 0) and any(np.any(r[left > 0] > 0) for r in room.values()):
        for name in scores:
            step = ((left > 0) & (room[name] > 0)).astype(np.int64)
            scores[name] += sign * step
            room[name] -= step
            left -= step


def grades(score: IntArray, shares: dict[str, float]) -> tuple[IntArray, list[str]]:
    """Position of each applicant's grade, and the grades: the first share of the ranks gets the first grade.

    The cut-off of a grade is the score of the last rank in its share; whoever reaches it has the grade, so equal
    scores always have equal grades.
    """
    falling = np.sort(score)[::-1]
    position = np.full(len(score), len(shares) - 1, dtype=np.int64)
    reached = 0.0
    cuts = []
    for share in list(shares.values())[:-1]:
        reached += share
        rank = min(len(score), max(1, int(np.ceil(round(reached * len(score), 6)))))
        cuts.append(falling[rank - 1])
    for k in reversed(range(len(cuts))):
        position[score >= cuts[k]] = k
    return position, list(shares)
