"""R1's groups, evaluated here once more: all tests of a group must hold, and a missing value fails every test."""

from __future__ import annotations

import numpy as np

from allocator.scenario.cohort import Applicants, BoolArray, Numbers
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import Interval, OneOf, Test
from allocator.verification.exact import at_scale

TRUE_WORDS = ["true", "1", "yes", "是"]


def group_members(scenario: Scenario) -> dict[str, BoolArray]:
    """Who is in each group that a pool or a reassignment names; (applicant,) each."""
    groups = [pool.group for pool in scenario.settings.pools.values()]
    groups += [batch.group for batch in scenario.settings.batches]
    everybody = np.ones(len(scenario.cohort.applicants), dtype=np.bool_)
    members: dict[str, BoolArray] = {}
    for name in sorted({name for name in groups if name is not None}):
        inside = everybody.copy()
        for column, test in scenario.settings.groups[name].items():
            inside &= holds(scenario.cohort.applicants, column, test)
        members[name] = inside
    return members


def holds(applicants: Applicants, column: str, test: Test) -> BoolArray:
    """Who passes one test; (applicant,)."""
    if isinstance(test, Interval):
        return _inside(applicants.numbers[column], test)
    cells = applicants.table[column]
    if isinstance(test, bool):
        is_true = cells.str.to_lowercase().is_in(TRUE_WORDS)
        answer = is_true if test else ~is_true
    elif isinstance(test, OneOf):
        answer = cells.is_in(list(test.one_of))
    else:
        answer = cells == test
    return np.asarray((answer & cells.is_not_null()).fill_null(False).to_numpy(), dtype=np.bool_)


def _inside(numbers: Numbers, test: Interval) -> BoolArray:
    inside = ~numbers.missing
    if test.at_least is not None:
        # An integer of the column's scale reaches a bound when it reaches the bound rounded up to that scale.
        inside &= numbers.unscaled >= at_scale(test.at_least, numbers.scale)
    if test.at_most is not None:
        inside &= -numbers.unscaled >= at_scale(-test.at_most, numbers.scale)
    return np.asarray(inside, dtype=np.bool_)
