"""The offer of a city whose schools are made from counts: pools by share of each plan, the rest open."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from allocator.synthetic.general_schools import general_programmes, general_schools
from allocator.synthetic.offer import Offer, Programme, School, SeatRow
from allocator.synthetic.profile import Profile
from allocator.synthetic.school_profile import Reserve
from allocator.synthetic.streams import Streams
from allocator.synthetic.vocational_schools import vocational_programmes, vocational_schools


def made_offer(profile: Profile, streams: Streams) -> Offer:
    """Schools, programmes and seats from the profile's counts."""
    made = profile.schools
    assert made  # cross-checked
    schools = general_schools(profile, made.general, streams)
    programmes = general_programmes(profile, schools, streams)
    popularity: tuple[float, ...] = ()
    if made.vocational:
        vocational = vocational_schools(profile, made.vocational, streams)
        programmes += vocational_programmes(profile, vocational, len(schools), streams)
        schools += vocational
        popularity = tuple(float(major.popularity) for major in made.vocational.majors)
    seats = [row for i, programme in enumerate(programmes) for row in _pools(profile, schools, i, programme)]
    return Offer(tuple(schools), tuple(programmes), tuple(seats), popularity)


def _pools(profile: Profile, schools: list[School], index: int, programme: Programme) -> list[SeatRow]:
    """The rows of one programme: its reserves, each a share of the plan, and the rest in the open pool."""
    made = profile.schools
    assert made
    rows, left = [], programme.plan
    for reserve in made.reserves:
        if _has(reserve, schools[programme.school], programme):
            share = profile.quota_share if reserve.share == "quota_share" else Decimal(reserve.share)
            seats = min(left, int((programme.plan * share).quantize(Decimal(1), ROUND_HALF_UP)))
            left -= seats
            if seats:
                rows.append(SeatRow(reserve.batch, index, reserve.pool, seats, reserve.within_area))
    open_rows = [SeatRow(row.batch, index, "open", left) for row in made.open_batches if row.track == programme.track]
    return [*open_rows, *rows]


def _has(reserve: Reserve, school: School, programme: Programme) -> bool:
    return (
        reserve.track == programme.track
        and (reserve.tiers is None or school.tier in reserve.tiers)
        and (reserve.ownership is None or school.ownership in reserve.ownership)
    )
