"""General schools made from counts: where they lie, who owns them, of which type and tier, and how large."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from allocator.scenario.whole_shares import whole_shares
from allocator.synthetic.fields import Ownership, Setting
from allocator.synthetic.offer import Programme, School
from allocator.synthetic.profile import Profile
from allocator.synthetic.school_profile import TIERS, GeneralSchools
from allocator.synthetic.streams import Streams

URBAN_RADIUS = 3.0  # kilometres around an area's centre


class _Place(NamedTuple):
    area: int  # position in Profile.areas
    serial: int  # number inside the area, from 1
    setting: Setting
    ownership: Ownership
    tier: str


def general_schools(profile: Profile, counts: GeneralSchools, streams: Streams) -> list[School]:
    """The city's general schools, area by area: urban before township, better tiers first."""
    places = _places(profile, counts)
    types = _types(places, counts, streams)
    across, up, unseen = (streams.normals(f"general schools, {what}", len(places)) for what in ("x", "y", "merit"))
    taste = profile.taste
    schools = []
    for i, place in enumerate(places):
        area = profile.areas[place.area]
        school_id = f"{area.code}1{place.serial:02d}"
        # Half the radius is the standard deviation: most schools lie inside, none beyond twice of it.
        deviation = 0.5 * (URBAN_RADIUS if place.setting == "urban" else float(area.radius))
        merit = taste.quality[place.tier] + taste.setting.get(place.setting, 0) + taste.by_school.get(school_id, 0)
        merit += taste.private if place.ownership == "private" else 0
        schools.append(
            School(
                school_id=school_id,
                name=f"{area.name}第{place.serial:02d}高中(示例)",
                area=place.area,
                ownership=place.ownership,
                setting=place.setting,
                type=types[i],
                tier=place.tier,
                x=float(area.x) + deviation * float(across[i]),
                y=float(area.y) + deviation * float(up[i]),
                merit=float(merit) + float(taste.unseen) * float(unseen[i]),
                own_juniors=0,
                has_juniors=types[i] != "stand_alone",
            )
        )
    return schools


def general_programmes(profile: Profile, schools: Sequence[School], streams: Streams) -> list[Programme]:
    """One programme for each general school, in proportion to tier and setting, with some variation."""
    made, seats = profile.schools, profile.seats
    assert made is not None  # cross-checked, as the next one
    assert seats is not None
    counts = made.general
    variation = streams.normals("general schools, size", len(schools))
    weights = []
    for school, by in zip(schools, variation, strict=True):
        weight = counts.size[school.tier] * (counts.size_urban if school.setting == "urban" else 1)
        weights.append(int(float(weight) * 1000 * (1 + 0.12 * float(by))))
    private = [school.ownership == "private" for school in schools]
    plans = plans_by_ownership(seats.general, made.class_size, counts.private_seats, weights, private)
    return [
        Programme(
            programme_id=school.school_id,
            name=school.name,
            school=i,
            track="general",
            kind="private" if private[i] else "public",
            major=-1,
            plan=plans[i],
            class_size=made.class_size,
        )
        for i, school in enumerate(schools)
    ]


def plans_by_ownership(
    seats: int, class_size: int, private_share: Decimal, weights: Sequence[int], private: Sequence[bool]
) -> list[int]:
    """Seats of each programme: whole classes by weight inside each ownership; what is left goes to the largest."""
    classes = seats // class_size
    for_private = int((classes * private_share).quantize(Decimal(1), ROUND_HALF_UP)) if any(private) else 0
    of_private = whole_shares(for_private, [w if p else 0 for w, p in zip(weights, private, strict=True)])
    of_public = whole_shares(classes - for_private, [0 if p else w for w, p in zip(weights, private, strict=True)])
    plans = [class_size * (a + b) for a, b in zip(of_private, of_public, strict=True)]
    plans[plans.index(max(plans))] += seats - sum(plans)
    return plans


def _places(profile: Profile, counts: GeneralSchools) -> list[_Place]:
    """Where every school lies. Private ones are ordinary, and urban before township."""
    codes = [area.code for area in profile.areas]
    places = []
    for row in counts.by_area:
        best = row.demonstration + row.candidate
        tiers = [TIERS[0]] * row.demonstration + [TIERS[1]] * row.candidate
        tiers += [TIERS[2]] * (row.urban + row.township - best)
        for i, tier in enumerate(tiers):
            setting: Setting = "urban" if i < row.urban else "township"
            ownership: Ownership = "private" if best <= i < best + row.private else "public"
            places.append(_Place(codes.index(row.area), i + 1, setting, ownership, tier))
    return places


def _types(places: Sequence[_Place], counts: GeneralSchools, streams: Streams) -> list[str]:
    """Type of every school: twelve-year ones are private, complete ones ordinary township schools, if possible."""
    drawn = streams.uniforms("general schools, type", len(places))
    everyone = range(len(places))
    twelve = sorted(everyone, key=lambda i: (places[i].ownership != "private", places[i].setting != "urban", drawn[i]))
    types = dict.fromkeys(twelve[: counts.types.get("twelve_year", 0)], "twelve_year")
    complete = sorted(
        (i for i in everyone if i not in types),
        key=lambda i: (
            places[i].setting != "township",
            places[i].ownership != "public",
            places[i].tier != "ordinary",
            drawn[i],
        ),
    )
    types.update(dict.fromkeys(complete[: counts.types.get("complete", 0)], "complete"))
    return [types.get(i, "stand_alone") for i in everyone]
