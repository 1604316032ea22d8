"""Vocational schools made from counts; a programme is one major of one school."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.synthetic.fields import Ownership
from allocator.synthetic.general_schools import URBAN_RADIUS, plans_by_ownership
from allocator.synthetic.offer import Programme, School
from allocator.synthetic.profile import Profile
from allocator.synthetic.school_profile import VocationalSchools
from allocator.synthetic.streams import Streams


def vocational_schools(profile: Profile, counts: VocationalSchools, streams: Streams) -> list[School]:
    """The city's vocational schools, area by area, public before private; all urban."""
    codes = [area.code for area in profile.areas]
    rows: list[tuple[int, Ownership, int]] = []  # area, ownership, number inside the area
    for row in counts.by_area:
        area_index = codes.index(row.area)
        rows += [(area_index, "public", number) for number in range(1, row.public + 1)]
        rows += [(area_index, "private", row.public + number) for number in range(1, row.private + 1)]
    tiers = [tier for tier, number in counts.tiers.items() for _ in range(number)]
    # The best tiers go to public schools, and to one school of every area before a second one.
    best_first = sorted(range(len(rows)), key=lambda i: (rows[i][1] == "private", rows[i][2], i))
    tier_of = dict(zip(best_first, tiers, strict=True))
    across, up, unseen = (streams.normals(f"vocational schools, {what}", len(rows)) for what in ("x", "y", "merit"))
    taste = profile.taste
    schools = []
    for i, (area_index, ownership, number) in enumerate(rows):
        area = profile.areas[area_index]
        school_id = f"{area.code}5{number:02d}"
        merit = taste.quality[tier_of[i]] + taste.by_school.get(school_id, 0)
        merit += taste.private if ownership == "private" else 0
        schools.append(
            School(
                school_id=school_id,
                name=f"{area.name}第{number:02d}中职(示例)",
                area=area_index,
                ownership=ownership,
                setting="urban",
                type="vocational",
                tier=tier_of[i],
                x=float(area.x) + URBAN_RADIUS * 0.5 * float(across[i]),
                y=float(area.y) + URBAN_RADIUS * 0.5 * float(up[i]),
                merit=float(merit) + float(taste.unseen) * float(unseen[i]),
                own_juniors=0,
                has_juniors=False,
            )
        )
    return schools


def vocational_programmes(profile: Profile, schools: Sequence[School], first: int, streams: Streams) -> list[Programme]:
    """One programme for each major of each school; popular majors at public schools get the most classes."""
    made, seats = profile.schools, profile.seats
    assert made is not None  # cross-checked, as the next two
    assert made.vocational is not None
    assert seats is not None
    counts = made.vocational
    pairs = [(i, major) for i, taught in enumerate(_majors(len(schools), counts, streams)) for major in taught]
    jitter = streams.normals("vocational programmes, size", len(pairs))
    weights = [
        int(1000 * (1 + 0.2 * float(counts.majors[major].popularity)) * (1 + 0.15 * float(noise)))
        for (_, major), noise in zip(pairs, jitter, strict=True)
    ]
    private = [schools[i].ownership == "private" for i, _ in pairs]
    plans = plans_by_ownership(seats.vocational, made.class_size, counts.private_seats, weights, private)
    return [
        Programme(
            programme_id=f"{schools[i].school_id}-{major + 1:02d}",
            name=f"{schools[i].name}·{counts.majors[major].name}",
            school=first + i,
            track="vocational",
            kind="vocational",
            major=major,
            plan=plan,
            class_size=made.class_size,
            min_open=counts.min_open or 0,
        )
        for (i, major), plan in zip(pairs, plans, strict=True)
    ]


def _majors(num_schools: int, counts: VocationalSchools, streams: Streams) -> list[list[int]]:
    """Majors of each school, sorted. First every major is dealt to a school in turn; then the popular ones fill up."""
    least, most = counts.majors_per_school
    num_majors = len(counts.majors)
    drawn = streams.uniforms("vocational schools, number of majors", num_schools)
    number = [least + int(u * (most - least + 1)) for u in drawn]
    order = streams.uniforms("vocational schools, dealing", num_majors)
    taught: list[set[int]] = [set() for _ in range(num_schools)]
    for turn, major in enumerate(sorted(range(num_majors), key=lambda m: (order[m], m))):
        taught[turn % num_schools].add(major)
    liking = streams.normals("vocational schools, majors", num_schools * num_majors).reshape(num_schools, num_majors)
    liking += np.array([float(major.popularity) for major in counts.majors])
    for i, has in enumerate(taught):
        wanted = [int(m) for m in np.argsort(-liking[i], kind="stable") if m not in has]
        has.update(wanted[: max(0, number[i] - len(has))])
    return [sorted(has) for has in taught]
