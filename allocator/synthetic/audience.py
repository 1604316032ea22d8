"""Who files which list, and which programmes an applicant may write there."""

from __future__ import annotations

import numpy as np

from allocator.synthetic.feeders import Feeders
from allocator.synthetic.fields import Track
from allocator.synthetic.offer import Offer
from allocator.synthetic.people import BoolArray, IntArray, People, share_of
from allocator.synthetic.profile import FiledList, Profile
from allocator.synthetic.streams import Streams


class Audience:
    """For each batch, who files; for each applicant, which programmes may stand on the list."""

    def __init__(self, profile: Profile, offer: Offer, feeders: Feeders, people: People, streams: Streams) -> None:
        self._profile, self._offer = profile, offer
        first, later = tracks_filed(profile, people, streams)
        self._files = {batch: later if filed.leftover else first for batch, filed in profile.lists.items()}
        self._senior_index = feeders.senior_index[people.feeder_index]
        self._adjusted = _may_choose_adjusted(profile, people)
        self._of_batch = {
            batch: _audience(filed, people) & ~(first["general"] & (people.rank_share < float(filed.best_rank)))
            for batch, filed in profile.lists.items()
        }

    def candidates(self, batch: str, kinds: tuple[str, ...] | None = None) -> IntArray:
        """Programmes that a list may name, of these kinds; positions in Offer.programmes."""
        filed = self._profile.lists[batch]
        offered = self._offer.in_batch(None if filed.leftover else batch)
        of_kinds = [i for i in offered if kinds is None or self._offer.programmes[i].kind in kinds]
        return np.array(of_kinds, dtype=np.int64)

    def filers(self, batch: str, candidate_index: IntArray) -> BoolArray:
        """Who files for any of these programmes in the batch; (applicant,)."""
        mask = np.zeros(len(self._senior_index), dtype=np.bool_)
        for track in {self._offer.programmes[i].track for i in candidate_index}:
            mask |= self._files[batch][track]
        return mask & self._of_batch[batch]

    def allowed(self, batch: str, candidate_index: IntArray, filer_index: IntArray) -> BoolArray:
        """Which candidates each filer may write; (filer, candidate)."""
        programmes = [self._offer.programmes[i] for i in candidate_index]
        allowed = np.ones((len(filer_index), len(programmes)), dtype=np.bool_)
        for track, files in self._files[batch].items():
            allowed &= files[filer_index, None] | np.array([p.track != track for p in programmes], dtype=np.bool_)
        plain = np.array([p.kind != "adjusted" for p in programmes], dtype=np.bool_)
        allowed &= self._adjusted[filer_index, None] | plain
        if self._profile.lists[batch].own_school:
            school_index = np.array([p.school for p in programmes], dtype=np.int64)
            allowed &= self._senior_index[filer_index, None] == school_index
        return allowed


ByTrack = dict[Track, BoolArray]  # (applicant,) each


def tracks_filed(profile: Profile, people: People, streams: Streams) -> tuple[ByTrack, ByTrack]:
    """Who files for each track, at first and for leftover seats: dropouts never, the stronger for the general one.

    Some who wanted the general track alone relent when leftover seats are offered.
    """
    spec, count = profile.filing, len(people.total)
    weight = float(spec.ability_weight)
    rest = np.sqrt(1.0 - weight * weight)
    staying = weight * people.ability + rest * streams.normals("staying on", count)
    liking = weight * people.ability + rest * streams.normals("liking for the general track", count)
    stays = np.ones(count, dtype=np.bool_)
    stays[np.argsort(staying, kind="stable")[: share_of(spec.dropouts, count)]] = False
    by_liking = np.argsort(liking, kind="stable")
    by_liking = by_liking[stays[by_liking]]
    general, vocational = stays.copy(), stays.copy()
    general[by_liking[: share_of(spec.vocational_only, count)]] = False
    vocational[by_liking[len(by_liking) - share_of(spec.general_only, count) :]] = False
    relenting = streams.uniforms("relenting", count) < float(spec.relenting)
    first: ByTrack = {"general": general, "vocational": vocational}
    return first, {"general": general, "vocational": vocational | (general & relenting)}


def _may_choose_adjusted(profile: Profile, people: People) -> BoolArray:
    """Who may choose adjusted programmes: nobody, if the profile names no column for it; (applicant,)."""
    column = profile.filing.adjusted_flag
    if column is None:
        return np.zeros(len(people.total), dtype=np.bool_)
    return np.asarray((people.table[column] == "true").to_numpy(), dtype=np.bool_)


def _audience(filed: FiledList, people: People) -> BoolArray:
    """Whom a list is for; (applicant,)."""
    mask: BoolArray = people.total >= filed.least_total
    for column, text in filed.who.items():
        cells = people.table[column].cast(str)
        mask &= np.asarray((cells == text).fill_null(False).to_numpy(), dtype=np.bool_)
    if filed.has is not None:
        mask &= np.asarray(people.table[filed.has].is_not_null().to_numpy(), dtype=np.bool_)
    return mask
