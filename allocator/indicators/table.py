"""The indicators of an outcome, all families in turn, and the registry of what they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from allocator.indicators import (
    choices,
    classes,
    demonstration,
    enrolment,
    fairness,
    feeder_schools,
    general_share,
    lines,
    quota,
    seat_gap,
    seats,
    segregation,
    teachers,
)
from allocator.indicators.facts import facts
from allocator.indicators.indicator import INDICATORS_SCHEMA, Family, Indicator
from allocator.outcome.outcome import Outcome
from allocator.scenario.indicator_settings import IndicatorSettings
from allocator.scenario.scenario import Scenario

_FAMILIES = (
    general_share,
    enrolment,
    choices,
    seats,
    quota,
    lines,
    demonstration,
    feeder_schools,
    segregation,
    classes,
    teachers,
    seat_gap,
    fairness,
)
FAMILIES: Mapping[str, Family] = {family.FAMILY.name: family.FAMILY for family in _FAMILIES}
INDICATORS: Mapping[str, Indicator] = {
    indicator.name: indicator for family in _FAMILIES for indicator in family.INDICATORS
}


def indicators(
    scenario: Scenario,
    outcome: Outcome,
    settings: IndicatorSettings | None = None,
    families: Collection[str] = tuple(FAMILIES),
) -> pl.DataFrame:
    """The indicators of an outcome of the scenario, all or those of some families; INDICATORS_SCHEMA.

    What the tables do not tell is not guessed: its row has no value and says why under ``absent``. The order of rows
    is that of the registry, then of the groupings.

    Args:
        settings: what counts as what; the scenario's own section if not given.
    """
    settings = settings or scenario.settings.indicators
    known = facts(scenario, outcome, settings)
    rows = [row for family in _FAMILIES if family.FAMILY.name in families for row in family.rows(known)]
    of = [INDICATORS[row.indicator] for row in rows]
    return pl.DataFrame(
        {
            "family": [indicator.family for indicator in of],
            "indicator": [row.indicator for row in rows],
            "group_by": [row.group_by for row in rows],
            "group": [row.group for row in rows],
            "numerator": [row.numerator for row in rows],
            "denominator": [row.denominator for row in rows],
            "value": [row.value for row in rows],
            "unit": [indicator.unit for indicator in of],
            "absent": [row.absent for row in rows],
        },
        schema=INDICATORS_SCHEMA,
    )
