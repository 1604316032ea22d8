"""The applicants: feeder school, scores, and what the office keeps besides."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allocator.synthetic.feeders import Feeders
from allocator.synthetic.profile import Profile
from allocator.synthetic.score_table import published_totals
from allocator.synthetic.scores import ability_of, fit_to_totals, grades, subject_scores
from allocator.synthetic.streams import FloatArray, Streams

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

FEWEST_DIGITS = 5  # of the serial number in an applicant_id


@dataclass(frozen=True)
class People:
    """The applicants, by feeder school."""

    table: pl.DataFrame  # the applicants table as it is written
    feeder_index: IntArray  # (applicant,) position in Feeders
    ability: FloatArray  # (applicant,) general ability, about standard normal
    total: IntArray  # (applicant,) points
    rank_share: FloatArray  # (applicant,) 0 for the best; share of the applicants ranked above, equals at random
    school_rank_share: FloatArray  # (applicant,) the same inside the feeder school


def cohort_size(profile: Profile, applicants: int | None, data: Path | None) -> int:
    """Number of applicants: as asked for, or the profile's, or the score table's."""
    asked = applicants or profile.applicants
    if asked is None:
        assert profile.scores.table  # cross-checked
        return len(published_totals(profile.scores.table, data, None))
    return asked


def make_people(profile: Profile, feeders: Feeders, data: Path | None, streams: Streams) -> People:
    """All applicants. Raises ProfileError where a published score table is wrong."""
    feeder_index = np.repeat(np.arange(len(feeders.ids)), feeders.num_applicants)
    count = len(feeder_index)
    ability = ability_of(feeders.effect[feeder_index], float(profile.feeder_schools.spread), streams)
    scores = subject_scores(profile, ability, streams)
    if profile.scores.table:
        fit_to_totals(scores, profile, published_totals(profile.scores.table, data, count), streams)
    total = sum(scores.values(), start=np.zeros(count, dtype=np.int64))
    equals = streams.uniforms("ranks of equals", count)
    rank_share, school_rank_share = np.empty(count), np.empty(count)
    rank_share[np.lexsort((equals, -total))] = np.arange(count) / count
    in_school = np.arange(count) - np.searchsorted(feeder_index, np.arange(len(feeders.ids)))[feeder_index]
    share = in_school / feeders.num_applicants[feeder_index]
    school_rank_share[np.lexsort((equals, -total, feeder_index))] = share
    columns = [*_identity(profile, feeders, feeder_index), *_score_columns(profile, scores, total)]
    columns += _attributes(profile, feeders, feeder_index, streams)
    return People(pl.DataFrame(columns), feeder_index, ability, total, rank_share, school_rank_share)


def _identity(profile: Profile, feeders: Feeders, feeder_index: IntArray) -> list[pl.Series]:
    """applicant_id (the identifier, the area's code, a serial number inside the area), feeder school and area."""
    area_index = feeders.area_index[feeder_index]
    starts = np.searchsorted(area_index, np.arange(len(profile.areas)))
    serial = np.arange(len(area_index)) - starts[area_index] + 1
    digits = max(FEWEST_DIGITS, len(str(int(serial.max(initial=1)))))
    prefixes = pl.Series([profile.identifier + area.code for area in profile.areas], dtype=pl.String)
    serials = pl.Series(serial).cast(pl.String).str.zfill(digits)
    return [
        (prefixes.gather(area_index) + serials).alias("applicant_id"),
        pl.Series("feeder_school_id", feeders.ids, dtype=pl.String).gather(feeder_index),
        pl.Series("area", [area.name for area in profile.areas], dtype=pl.String).gather(area_index),
    ]


def _score_columns(profile: Profile, scores: dict[str, IntArray], total: IntArray) -> list[pl.Series]:
    columns = {**scores, "total": total}
    for name, parts in profile.scores.sums.items():
        columns[name] = sum((scores[part] for part in parts), start=np.zeros_like(total))
    series = [pl.Series(name, values) for name, values in columns.items()]
    if profile.scores.grades:
        shares = {grade: float(share) for grade, share in profile.scores.grades.shares.items()}
        for name in profile.scores.grades.columns:
            position, labels = grades(columns[name], shares)
            series.append(pl.Series(f"{name}_grade", labels, dtype=pl.String).gather(position))
    return series


def _attributes(profile: Profile, feeders: Feeders, feeder_index: IntArray, streams: Streams) -> list[pl.Series]:
    spec, count = profile.attributes, len(feeder_index)
    series = []
    for flag in spec.flags:
        by_feeder = np.array([float(flag.share[setting]) for setting in feeders.settings])
        drawn = streams.uniforms(f"flag {flag.column}", count)
        series.append(_flags(flag.column, drawn < by_feeder[feeder_index]))
    for bonus in spec.bonuses:
        has = streams.uniforms(f"bonus {bonus.column}", count) < float(bonus.share)
        series.append(_points(bonus.column, np.full(count, bonus.points), has))
    points = float(spec.specialty_mean) + float(spec.specialty_spread) * streams.normals("specialty, points", count)
    skill = np.clip(np.floor(points + 0.5), 0, 100).astype(np.int64)
    series.append(_points("skill", skill, streams.uniforms("specialty, who", count) < float(spec.specialty_share)))
    fewer = streams.uniforms("short enrolment, who", count) < float(spec.short_enrolment)
    years = np.floor(streams.uniforms("short enrolment, years", count) * spec.enrolled_years).astype(np.int64)
    series.append(pl.Series("enrolled_years", np.where(fewer, years, spec.enrolled_years)))
    return series


def _flags(name: str, mask: BoolArray) -> pl.Series:
    return pl.Series(name, ["false", "true"], dtype=pl.String).gather(mask.astype(np.int64))


def _points(name: str, points: IntArray, has: BoolArray) -> pl.Series:
    frame = pl.DataFrame({"points": points, "has": has})
    return frame.select(pl.when("has").then("points").alias(name)).to_series()


def share_of(share: Decimal, count: int) -> int:
    """A share of a number of applicants, rounded down."""
    return int(share * count)
