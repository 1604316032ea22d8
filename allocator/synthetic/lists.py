"""The choice lists of all batches, written a piece of the cohort at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.synthetic.audience import Audience
from allocator.synthetic.expectation import NEVER_FULL, Lines, best_expected, rank_in, rather_than
from allocator.synthetic.forms import Filed, fill_form
from allocator.synthetic.people import IntArray, People
from allocator.synthetic.profile import Profile, Slots
from allocator.synthetic.streams import FloatArray, Streams
from allocator.synthetic.taste import Taste, Tastes

PIECE = 1 << 13  # applicants at a time: their tables of utilities stay small


def file_lists(
    profile: Profile,
    people: People,
    audience: Audience,
    taste: Taste,
    lines: Lines,
    streams: Streams,
) -> dict[str, Filed]:
    """The choice lists of all batches, by batch in the order of the profile."""
    tastes = Tastes(taste, streams, "this year")
    writers = {batch: _Writer(profile, people, audience, batch, lines, streams) for batch in profile.lists}
    parts: dict[str, list[Filed]] = {batch: [] for batch in profile.lists}
    count = len(people.total)
    for start in range(0, count, PIECE):
        piece = slice(start, min(count, start + PIECE))
        utility = tastes.next(people.feeder_index[piece])
        for batch, writer in writers.items():
            parts[batch].append(writer.write(utility, piece))
    return {batch: _joined(pieces) for batch, pieces in parts.items()}


class _Writer:
    """The lists of one batch."""

    def __init__(
        self, profile: Profile, people: People, audience: Audience, batch: str, lines: Lines, streams: Streams
    ) -> None:
        self._filing, self._audience, self._batch, self._lines = profile.filing, audience, batch, lines[batch]
        self._filed = filed = profile.lists[batch]
        count = len(people.total)
        # The error is the same in every batch: a family that thinks too well of its child does so all through.
        error = streams.normals("guess of the own rank", count)
        error *= float(profile.filing.rank_error)
        self._rank_guess = rank_in(filed, people) + error
        self._instead_of = filed.instead_of
        if filed.instead_of is not None:
            self._later_lines = lines[filed.instead_of]
            self._later_guess = rank_in(profile.lists[filed.instead_of], people) + error
        self._parts = []
        for part, slots in enumerate(filed.slots):
            candidate_index = audience.candidates(batch, slots.kinds)
            if filed.leftover:
                # Vacancies are published before leftover lists are filed; families expect these.
                vacant_index = candidate_index[self._lines[candidate_index] >= NEVER_FULL]
                candidate_index = vacant_index if len(vacant_index) else candidate_index
            effort = streams.uniforms(f"effort for {batch}, part {part}", count)
            self._parts.append((slots, candidate_index, audience.filers(batch, candidate_index), effort))

    def write(self, utility: FloatArray, piece: slice) -> Filed:
        """The lists of a piece of the cohort. utility: (applicant of the piece, programme)."""
        written: list[Filed] = []
        for slots, candidate_index, files, effort in self._parts:
            filer_index = np.flatnonzero(files[piece])
            if len(filer_index) and len(candidate_index):
                written.append(self._part(slots, candidate_index, filer_index, effort, utility, piece, written))
        return _in_order(written)

    def _part(
        self,
        slots: Slots,
        candidate_index: IntArray,
        filer_index: IntArray,
        effort: FloatArray,
        utility: FloatArray,
        piece: slice,
        before: Sequence[Filed],
    ) -> Filed:
        cells = np.ix_(filer_index, candidate_index)
        filers = filer_index + piece.start
        allowed = self._audience.allowed(self._batch, candidate_index, filers)
        if self._instead_of is not None:
            later = (self._later_lines, self._later_guess[filers])
            expected = best_expected(self._audience, self._instead_of, utility[filer_index], filers, *later)
            allowed &= rather_than(utility[cells], expected, self._filed)
        if before:  # no programme stands twice on a list
            taken = np.zeros(utility.shape, dtype=np.bool_)
            for part in before:
                taken[part.applicant_index - piece.start, part.programme_index] = True
            allowed &= ~taken[cells]
        filed = fill_form(
            self._filing,
            slots,
            candidate_index,
            utility[cells],
            allowed,
            self._lines[candidate_index],
            self._rank_guess[filers],
            effort[filers],
        )
        return Filed(filers[filed.applicant_index], filed.number, filed.programme_index)


def _in_order(parts: Sequence[Filed]) -> Filed:
    """The parts of forms as lists, by applicant, then choice number."""
    joined = _joined(parts)
    if len(parts) < 2:
        return joined
    order = np.lexsort((joined.number, joined.applicant_index))
    return Filed(joined.applicant_index[order], joined.number[order], joined.programme_index[order])


def _joined(parts: Sequence[Filed]) -> Filed:
    empty = np.zeros(0, dtype=np.int64)
    return Filed(
        np.concatenate([empty, *(part.applicant_index for part in parts)]),
        np.concatenate([empty, *(part.number for part in parts)]),
        np.concatenate([empty, *(part.programme_index for part in parts)]),
    )
