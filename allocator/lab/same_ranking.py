"""Whether two scenarios rank applicants alike (R2)."""

from __future__ import annotations

import numpy as np

from allocator.scenario.cohort import Numbers
from allocator.scenario.scenario import Scenario


def same_ranking(ours: Scenario, name: str, theirs: Scenario, other: str) -> bool:
    """Whether two rankings compare the same applicants by the same numbers in the same way.

    The lottery seed is left out: it moves nobody but equals. So are other applicants, whose effect the lines tell.
    """
    rule, other_rule = ours.settings.rankings[name], theirs.settings.rankings[other]
    if (rule.ties, len(rule.tie_break)) != (other_rule.ties, len(other_rule.tie_break)):
        return False
    people, others = ours.cohort.applicants, theirs.cohort.applicants
    columns = list(zip((rule.score, *rule.tie_break), (other_rule.score, *other_rule.tie_break), strict=True))
    if people is others:
        return all(a == b for a, b in columns)
    if not people.ids.equals(others.ids):
        return True
    return all(_same_numbers(people.numbers.get(a), others.numbers.get(b)) for a, b in columns)


def _same_numbers(ours: Numbers | None, theirs: Numbers | None) -> bool:
    """Whether two columns hold the same; the priorities table is no column, and is not looked into."""
    if ours is None or theirs is None:
        return ours is theirs
    scale = max(ours.scale, theirs.scale)
    return np.array_equal(ours.missing, theirs.missing) and np.array_equal(ours.at_scale(scale), theirs.at_scale(scale))
