"""A synthetic cohort: from a profile and a seed to the tables of formats.md, section 1."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from allocator.scenario.document import read
from allocator.scenario.whole_shares import whole_shares
from allocator.synthetic.audience import Audience
from allocator.synthetic.expectation import expected_lines
from allocator.synthetic.feeders import Feeders, make_feeders
from allocator.synthetic.forms import Filed
from allocator.synthetic.known_lines import known_columns, known_lines
from allocator.synthetic.lists import file_lists
from allocator.synthetic.made_offer import made_offer
from allocator.synthetic.offer import Offer, SeatRow
from allocator.synthetic.people import People, cohort_size, make_people
from allocator.synthetic.profile import Profile
from allocator.synthetic.published import require_published
from allocator.synthetic.reading import read_profile
from allocator.synthetic.score_table import score_columns
from allocator.synthetic.streams import Streams
from allocator.synthetic.table_offer import carried_columns, table_columns, table_offer
from allocator.synthetic.taste import make_taste


def generate(
    profile_path: Path,
    *,
    seed: int,
    applicants: int | None,
    values: Mapping[str, str] | None = None,
    data: Path | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables applicants, programmes, seats, choices, schools and feeder_schools, by name; perhaps feeder_seats.

    The same profile, seed, number, values and data give the same tables on every machine. ``values`` override values
    of the profile by dotted path; ``data`` is the folder of the published tables that the profile draws on. Numbers
    are whole and missing cells null; everything else is text, flags are "true" or "false".
    Raises ProfileError with every mistake found in the profile or in a published table.
    """
    profile = read_profile(profile_path, values)
    return tables_of(profile, profile_path.parent, seed=seed, applicants=applicants, data=data)


def tables_of(
    profile: Profile,
    folder: Path,
    *,
    seed: int,
    applicants: int | None,
    data: Path | None,
    known: Mapping[str, float] | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables of a profile that has been read; ``folder`` is its own, where its fitted merits are.

    ``known`` are the lines that families know, as rank shares by programme_id, instead of the published ones.
    """
    require_published(data, _published(profile))
    streams = Streams(seed)
    offer = table_offer(profile, folder, data, streams) if profile.school_table else made_offer(profile, streams)
    feeders = make_feeders(profile, offer.schools, cohort_size(profile, applicants, data), streams)
    people = make_people(profile, feeders, data, streams)
    taste = make_taste(profile, offer, feeders)
    audience = Audience(profile, offer, feeders, people, streams)
    if known is None and profile.filing.known_lines:
        known = known_lines(profile, offer, data)
    lines = expected_lines(profile, offer, people, audience, taste, streams, known)
    filed = file_lists(profile, people, audience, taste, lines, streams)
    tables = {
        "applicants": people.table,
        "programmes": _programmes(profile, offer),
        "seats": _seats(offer),
        "choices": _choices(people, offer, filed),
        "schools": _schools(profile, offer),
        "feeder_schools": _feeder_schools(profile, feeders),
    }
    if any(row.within_area for row in offer.seats):
        tables["feeder_seats"] = _feeder_seats(offer, feeders)
    return tables


def input_files(profile_path: Path, *, values: Mapping[str, str] | None, data: Path | None) -> list[Path]:
    """The files that a cohort is made from: the profile, those it extends, and the published tables it draws on."""
    document = read(profile_path, values)
    profile = Profile.model_validate(document.value)
    beside = [] if profile.taste.fitted is None else [profile_path.parent / profile.taste.fitted]
    return [*document.files, *beside, *(data / file for file in _published(profile) if data is not None)]


def _published(profile: Profile) -> dict[str, list[str]]:
    """The published tables that the profile draws on, by file, with their columns."""
    wanted: dict[str, list[str]] = {}
    if profile.school_table:
        _want(wanted, profile.school_table.file, table_columns(profile, profile.school_table))
        if profile.school_table.carried_over:
            _want(wanted, profile.school_table.carried_over.file, carried_columns(profile.school_table))
    if profile.scores.table:
        _want(wanted, profile.scores.table.file, score_columns(profile.scores.table))
        if profile.filing.known_lines:
            known = profile.filing.known_lines
            _want(wanted, known.file, known_columns(profile, known))
            _want(wanted, known.scores, score_columns(profile.scores.table))
    return wanted


def _want(wanted: dict[str, list[str]], file: str, columns: list[str]) -> None:
    """Add columns to those wanted of a file, each once."""
    wanted[file] = list(dict.fromkeys([*wanted.get(file, ()), *columns]))


def _programmes(profile: Profile, offer: Offer) -> pl.DataFrame:
    schools = [offer.schools[programme.school] for programme in offer.programmes]
    columns: dict[str, list[str | int | None]] = {
        "programme_id": [programme.programme_id for programme in offer.programmes],
        "track": [programme.track for programme in offer.programmes],
        "school_id": [school.school_id for school in schools],
        "name": [programme.name for programme in offer.programmes],
        "area": [profile.areas[school.area].name for school in schools],
        "ownership": [school.ownership for school in schools],
        "tier": [school.tier for school in schools],
    }
    if any(programme.class_size for programme in offer.programmes):
        columns["class_size"] = [programme.class_size or None for programme in offer.programmes]
    if any(programme.min_open for programme in offer.programmes):
        columns["min_open"] = [programme.min_open or None for programme in offer.programmes]
    return pl.DataFrame(columns)


def _seats(offer: Offer) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "batch": [row.batch for row in offer.seats],
            "programme_id": [offer.programmes[row.programme].programme_id for row in offer.seats],
            "pool": [row.pool for row in offer.seats],
            "seats": [row.seats for row in offer.seats],
        },
        schema={"batch": pl.String, "programme_id": pl.String, "pool": pl.String, "seats": pl.Int64},
    )


def _feeder_seats(offer: Offer, feeders: Feeders) -> pl.DataFrame:
    """Cells of the rows that are shared within an area: largest remainders by applicants, empty cells left out."""
    cells = [
        (row.batch, offer.programmes[row.programme].programme_id, feeders.ids[k], part)
        for row in offer.seats
        if row.within_area
        for k, part in _cells(row, offer, feeders)
        if part
    ]
    names = ["batch", "programme_id", "feeder_school_id", "seats"]
    return pl.DataFrame(cells, schema=dict(zip(names, [pl.String] * 3 + [pl.Int64], strict=True)), orient="row")


def _cells(row: SeatRow, offer: Offer, feeders: Feeders) -> list[tuple[int, int]]:
    area = offer.schools[offer.programmes[row.programme].school].area
    inside = [int(k) for k in np.flatnonzero(feeders.area_index == area)]
    parts = whole_shares(row.seats, [int(feeders.num_applicants[k]) for k in inside])
    return list(zip(inside, parts, strict=True))


def _choices(people: People, offer: Offer, filed: Mapping[str, Filed]) -> pl.DataFrame:
    batches = pl.Series(list(filed), dtype=pl.String)
    lengths = [len(lists.number) for lists in filed.values()]
    programme_ids = pl.Series([programme.programme_id for programme in offer.programmes], dtype=pl.String)
    applicant_index = np.concatenate([lists.applicant_index for lists in filed.values()])
    programme_index = np.concatenate([lists.programme_index for lists in filed.values()])
    return pl.DataFrame(
        {
            "applicant_id": people.table["applicant_id"].gather(applicant_index),
            "batch": batches.gather(np.repeat(np.arange(len(filed)), lengths)),
            "choice": np.concatenate([lists.number for lists in filed.values()]),
            "programme_id": programme_ids.gather(programme_index),
        }
    )


def _schools(profile: Profile, offer: Offer) -> pl.DataFrame:
    schools = offer.schools
    return pl.DataFrame(
        {
            "school_id": [school.school_id for school in schools],
            "name": [school.name for school in schools],
            "area": [profile.areas[school.area].name for school in schools],
            "ownership": [school.ownership for school in schools],
            "setting": [school.setting for school in schools],
            "tier": [school.tier for school in schools],
            "type": [school.type or None for school in schools],
        },
        schema_overrides={"type": pl.String},
    )


def _feeder_schools(profile: Profile, feeders: Feeders) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "feeder_school_id": list(feeders.ids),
            "name": list(feeders.names),
            "area": [profile.areas[a].name for a in feeders.area_index],
            "ownership": list(feeders.ownership),
            "setting": list(feeders.settings),
        }
    )
