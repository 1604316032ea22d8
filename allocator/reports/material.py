"""What the parts of a report are made from: an outcome beside its scenario, verified again and measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from allocator.errors import Translate, VerificationError
from allocator.indicators import indicators
from allocator.indicators.demonstration import in_demonstration
from allocator.indicators.dimensions import programme_texts
from allocator.indicators.facts import Facts, facts
from allocator.language import translator
from allocator.outcome.outcome import Outcome
from allocator.reports.names import Names, indicator_title, names_of
from allocator.reports.small_groups import LEAST_GROUP
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario
from allocator.verification import Certificate, verify


@dataclass(frozen=True)
class Material:
    """Everything that a section or sheet may use."""

    facts: Facts
    certificate: Certificate
    indicators: pl.DataFrame  # INDICATORS_SCHEMA
    names: Names
    language: str
    is_public: bool  # a notice: names and identifiers masked, small groups withheld

    @property
    def scenario(self) -> Scenario:
        return self.facts.scenario

    @property
    def outcome(self) -> Outcome:
        return self.facts.outcome

    @property
    def translate(self) -> Translate:
        return translator(self.language)

    @cached_property
    def by_indicator(self) -> Mapping[tuple[str, str, str], Mapping[str, Any]]:
        """Rows of the indicators by name, grouping and group."""
        return {(row["indicator"], row["group_by"], row["group"]): row for row in self.indicators.to_dicts()}

    @cached_property
    def of_demonstration(self) -> BoolArray | None:
        """(applicant,) admitted to a demonstration school; None where the tables name none."""
        return in_demonstration(self.facts)

    @cached_property
    def destination_titles(self) -> tuple[str, ...]:
        """What the destinations are called."""
        return destination_titles(self.of_demonstration is not None, self.translate)

    @cached_property
    def destination(self) -> IntArray:
        """(applicant,) position in DESTINATIONS."""
        of_demonstration = self.of_demonstration
        result = np.where(self.facts.admitted, np.where(self.facts.general, GENERAL, VOCATIONAL), UNPLACED)
        if of_demonstration is not None:
            result[of_demonstration & self.facts.general] = DEMONSTRATION
        return result.astype(np.int64)

    def withholds(self, count: int) -> bool:
        """Whether a public notice does not state what tells about so few."""
        return self.is_public and 0 < count < LEAST_GROUP

    def indicator_title(self, name: str) -> str:
        """What an indicator is called."""
        return indicator_title(name, self.language)


# Where applicants end up, best known first; the first is empty where no tier counts as demonstration.
DEMONSTRATION, GENERAL, VOCATIONAL, UNPLACED = range(4)


def destination_titles(has_demonstration: bool, translate: Translate) -> tuple[str, ...]:
    """What the destinations are called, where some schools are demonstration schools and where none is known."""
    other = translate("other general school")
    return (
        translate("demonstration general school"),
        other if has_demonstration else translate("general school"),
        translate("vocational school"),
        translate("unplaced"),
    )


def programme_kinds(scenario: Scenario) -> IntArray:
    """(programme,) the destination that each is."""
    cohort, tiers = scenario.cohort, programme_texts(scenario.cohort, "tier")
    kind: IntArray = np.where(cohort.programmes.is_general, GENERAL, VOCATIONAL).astype(np.int64)
    if tiers is not None:
        of_best = tiers.is_in(list(scenario.settings.indicators.demonstration)).fill_null(False)
        kind[np.asarray(of_best.to_numpy(), dtype=np.bool_) & cohort.programmes.is_general] = DEMONSTRATION
    return kind


def gather(scenario: Scenario, outcome: Outcome, *, language: str, is_public: bool) -> Material:
    """Verify and measure an outcome.

    Raises:
        VerificationError: if the outcome breaches a property: nothing is reported of it.
    """
    certificate = verify(scenario, outcome)
    if certificate.breaches:
        raise VerificationError(certificate.breaches)
    return Material(
        facts(scenario, outcome, scenario.settings.indicators),
        certificate,
        indicators(scenario, outcome),
        names_of(scenario),
        language,
        is_public,
    )
