"""How unequal feeder schools (初中) are in sending applicants to demonstration schools."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, sqrt

import numpy as np

from allocator.errors import message
from allocator.indicators.demonstration import NO_TIER, in_demonstration
from allocator.indicators.dimensions import of_feeder_schools
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, measured, missing, quotient, quotients, unknown
from allocator.scenario.cohort import IntArray

FAMILY = Family(
    "feeder_schools",
    "初中间差异",
    message("How unequal feeder schools are in sending applicants to demonstration schools."),
    "practice.md, Indicators: between feeder schools",
)
RATE = Indicator(
    "feeder_demonstration_rate",
    FAMILY.name,
    message("share"),
    message("Of each feeder school: its applicants admitted to demonstration schools / its applicants."),
    "practice.md, Indicators: between feeder schools",
    "各初中示范高中录取率",
    "neither",
)
GINI = Indicator(
    "feeder_demonstration_gini",
    FAMILY.name,
    message("index, 0 to 1"),
    message(
        "Gini coefficient of feeder_demonstration_rate over feeder schools with applicants, each counted once: "
        "Σ_i Σ_j |r_i − r_j| / (2 n² × mean rate)."
    ),
    "practice.md, Indicators: between feeder schools; Gini 1912",
    "各初中示范高中录取率基尼系数",
    "worse",
)
VARIATION = Indicator(
    "feeder_demonstration_variation",
    FAMILY.name,
    message("ratio"),
    message(
        "Coefficient of variation of feeder_demonstration_rate over feeder schools with applicants, each counted once: "
        "standard deviation (of the population: divided by n) / mean."
    ),
    "practice.md, Indicators: between feeder schools",
    "各初中示范高中录取率变异系数",
    "worse",
)
NONE = Indicator(
    "feeder_schools_with_none",
    FAMILY.name,
    message("share"),
    message(
        "Feeder schools with applicants of whom none was admitted to a demonstration school / those with applicants."
    ),
    "practice.md, Indicators: between feeder schools",
    "无人录取示范高中的初中占比",
    "worse",
)
INDICATORS = (RATE, GINI, VARIATION, NONE)


def rows(facts: Facts) -> Iterator[Row]:
    inside = in_demonstration(facts)
    if inside is None:
        yield from (missing(indicator, NO_TIER) for indicator in INDICATORS)
        return
    school = facts.scenario.cohort.applicants.feeder_school
    ids = facts.scenario.cohort.feeder_school_ids
    present = np.bincount(school[school >= 0], minlength=len(ids))
    admitted = np.bincount(school[inside & (school >= 0)], minlength=len(ids))
    for i in np.flatnonzero(present).tolist():
        yield quotient(RATE, "feeder_school", ids[i], int(admitted[i]), int(present[i]))
    dimensions = of_feeder_schools(facts.scenario)
    for indicator, measure in ((GINI, gini), (VARIATION, variation)):
        for dimension in dimensions:
            yield from unknown(indicator, dimension)
            for i, group in enumerate(dimension.groups):
                of_group = (dimension.group_of == i) & (present > 0)
                yield measured(indicator, dimension.name, group, measure(admitted[of_group], present[of_group]))
    yield from quotients(NONE, dimensions, (present > 0) & (admitted == 0), present > 0)


def gini(numerators: IntArray, denominators: IntArray) -> float | None:
    """The Gini coefficient of the quotients, each counted once; None where they are all 0 or there are none."""
    rates = np.sort(numerators / denominators)
    total = fsum(rates)
    if total == 0:
        return None
    # With the rates in ascending order, the i-th is the larger one in i pairs and the smaller one in n − 1 − i.
    places = 2 * np.arange(len(rates)) + 1 - len(rates)
    return fsum(places * rates) / (len(rates) * total)


def variation(numerators: IntArray, denominators: IntArray) -> float | None:
    """Standard deviation over mean of the quotients, each counted once; None where the mean is 0."""
    rates = numerators / denominators
    total = fsum(rates)
    if total == 0:
        return None
    mean = total / len(rates)
    return sqrt(fsum((rates - mean) ** 2) / len(rates)) / mean
