"""What became of feeder seats (指标完成情况): cells of feeder schools, from the published lines."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from allocator.indicators.quota import through_quota
from allocator.outcome.decimals import decimal_text
from allocator.reports.material import Material
from allocator.reports.published_lines import Rankings

CELL = ("batch", "programme_id", "pool", "feeder_school_id")


def cells(material: Material) -> pl.DataFrame:
    """The published cells: CELL, seats, admitted, line; one row for each."""
    return material.outcome.lines.filter(pl.col("feeder_school_id").is_not_null())


def by_feeder_school(material: Material) -> pl.DataFrame:
    """Seats and admissions of each feeder school that has a cell: feeder_school_id, seats, admitted."""
    return cells(material).group_by("feeder_school_id").agg(pl.sum("seats", "admitted")).sort("feeder_school_id")


def highest_scores(material: Material, rankings: Rankings) -> Mapping[tuple[str, str, str, str], str]:
    """The highest score admitted through each cell, as an exact decimal; the lowest is its line."""
    facts, cohort = material.facts, material.scenario.cohort
    people = np.flatnonzero(through_quota(facts))
    batches = facts.batches.groups
    highest: dict[tuple[str, str, str, str], str] = {}
    for ranking, order in rankings.orders.items():
        for batch in range(len(batches)):
            here = people[facts.batch[people] == batch]
            own = np.array([rankings.of(batches[batch], cohort.programmes.ids[p]) for p in facts.programme[here]])
            here = here[own == ranking] if len(here) else here
            if not len(here):
                continue
            row, _ = order.rows(facts.programme[here], here, len(cohort.applicants))
            by_score = np.argsort(order.score[row], kind="stable")
            for person, score in zip(here[by_score].tolist(), order.score[row[by_score]].tolist(), strict=True):
                key = (
                    batches[batch],
                    cohort.programmes.ids[facts.programme[person]],
                    facts.pool_names[facts.pool[person]],
                    cohort.feeder_school_ids[cohort.applicants.feeder_school[person]],
                )
                highest[key] = decimal_text(score, order.scale)
    return highest
