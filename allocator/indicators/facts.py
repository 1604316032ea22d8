"""An outcome beside its scenario, as arrays: what every family of indicators counts in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from allocator.indicators import dimensions
from allocator.indicators.dimensions import Dimension, at, positions
from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.indicator_settings import IndicatorSettings
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, REVERTED


@dataclass(frozen=True)
class Facts:
    """Applicants in the order of their table, programmes in that of theirs, batches as written."""

    scenario: Scenario
    outcome: Outcome
    settings: IndicatorSettings
    programme: IntArray  # (applicant,) of the admission, -1 for the unplaced
    batch: IntArray  # (applicant,) of the admission, -1 for the unplaced
    pool: IntArray  # (applicant,) of the admission, position in pool_names, -1 for the unplaced
    pool_names: tuple[str, ...]  # `reverted` too
    choice: IntArray  # (applicant,) choice number, 0 for the unplaced and where there was no list (R11)
    by_applicant: tuple[Dimension, ...]
    by_programme: tuple[Dimension, ...]
    open_lines: Mapping[int, Mapping[int, str]]  # R6, where there is one: programme to batch to score

    @property
    def filed(self) -> BoolArray:
        """(applicant,) has a choice list in some batch."""
        return self.scenario.cohort.filed

    @property
    def admitted(self) -> BoolArray:
        """(applicant,)"""
        return self.programme >= 0

    @property
    def applicants(self) -> BoolArray:
        """(applicant,) everybody."""
        return np.ones(len(self.programme), dtype=np.bool_)

    def in_track(self, track: str) -> BoolArray:
        """(applicant,) admitted in the track."""
        general: BoolArray = self.general
        return general if track == "general" else self.admitted & ~general

    @property
    def general(self) -> BoolArray:
        """(applicant,) admitted in the general track (普高)."""
        result: BoolArray = np.append(self.scenario.cohort.programmes.is_general, False)[self.programme]
        return result

    @property
    def track(self) -> Dimension:
        """Admitted applicants by track."""
        tracks = dimensions.by_track(self.scenario.cohort)
        return Dimension(tracks.name, tracks.groups, at(tracks.group_of, self.programme))

    @property
    def batches(self) -> Dimension:
        """Admitted applicants by batch."""
        return Dimension("batch", tuple(batch.name for batch in self.scenario.settings.batches), self.batch)

    def took_part(self, batch: int) -> BoolArray:
        """(applicant,) has a list in the batch and was not admitted before it."""
        choices = self.scenario.cohort.choices
        result = np.zeros(len(self.batch), dtype=np.bool_)
        result[choices.applicant[slice(*np.searchsorted(choices.batch, [batch, batch + 1]))]] = True
        result &= (self.batch < 0) | (self.batch >= batch)
        return result

    def listed(self, track: str) -> BoolArray:
        """(applicant,) listed a programme of the track in some batch."""
        cohort = self.scenario.cohort
        in_track = cohort.programmes.is_general == (track == "general")
        result = np.zeros(len(cohort.applicants), dtype=np.bool_)
        result[cohort.choices.applicant[in_track[cohort.choices.programme]]] = True
        return result

    @property
    def of_programmes(self) -> IntArray:
        """(programme,) admissions."""
        return np.bincount(self.programme[self.admitted], minlength=len(self.scenario.cohort.programmes))


def facts(scenario: Scenario, outcome: Outcome, settings: IndicatorSettings) -> Facts:
    """The arrays of an outcome of the scenario."""
    cohort, assignments = scenario.cohort, outcome.assignments
    pool_names = tuple(dict.fromkeys((OPEN, *scenario.settings.pools, REVERTED)))
    batch_names = [batch.name for batch in scenario.settings.batches]
    return Facts(
        scenario,
        outcome,
        settings,
        programme=positions(assignments["programme_id"], pl.Series(cohort.programmes.ids, dtype=pl.String)),
        batch=positions(assignments["batch"], pl.Series(batch_names, dtype=pl.String)),
        pool=positions(assignments["pool"], pl.Series(pool_names, dtype=pl.String)),
        pool_names=pool_names,
        choice=np.asarray(assignments["choice"].fill_null(0).to_numpy(), dtype=np.int64),
        by_applicant=dimensions.of_applicants(scenario, settings),
        by_programme=dimensions.of_programmes(cohort),
        open_lines=_open_lines(outcome, cohort.programmes.ids, batch_names),
    )


def _open_lines(outcome: Outcome, programme_ids: tuple[str, ...], batch_names: list[str]) -> dict[int, dict[int, str]]:
    """R6: a programme has an open line where it has open seats and all were taken."""
    full = outcome.lines.filter(
        (pl.col("pool") == OPEN) & (pl.col("seats") > 0) & (pl.col("admitted") >= pl.col("seats"))
    )
    programme = {name: i for i, name in enumerate(programme_ids)}
    found: dict[int, dict[int, str]] = {}
    for batch, programme_id, line in zip(full["batch"], full["programme_id"], full["line"], strict=True):
        found.setdefault(programme[programme_id], {})[batch_names.index(batch)] = line
    return found
