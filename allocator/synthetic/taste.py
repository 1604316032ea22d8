"""What families want: the utility of every programme for every applicant, a piece of the cohort at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.synthetic.feeders import Feeders, IntArray
from allocator.synthetic.offer import Offer
from allocator.synthetic.profile import Profile
from allocator.synthetic.streams import FloatArray, Streams


@dataclass(frozen=True)
class Taste:
    """Utilities without what differs between schoolmates, and how much schoolmates differ."""

    common: FloatArray  # (feeder school, programme)
    school_index: IntArray  # (programme,) position in Offer.schools
    major_index: IntArray  # (programme,) position in Offer.popularity; the number of majors if it has none
    num_schools: int
    num_majors: int
    noise: float
    major_noise: float


def make_taste(profile: Profile, offer: Offer, feeders: Feeders) -> Taste:
    """Merit, distance, home area, own school and the popularity of majors, for every feeder school and programme."""
    spec = profile.taste
    school_index = np.array([programme.school for programme in offer.programmes], dtype=np.int64)
    num_majors = len(offer.popularity)
    major_index = np.array([p.major if p.major >= 0 else num_majors for p in offer.programmes], dtype=np.int64)
    merit = np.array([school.merit for school in offer.schools])
    area_index = np.array([school.area for school in offer.schools])
    east = feeders.x[:, None] - np.array([school.x for school in offer.schools])
    north = feeders.y[:, None] - np.array([school.y for school in offer.schools])
    by_school = merit + float(spec.per_10_km) / 10.0 * np.sqrt(east * east + north * north)
    by_school += float(spec.home_area) * (feeders.area_index[:, None] == area_index)
    by_school += float(spec.own_school) * (feeders.senior_index[:, None] == np.arange(len(offer.schools)))
    popularity = np.array([*offer.popularity, 0.0])
    common = by_school[:, school_index] + float(spec.major_popularity) * popularity[major_index]
    return Taste(
        common, school_index, major_index, len(offer.schools), num_majors, float(spec.noise), float(spec.major_noise)
    )


class Tastes:
    """Utilities of applicants one piece after another; the pieces' sizes do not change the numbers."""

    def __init__(self, taste: Taste, streams: Streams, year: str) -> None:
        self._taste = taste
        self._schools = streams.open(f"taste for schools, {year}")
        self._majors = streams.open(f"taste for majors, {year}")

    def next(self, feeder_index: IntArray) -> FloatArray:
        """Utilities of the next applicants; (applicant, programme)."""
        taste, count = self._taste, len(feeder_index)
        utility = taste.common[feeder_index]
        schools = self._schools.normals(count * taste.num_schools).reshape(count, taste.num_schools)
        schools *= taste.noise
        utility += schools[:, taste.school_index]
        if taste.num_majors:
            majors = np.zeros((count, taste.num_majors + 1))
            majors[:, :-1] = self._majors.normals(count * taste.num_majors).reshape(count, taste.num_majors)
            majors *= taste.major_noise
            utility += majors[:, taste.major_index]
        return utility
