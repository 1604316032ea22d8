"""Who gets into demonstration schools (示范性普通高中)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.errors import message
from allocator.indicators.dimensions import count, programme_texts
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotient, quotients, unknown
from allocator.scenario.cohort import BoolArray

FAMILY = Family(
    "demonstration",
    "示范高中机会",
    message("Which applicants get into demonstration schools."),
    "practice.md, Indicators: representation",
)
RATE = Indicator(
    "demonstration_rate",
    FAMILY.name,
    message("share"),
    message(
        "Admissions to demonstration schools / applicants. A general programme is of a demonstration school if its "
        "tier, or its school's, is one that the scenario calls so (`demonstration`, if it says nothing)."
    ),
    "practice.md, Indicators: demonstration admission rate",
    "示范高中录取率",
    "neither",
)
REPRESENTATION = Indicator(
    "demonstration_representation",
    FAMILY.name,
    message("ratio"),
    message(
        "The group's share among admissions to demonstration schools / its share among applicants; 1 is proportional. "
        "The exact value is (its admissions × all applicants) / (all admissions × its applicants)."
    ),
    "practice.md, Indicators: representation of a group",
    "示范高中录取代表性指数",
    "neither",
)
INDICATORS = (RATE, REPRESENTATION)
NO_TIER = message("no general programme or its school has a tier that counts as demonstration")


def rows(facts: Facts) -> Iterator[Row]:
    inside = in_demonstration(facts)
    if inside is None:
        yield missing(RATE, NO_TIER)
        yield missing(REPRESENTATION, NO_TIER)
        return
    yield from quotients(RATE, facts.by_applicant, inside, facts.applicants)
    for dimension in facts.by_applicant[1:]:
        if dimension.absent is not None:
            yield from unknown(REPRESENTATION, dimension)
            continue
        found, present = count(dimension, inside).tolist(), count(dimension, facts.applicants).tolist()
        for group, mine, of_mine in zip(dimension.groups, found, present, strict=True):
            yield quotient(REPRESENTATION, dimension.name, group, mine * len(inside), int(inside.sum()) * of_mine)


def in_demonstration(facts: Facts) -> BoolArray | None:
    """(applicant,) admitted to a demonstration school; None where the tables name none."""
    cohort = facts.scenario.cohort
    tiers = programme_texts(cohort, "tier")
    if tiers is None:
        return None
    counts = np.asarray(tiers.is_in(list(facts.settings.demonstration)).fill_null(False).to_numpy(), dtype=np.bool_)
    counts &= cohort.programmes.is_general  # vocational schools have demonstration schools of their own (示范性中职)
    if not counts.any():
        return None
    result: BoolArray = np.append(counts, False)[facts.programme]
    return result
