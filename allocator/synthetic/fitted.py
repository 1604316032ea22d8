"""Fitted merits: how attractive each school of a published table is, as a study found it from published lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median_low

from allocator.errors import Problems
from allocator.synthetic.published import raise_profile_error, read_published, whole_number

COLUMNS = ["school_code", "attractiveness"]
PER_UNIT = 1000  # the file has whole thousandths of a unit of utility, so that every machine reads the same


def fitted_merits(folder: Path, file: str) -> dict[str, float]:
    """Merit by school code, from a CSV beside the profile. Raises ProfileError."""
    problems = Problems()
    merits = {}
    for row in read_published(folder, file, COLUMNS):
        merits[row[1]["school_code"].strip()] = whole_number(row, "attractiveness", file, problems) / PER_UNIT
    raise_profile_error(problems)
    return merits


def completed(merits: Mapping[str, float], kinds: Sequence[tuple[str, tuple[str, str]]]) -> dict[str, float]:
    """The merits with the schools that are new: the median of the fitted schools of the same tier and ownership.

    kinds: school code, and its tier and ownership, of every school of the year. Where no fitted school is alike, the
    median of all; without any, 0.
    """
    alike: dict[tuple[str, str], list[float]] = {}
    for code, kind in kinds:
        if code in merits:
            alike.setdefault(kind, []).append(merits[code])
    known = [merit for group in alike.values() for merit in group] or [0.0]
    return {code: merits.get(code, median_low(alike.get(kind, known))) for code, kind in kinds}
