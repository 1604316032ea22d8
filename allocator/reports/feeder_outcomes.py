"""Where the applicants of each feeder school went: what its table and the maps state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.indicators.dimensions import Dimension
from allocator.reports.material import Material
from allocator.reports.stated_counts import counts_by_destination, shown_counts
from allocator.scenario.cohort import BoolArray, IntArray


@dataclass(frozen=True)
class FeederOutcomes:
    """Feeder schools that have applicants, in the order of the cohort."""

    schools: tuple[str, ...]  # identifiers
    areas: tuple[str, ...]  # (school,) empty where the tables name none
    counts: IntArray  # (school, destination)
    shown: BoolArray  # (school, destination) which counts are stated; in a public notice area by area


def feeder_outcomes(material: Material) -> FeederOutcomes:
    """Each feeder school's applicants by destination; a public notice states them without revealing single ones."""
    cohort = material.scenario.cohort
    ids = cohort.feeder_school_ids
    counts = counts_by_destination(material, Dimension("feeder_school", ids, cohort.applicants.feeder_school))
    present = np.flatnonzero(counts.any(axis=1))
    schools = tuple(ids[i] for i in present.tolist())
    areas = tuple(material.names.area_of_feeder_school.get(school, "") for school in schools)
    counts = counts[present]
    shown = np.ones(counts.shape, dtype=np.bool_)
    for area in sorted(set(areas)):
        here = np.array([a == area for a in areas], dtype=np.bool_)
        shown[here] = shown_counts(material, counts[here])
    return FeederOutcomes(schools, areas, counts, shown)
