"""Checks of a profile between its parts: sums of shares, and names that must refer to something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from allocator.synthetic.profile import Profile
from allocator.synthetic.school_profile import TIERS

Found = tuple[tuple[str | int, ...], str, object]  # place in the profile, what is expected, what was found


def cross_checks(profile: Profile) -> list[Found]:
    """Every mistake that no part of the profile shows by itself."""
    return [*_sums(profile), *_feeder_schools(profile), *_columns(profile), *_schools(profile), *_lists(profile)]


def _sums(profile: Profile) -> Iterator[Found]:
    shares = {
        ("areas",): [area.share for area in profile.areas],
        ("feeder_schools", "settings"): list(profile.feeder_schools.settings.values()),
    }
    if profile.scores.grades:
        shares["scores", "grades", "shares"] = list(profile.scores.grades.shares.values())
    for place, parts in shares.items():
        if sum(parts) != Decimal(1):
            yield place, "expected shares that add up to 1", sum(parts)
    for name in ("code", "name"):
        yield from _twice(("areas",), (getattr(area, name) for area in profile.areas))
    filing = profile.filing
    if filing.dropouts + filing.vocational_only + filing.general_only > 1:
        total = filing.dropouts + filing.vocational_only + filing.general_only
        yield ("filing",), "expected dropouts + vocational_only + general_only of at most 1", total


def _feeder_schools(profile: Profile) -> Iterator[Found]:
    spec = profile.feeder_schools
    needed = {"urban", "township"} if profile.schools else {"urban"}  # junior sections lie where their schools do
    for setting in sorted(needed - set(spec.settings)):
        yield ("feeder_schools", "settings"), f"expected a share for {setting}, it may be 0", "nothing"
    for setting in spec.settings:
        for field in ("size_by_setting", "private_share", "effect_of_setting"):
            if setting not in getattr(spec, field):
                yield ("feeder_schools", field), f"expected a value for {setting}", "nothing"
        for position, flag in enumerate(profile.attributes.flags):
            if setting not in flag.share:
                yield ("attributes", "flags", position, "share"), f"expected a value for {setting}", "nothing"


def _columns(profile: Profile) -> Iterator[Found]:
    """Columns of applicants: none made twice, and those that are named are made."""
    scores = profile.scores
    subjects = [subject.name for subject in scores.subjects]
    for name, parts in scores.sums.items():
        yield from _unknown(("scores", "sums", name), parts, subjects)
    if scores.grades:
        yield from _unknown(("scores", "grades", "columns"), scores.grades.columns, [*subjects, "total", *scores.sums])
    if profile.applicants is None and scores.table is None:
        yield ("applicants",), "expected a number of applicants, or a score table", None
    columns = applicant_columns(profile)
    yield from _twice(("attributes",), columns)
    if profile.filing.adjusted_flag is not None:
        yield from _unknown(("filing", "adjusted_flag"), [profile.filing.adjusted_flag], columns)
    for batch, filed in profile.lists.items():
        yield from _unknown(("lists", batch, "who"), filed.who, columns)
        if filed.has is not None:
            yield from _unknown(("lists", batch, "has"), [filed.has], columns)


def applicant_columns(profile: Profile) -> list[str]:
    """The columns of the applicants table."""
    scores, attributes = profile.scores, profile.attributes
    return [
        *("applicant_id", "feeder_school_id", "area"),
        *(subject.name for subject in scores.subjects),
        *("total", *scores.sums),
        *(f"{name}_grade" for name in (scores.grades.columns if scores.grades else ())),
        *(flag.column for flag in attributes.flags),
        *(bonus.column for bonus in attributes.bonuses),
        *("skill", "enrolled_years"),
    ]


def _schools(profile: Profile) -> Iterator[Found]:
    if (profile.schools is None) == (profile.school_table is None):
        yield ("schools",), "expected exactly one of schools and school_table", "both or neither"
    codes = [area.code for area in profile.areas]
    if profile.schools:
        if profile.seats is None:
            yield ("seats",), "expected the seats of a year, which schools made from counts need", None
        for row_index, row in enumerate(profile.schools.general.by_area):
            yield from _unknown(("schools", "general", "by_area", row_index, "area"), [row.area], codes)
        tiers = list(TIERS)
        for tier in tiers:
            if tier not in profile.schools.general.size:
                yield ("schools", "general", "size"), f"expected a value for {tier}", "nothing"
        if profile.schools.vocational:
            for position, area in enumerate(profile.schools.vocational.by_area):
                yield from _unknown(("schools", "vocational", "by_area", position, "area"), [area.area], codes)
            tiers += profile.schools.vocational.tiers
        for tier in tiers:
            if tier not in profile.taste.quality:
                yield ("taste", "quality"), f"expected a value for the tier {tier}", "nothing"


def _lists(profile: Profile) -> Iterator[Found]:
    known = profile.filing.known_lines
    if known is not None:
        yield from _unknown(("filing", "known_lines", "batch"), [known.batch], profile.lists)
        if profile.school_table is None or profile.scores.table is None:
            yield ("filing", "known_lines"), "expected known lines only with a school table and a score table", None
    for batch in sorted(set(offered_batches(profile)) - set(profile.lists)):
        yield ("lists",), f"expected a list for the batch {batch}, which has seats", "nothing"
    later = list(profile.lists)
    for name, filed in profile.lists.items():
        later.remove(name)
        if filed.instead_of is not None:
            yield from _unknown(("lists", name, "instead_of"), [filed.instead_of], later)
        numbers = [number for slots in filed.slots for number in slots.numbers]
        yield from _twice(("lists", name, "slots"), numbers)
        for position, slots in enumerate(filed.slots):
            if slots.reach + slots.match + slots.safety > len(slots.numbers) or slots.least > len(slots.numbers):
                yield (
                    ("lists", name, "slots", position),
                    f"expected reach + match + safety, and least, of at most {len(slots.numbers)}, the choice numbers",
                    f"{slots.reach} + {slots.match} + {slots.safety}, {slots.least}",
                )


def offered_batches(profile: Profile) -> Iterator[str]:
    """Names of the batches that have seats of their own."""
    if profile.schools:
        yield from (row.batch for row in profile.schools.open_batches)
        yield from (row.batch for row in profile.schools.reserves)
    if profile.school_table:
        yield from (row.batch for row in profile.school_table.seats)


def _unknown(place: tuple[str | int, ...], names: Iterable[str], known: Iterable[str]) -> Iterator[Found]:
    allowed = list(known)
    for name in names:
        if name not in allowed:
            yield place, f"expected one of {', '.join(allowed)}", name


def _twice(place: tuple[str | int, ...], names: Iterable[object]) -> Iterator[Found]:
    seen: set[object] = set()
    for name in names:
        if name in seen:
            yield place, "expected every one once", name
        seen.add(name)
