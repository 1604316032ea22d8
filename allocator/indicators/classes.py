"""Large classes (大班额) and super-large ones, as the announced class sizes would make them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotients, totals
from allocator.scenario.cohort import IntArray

FAMILY = Family(
    "classes",
    "班额",
    message(
        "Classes of this year's admissions: of a programme with n admissions and class size s, ⌈n / s⌉ classes, as "
        "equal as possible. Programmes without a class_size are left out."
    ),
    "practice.md, Indicators: classes needed = ⌈students / size⌉",
)
CLASSES = Indicator(
    "classes_needed",
    FAMILY.name,
    message("classes"),
    message("Sum over programmes with a class_size of ⌈admissions / class_size⌉."),
    "practice.md, Indicators: classes needed = ⌈students / size⌉",
    "所需班数",
    "neither",
)
LARGE = Indicator(
    "large_class_share",
    FAMILY.name,
    message("share"),
    message("Classes of 56 students and more (or as the scenario says) / classes_needed."),
    "practice.md, Indicators: large-class share",
    "大班额比例",
    "worse",
)
SUPER_LARGE = Indicator(
    "super_large_class_share",
    FAMILY.name,
    message("share"),
    message("Classes of 66 students and more (or as the scenario says) / classes_needed."),
    "practice.md, Class size: 66 and more is super-large",
    "超大班额比例",
    "worse",
)
INDICATORS = (CLASSES, LARGE, SUPER_LARGE)
_NO_SIZES = message("the programmes table has no class sizes (class_size)")


def rows(facts: Facts) -> Iterator[Row]:
    sizes = class_sizes(facts)
    if sizes is None:
        yield from (missing(indicator, _NO_SIZES) for indicator in INDICATORS)
        return
    classes = _classes(facts.of_programmes, sizes)
    yield from totals(CLASSES, facts.by_programme, classes)
    for indicator, least in ((LARGE, facts.settings.large_class), (SUPER_LARGE, facts.settings.super_large_class)):
        yield from quotients(indicator, facts.by_programme, at_least(facts.of_programmes, classes, least), classes)


def class_sizes(facts: Facts) -> IntArray | None:
    """(programme,) applicants of one class, 0 where that is not a whole number above 0; None where nothing is said."""
    table = facts.scenario.cohort.programmes.table
    if "class_size" not in table.columns:
        return None
    sizes = table["class_size"].cast(pl.Int64, strict=False).fill_null(0)
    return np.maximum(sizes.to_numpy(), 0) if (sizes > 0).any() else None


def _classes(students: IntArray, sizes: IntArray) -> IntArray:
    return np.where(sizes > 0, -(-students // np.maximum(sizes, 1)), 0)


def at_least(students: IntArray, classes: IntArray, least: int) -> IntArray:
    """(programme,) classes with at least so many students, when students are spread as equally as possible."""
    smaller, num_larger = np.divmod(students, np.maximum(classes, 1))
    result: IntArray = np.where(smaller >= least, classes, np.where(smaller + 1 >= least, num_larger, 0))
    return np.where(classes > 0, result, 0)
