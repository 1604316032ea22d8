"""Feeder schools: where they are, how large, of which kind, and how strong; and the applicants of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allocator.scenario.whole_shares import to_weight, whole_shares
from allocator.synthetic.fields import Setting
from allocator.synthetic.general_schools import URBAN_RADIUS
from allocator.synthetic.offer import School
from allocator.synthetic.profile import Profile
from allocator.synthetic.streams import FloatArray, Streams

IntArray = NDArray[np.int64]
SETTINGS: tuple[Setting, ...] = ("urban", "township", "rural")
LARGER_THAN_ITS_SEATS = 5, 4  # a junior section with seats of its own has at least 5/4 as many graduates


@dataclass(frozen=True)
class Feeders:
    """The feeder schools, area by area."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    area_index: IntArray  # (feeder school,) position in Profile.areas
    settings: tuple[Setting, ...]
    ownership: tuple[str, ...]
    senior_index: IntArray  # (feeder school,) position in Offer.schools of its senior section, -1 if none
    x: FloatArray  # (feeder school,) kilometres
    y: FloatArray  # (feeder school,)
    effect: FloatArray  # (feeder school,) mean of its applicants' ability, standard deviations
    num_applicants: IntArray  # (feeder school,)


def make_feeders(profile: Profile, schools: Sequence[School], applicants: int, streams: Streams) -> Feeders:
    """Feeder schools in proportion to each area's applicants; those of senior schools with a junior section first."""
    spec = profile.feeder_schools
    places = _places(profile, schools)
    count = len(places)
    across, up = streams.normals("feeder schools, x", count), streams.normals("feeder schools, y", count)
    size, strength = streams.normals("feeder schools, size", count), streams.normals("feeder schools, mean", count)
    drawn = streams.uniforms("feeder schools, ownership", count)
    owners, xs, ys = [], [], []
    for k, place in enumerate(places):
        if place.senior >= 0:
            senior = schools[place.senior]
            owners.append(senior.ownership)
            xs.append(senior.x)
            ys.append(senior.y)
        else:
            area = profile.areas[place.area]
            radius = URBAN_RADIUS if place.setting == "urban" else float(area.radius)
            owners.append("private" if drawn[k] < float(spec.private_share[place.setting]) else "public")
            xs.append(float(area.x) + 0.5 * radius * float(across[k]))
            ys.append(float(area.y) + 0.5 * radius * float(up[k]))
    private = np.array([owner == "private" for owner in owners])
    mean = np.array([float(spec.effect_of_setting[place.setting]) for place in places])
    effect = mean + float(spec.effect_of_private) * private + float(spec.spread) * strength
    relative = np.array([float(spec.size_by_setting[place.setting]) for place in places])
    weight = relative * np.maximum(0.2, 1.0 + float(spec.size_spread) * size)
    return Feeders(
        ids=tuple(f"{profile.areas[p.area].code}3{p.serial:03d}" for p in places),
        names=tuple(f"{profile.areas[p.area].name}第{p.serial:03d}初中(示例)" for p in places),
        area_index=np.array([p.area for p in places], dtype=np.int64),
        settings=tuple(p.setting for p in places),
        ownership=tuple(owners),
        senior_index=np.array([p.senior for p in places], dtype=np.int64),
        x=np.array(xs),
        y=np.array(ys),
        effect=effect,
        num_applicants=_sizes(profile, schools, places, weight, applicants),
    )


@dataclass(frozen=True)
class _Place:
    area: int  # position in Profile.areas
    serial: int  # number inside the area, from 1
    setting: Setting
    senior: int  # position in Offer.schools, -1 if none


def _places(profile: Profile, schools: Sequence[School]) -> list[_Place]:
    spec = profile.feeder_schools
    settings = [setting for setting in SETTINGS if setting in spec.settings]
    parts = [to_weight(spec.settings[setting]) for setting in settings]
    numbers = whole_shares(spec.number, [to_weight(area.share) for area in profile.areas])
    places = []
    for a, area in enumerate(profile.areas):
        attached = [i for i, school in enumerate(schools) if school.has_juniors and school.area == a]
        if not area.share:
            continue
        number = max(1, numbers[a] - len(attached))
        others = [s for s, times in zip(settings, whole_shares(number, parts), strict=True) for _ in range(times)]
        of_seniors: list[Setting] = ["urban" if schools[i].setting == "urban" else "township" for i in attached]
        for serial, setting in enumerate([*of_seniors, *others], start=1):
            senior = attached[serial - 1] if serial <= len(attached) else -1
            places.append(_Place(a, serial, setting, senior))
    return places


def _sizes(
    profile: Profile, schools: Sequence[School], places: Sequence[_Place], weight: FloatArray, applicants: int
) -> IntArray:
    """Applicants of each feeder school: each area's share of the city, shared by size inside the area.

    A junior section whose size the school table implies has that size, if the area has so many applicants.
    """
    by_area = whole_shares(applicants, [to_weight(area.share) for area in profile.areas])
    sizes = np.zeros(len(places), dtype=np.int64)
    for a, total in enumerate(by_area):
        inside = [k for k, place in enumerate(places) if place.area == a]
        seats = [schools[places[k].senior].own_juniors if places[k].senior >= 0 else 0 for k in inside]
        implied = [number * LARGER_THAN_ITS_SEATS[0] // LARGER_THAN_ITS_SEATS[1] for number in seats]
        if sum(implied) >= total:
            implied = [0] * len(inside)
        free = [0 if given else max(1, int(weight[k] * 1_000_000)) for k, given in zip(inside, implied, strict=True)]
        shared = whole_shares(total - sum(implied), free)
        sizes[inside] = [given + part for given, part in zip(implied, shared, strict=True)]
    return sizes
