"""What families expect: the line of every programme, guessed from a sample of last year's applicants.

The guess is the outcome of everybody asking for the best programme they can get, batch after batch: lines rise where
too many ask, until nobody is refused any more. Last year's applicants have this year's scores but tastes of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from allocator.synthetic.audience import Audience
from allocator.synthetic.offer import Offer
from allocator.synthetic.people import BoolArray, IntArray, People
from allocator.synthetic.profile import FiledList, Profile
from allocator.synthetic.streams import FloatArray, Streams
from allocator.synthetic.taste import Taste, Tastes

NEVER_FULL = 2.0  # a line below everybody
ROUNDS = 60  # lines only rise, most of the way in the first ten rounds; the guess is rough anyway


Lines = Mapping[str, FloatArray]  # by batch: rank share of the last one who gets in; each (programme,)


def expected_lines(
    profile: Profile,
    offer: Offer,
    people: People,
    audience: Audience,
    taste: Taste,
    streams: Streams,
    published: Mapping[str, float] | None = None,
) -> Lines:
    """The lines as far as families know them; 2 where seats stay empty. A leftover batch has those of before.

    What is wanted of a batch may depend on the lines of a later one; so the guess is made twice, first without that.
    published: rank shares by programme_id of the batch of `known_lines`, which are known and not guessed.
    """
    count = len(people.total)
    size = min(count, profile.filing.last_year)
    sample = (np.arange(size) * 2 + 1) * count // (2 * size)  # evenly over the feeder schools
    utility = Tastes(taste, streams, "last year").next(people.feeder_index[sample])
    lines: Lines = {}
    for _ in range(2 if any(filed.instead_of for filed in profile.lists.values()) else 1):
        lines = _year(profile, offer, people, audience, sample, utility, lines)
        if published is not None and profile.filing.known_lines is not None:
            batch = profile.filing.known_lines.batch
            given = [published.get(p.programme_id, lines[batch][i]) for i, p in enumerate(offer.programmes)]
            lines = {**lines, batch: np.array(given)}
    return lines


def _year(
    profile: Profile,
    offer: Offer,
    people: People,
    audience: Audience,
    sample: IntArray,
    utility: FloatArray,
    known: Lines,
) -> Lines:
    """The lines after all batches of a year, if families go by the known ones."""
    latest = np.full(len(offer.programmes), NEVER_FULL)
    free = np.ones(len(sample), dtype=np.bool_)
    lines = {}
    for batch, filed in profile.lists.items():
        if not filed.leftover:
            candidate_index = audience.candidates(batch)
            asking = np.flatnonzero(free & audience.filers(batch, candidate_index)[sample])
            allowed = audience.allowed(batch, candidate_index, sample[asking])
            wanted = utility[np.ix_(asking, candidate_index)]
            later = filed.instead_of
            if later is not None and later in known:
                rank = rank_in(profile.lists[later], people)[sample[asking]]
                expected = best_expected(audience, later, utility[asking], sample[asking], known[later], rank)
                allowed &= rather_than(wanted, expected, filed)
            seats = _seats_for_sample(offer, batch, len(sample), len(people.total))[candidate_index]
            rank = rank_in(filed, people)[sample[asking]]
            found, placed = _clearing(np.where(allowed, wanted, -np.inf), rank, seats)
            latest[candidate_index] = found
            free[asking[placed]] = False
        lines[batch] = latest.copy()
    return lines


def best_expected(
    audience: Audience, batch: str, utility: FloatArray, filers: IntArray, lines: FloatArray, rank: FloatArray
) -> FloatArray:
    """Utility of the best programme that filers expect to get in a batch, -∞ if none; (filer,).

    utility: (filer, programme). filers: (filer,) positions of applicants. rank: (filer,) as they know it.
    """
    candidate_index = audience.candidates(batch)
    possible = audience.allowed(batch, candidate_index, filers) & (rank[:, None] <= lines[candidate_index])
    possible &= audience.filers(batch, candidate_index)[filers, None]
    wanted = np.where(possible, utility[:, candidate_index], -np.inf)
    best: FloatArray = wanted.max(axis=1, initial=-np.inf)
    return best


def rather_than(wanted: FloatArray, expected: FloatArray, filed: FiledList) -> BoolArray:
    """Which programmes of a list are worth more than waiting for a later batch, or as much; (filer, programme).

    wanted: (filer, programme) utility. expected: (filer,) of the best programme expected later.
    """
    waiting = expected[:, None]
    worth: BoolArray = wanted > waiting if filed.only_better else wanted >= waiting
    return worth


def rank_in(filed: FiledList, people: People) -> FloatArray:
    """The rank that decides in a list's batch, 0 for the best: in the city, or in the own school; (applicant,)."""
    return people.school_rank_share if filed.rank == "school" else people.rank_share


def _seats_for_sample(offer: Offer, batch: str, size: int, count: int) -> IntArray:
    """Seats of the batch, all pools together, in proportion to the sample, rounded half up; (programme,)."""
    seats = np.zeros(len(offer.programmes), dtype=np.int64)
    for row in offer.seats:
        if row.batch == batch:
            seats[row.programme] += row.seats
    scaled: IntArray = (2 * seats * size + count) // (2 * count)
    return scaled


def _clearing(utility: FloatArray, rank: FloatArray, seats: IntArray) -> tuple[FloatArray, BoolArray]:
    """Lines (programme,) at which nobody is refused who asks for the best they can get, and who is placed."""
    order = np.argsort(rank, kind="stable")
    utility, rank = utility[order], rank[order]
    lines = np.where(seats > 0, NEVER_FULL, -1.0)
    asked = np.full(len(rank), -1)
    for _ in range(ROUNDS if utility.size else 0):
        possible = np.where(rank[:, None] <= lines, utility, -np.inf)
        asked = np.argmax(possible, axis=1)
        asked[np.isneginf(possible[np.arange(len(rank)), asked])] = -1
        refused = False
        for programme, number in enumerate(seats):
            who = np.flatnonzero(asked == programme)
            if len(who) > number:
                lines[programme] = rank[who[number - 1]]
                refused = True
        if not refused:
            break
    placed = np.zeros(len(rank), dtype=np.bool_)
    placed[order] = asked >= 0
    return lines, placed
