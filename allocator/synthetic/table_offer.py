"""The offer of a city as published: one row per school, pools from its columns of seats."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from allocator.errors import Problems, Where, message
from allocator.synthetic.fitted import completed, fitted_merits
from allocator.synthetic.general_schools import URBAN_RADIUS
from allocator.synthetic.offer import Offer, Programme, School, SeatRow
from allocator.synthetic.profile import Profile
from allocator.synthetic.published import Row, raise_profile_error, read_published, whole_number
from allocator.synthetic.school_profile import SchoolTable, SeatColumn
from allocator.synthetic.streams import Streams


def table_offer(profile: Profile, folder: Path, data: Path | None, streams: Streams) -> Offer:
    """Schools, programmes and seats from the school table; fitted merits from the profile's folder.

    Raises ProfileError.
    """
    table = profile.school_table
    assert table  # cross-checked
    rows = read_published(data, table.file, table_columns(profile, table))
    problems = Problems()
    if table.carried_over:
        rows = _carried_over(table, rows, data, problems)
    merits = _merits(profile, table, rows, folder)
    unseen, across, up = (streams.normals(f"school table, {what}", len(rows)) for what in ("merit", "x", "y"))
    schools: list[School] = []
    programmes: list[Programme] = []
    seats: list[SeatRow] = []
    seen: set[str] = set()
    for i, row in enumerate(rows):
        numbers = {name: whole_number(row, name, table.file, problems) for name in _seat_columns(profile, table)}
        pools = [(column, _seats(column, numbers)) for column in table.seats]
        juniors = sum(number for column, number in pools if column.own_juniors)
        spots = (float(unseen[i]), float(across[i]), float(up[i]))
        school = _school(profile, table, row, numbers, juniors, spots, merits, problems)
        if school.school_id in seen:
            where = Where(file=table.file, row=row[0], column=table.school_id)
            problems.add(where, message('found "{found}" again, expected every school once.'), found=school.school_id)
        seen.add(school.school_id)
        schools.append(school)
        for apart in (False, True):
            own = [(column, number) for column, number in pools if column.own_programme == apart and number]
            if own:
                seats += [SeatRow(column.batch, len(programmes), column.pool, number) for column, number in own]
                programmes.append(_programme(school, i, apart, sum(number for _, number in own)))
    raise_profile_error(problems)
    return Offer(tuple(schools), tuple(programmes), tuple(seats))


def table_columns(profile: Profile, table: SchoolTable) -> list[str]:
    """The columns that the school table must have."""
    return [table.school_id, table.name, table.ownership, table.tier, *_seat_columns(profile, table)]


def carried_columns(table: SchoolTable) -> list[str]:
    """The columns that the earlier table must have."""
    assert table.carried_over
    return [table.school_id, *table.carried_over.columns, table.carried_over.per]


def _carried_over(table: SchoolTable, rows: list[Row], data: Path | None, problems: Problems) -> list[Row]:
    """The rows, with what every row leaves at 0 as the earlier table has it, in proportion to another column."""
    spec = table.carried_over
    assert spec
    earlier = {row[1][table.school_id].strip(): row for row in read_published(data, spec.file, carried_columns(table))}
    for column in spec.columns:
        if any(whole_number(row, column, table.file, problems) for row in rows):
            continue
        for row in rows:
            before = earlier.get(row[1][table.school_id].strip())
            whole = whole_number(before, spec.per, spec.file, problems) if before else 0
            if before and whole:
                part = whole_number(before, column, spec.file, problems)
                now = whole_number(row, spec.per, table.file, problems)
                row[1][column] = str((2 * part * now + whole) // (2 * whole))
    return rows


def _merits(profile: Profile, table: SchoolTable, rows: list[Row], folder: Path) -> dict[str, float]:
    """Fitted merits by school code, none if the profile names no file."""
    if profile.taste.fitted is None:
        return {}
    kinds = [
        (cells[table.school_id].strip(), (cells[table.tier].strip(), cells[table.ownership].strip()))
        for _, cells in rows
    ]
    return completed(fitted_merits(folder, profile.taste.fitted), kinds)


def _seat_columns(profile: Profile, table: SchoolTable) -> list[str]:
    """The columns of numbers, each once."""
    seats = [name for column in table.seats for name in (*column.plus, *column.minus)]
    if table.carried_over:
        seats += [*table.carried_over.columns, table.carried_over.per]
    return list(dict.fromkeys([*seats, *profile.taste.per_seat]))


def _seats(column: SeatColumn, numbers: Mapping[str, int]) -> int:
    return max(0, sum(numbers[name] for name in column.plus) - sum(numbers[name] for name in column.minus))


def _school(
    profile: Profile,
    table: SchoolTable,
    row: Row,
    numbers: Mapping[str, int],
    juniors: int,
    spots: tuple[float, float, float],
    merits: Mapping[str, float],
    problems: Problems,
) -> School:
    number, cells = row
    school_id, tier = cells[table.school_id].strip(), cells[table.tier].strip()
    codes = [area.code for area in profile.areas]
    code = school_id[: table.area_digits]
    if code not in codes:
        where = Where(file=table.file, row=number, column=table.school_id)
        said = message('found "{found}", expected a code that begins with an area of the profile: {codes}.')
        problems.add(where, said, found=school_id, codes=", ".join(codes))
    if tier not in profile.taste.quality:
        where = Where(file=table.file, row=number, column=table.tier)
        said = message('found "{found}", expected a tier of the profile\'s taste.quality: {tiers}.')
        problems.add(where, said, found=tier, tiers=", ".join(profile.taste.quality))
    area_index = codes.index(code) if code in codes else 0
    area, taste = profile.areas[area_index], profile.taste
    private = cells[table.ownership].strip() == table.private
    merit = taste.quality.get(tier, 0) + (taste.private if private else 0) + taste.by_school.get(school_id, 0)
    merit += sum(weight * numbers[name] for name, weight in taste.per_seat.items())
    unseen, across, up = spots
    return School(
        school_id=school_id,
        name=cells[table.name].strip(),
        area=area_index,
        ownership="private" if private else "public",
        setting="urban",
        type="",
        tier=tier,
        x=float(area.x) + URBAN_RADIUS * 0.5 * across,
        y=float(area.y) + URBAN_RADIUS * 0.5 * up,
        merit=float(merit) + float(taste.unseen) * unseen + merits.get(school_id, 0.0),
        own_juniors=juniors,
        has_juniors=juniors > 0,
    )


def _programme(school: School, index: int, apart: bool, plan: int) -> Programme:
    return Programme(
        programme_id=school.school_id + ("T" if apart else ""),
        name=school.name,
        school=index,
        track="general",
        kind="adjusted" if apart else "private" if school.ownership == "private" else "public",
        major=-1,
        plan=plan,
        class_size=0,
    )
