"""The summary of an outcome: counts and shares that are published (formats.md, section 3)."""

from __future__ import annotations

from typing import Any

import polars as pl

from allocator.outcome.decimals import share
from allocator.outcome.outcome import ControlLineStep
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, REVERTED


def summarise(
    scenario: Scenario, assignments: pl.DataFrame, lines: pl.DataFrame, steps: tuple[ControlLineStep, ...]
) -> dict[str, Any]:
    """Applicants, admissions by track and batch, the guideline, first choices, reserved seats.

    Every share is given as a decimal string and as the exact fraction.
    """
    cohort, settings = scenario.cohort, scenario.settings
    tracks = pl.DataFrame({"programme_id": cohort.programmes.ids, "general": cohort.programmes.is_general})
    admitted = assignments.filter(pl.col("programme_id").is_not_null()).join(tracks, on="programme_id", how="left")
    general = int(admitted["general"].sum())
    filed = int(cohort.filed.sum())
    first = int((admitted["choice"] == 1).sum())
    return {
        "scenario": settings.name,
        "applicants": assignments.height,
        "filed": filed,
        "seats": int(cohort.seats.seats.sum()) if cohort.seats else 0,
        "admitted": admitted.height,
        "general": general,
        "vocational": admitted.height - general,
        "unplaced": assignments.height - admitted.height,
        "general_share": share(general, admitted.height),
        "guideline": _guideline(scenario, steps),
        "control_lines": dict(steps[-1].lines) if steps else {},
        "control_line_steps": [step.as_json() for step in steps],
        "first_choice": share(first, filed),
        "reserved_seats": _reserved(scenario, lines),
        "by_batch": {batch.name: _batch(batch.name, admitted, lines) for batch in settings.batches},
    }


def _guideline(scenario: Scenario, steps: tuple[ControlLineStep, ...]) -> dict[str, Any] | None:
    guideline = scenario.settings.guideline
    if guideline is None:
        return None
    last = steps[-1]
    met = {s: last.general[s] <= guideline.limit * last.basis[s] for s in last.general}
    return {
        "limit": str(guideline.limit),
        "basis": guideline.basis,
        "enforce": guideline.enforce,
        "met": all(met.values()),
        "scopes": {s: {**share(last.general[s], last.basis[s]), "met": met[s]} for s in last.general},
    }


def _batch(name: str, admitted: pl.DataFrame, lines: pl.DataFrame) -> dict[str, Any]:
    here = admitted.filter(pl.col("batch") == name)
    rows = lines.filter((pl.col("batch") == name) & (pl.col("pool") != REVERTED))
    by_pool = here.group_by("pool").len().sort("pool")
    return {
        "seats": int(rows["seats"].sum()),
        "admitted": here.height,
        "general": int(here["general"].sum()),
        "by_pool": dict(zip(by_pool["pool"].to_list(), by_pool["len"].to_list(), strict=True)),
        "unfilled": int((rows["seats"] - rows["admitted"]).clip(0).sum()),
    }


def _reserved(scenario: Scenario, lines: pl.DataFrame) -> dict[str, Any]:
    """Completion of every reserved pool: admissions through it / its seats."""
    result: dict[str, Any] = {}
    for name in scenario.settings.pools:
        rows = lines.filter(pl.col("pool") == name)
        if name != OPEN and rows.height:
            result[name] = share(int(rows["admitted"].sum()), int(rows["seats"].sum()))
    return result
