"""Scenarios of a few lines, written as text."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import allocator
from allocator.outcome.outcome import ASSIGNMENTS_SCHEMA, Outcome
from allocator.scenario.scenario import Scenario
from tests.unit.verification.town import published


def small_scenario(
    folder: Path,
    *,
    applicants: str,
    seats: str,
    choices: str,
    rules: str = "",
    batches: str = "[{name: main, ranking: exam, pools: [open]}]",
    ranking: str = "{score: total}",
    programmes: str = "",
    **tables: str,
) -> Scenario:
    """A scenario from its tables without headers but that of the applicants; lines are separated by spaces.

    Programmes are "id,track" or "id,track,ranking"; without them, every programme with seats is vocational.
    """
    own = ",ranking" if programmes.count(",") > programmes.count(" ") + 1 else ""
    offered = dict.fromkeys(line.split(",")[1] for line in seats.split())
    texts = {
        "applicants": applicants.split(),
        "programmes": [f"programme_id,track{own}", *(programmes.split() or [f"{p},vocational" for p in offered])],
        "seats": ["batch,programme_id,pool,seats", *seats.split()],
        "choices": ["applicant_id,batch,choice,programme_id", *choices.split()],
        **{name: text.split() for name, text in tables.items()},
    }
    for name, lines in texts.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    listed = ", ".join(f"{name}: {name}.csv" for name in texts)
    (folder / "scenario.yaml").write_text(
        f"version: 1\nname: small\nlottery_seed: seed\ntables: {{{listed}}}\nrankings:\n  exam: {ranking}\n"
        f"batches: {batches}\n{rules}\n",
        encoding="utf-8",
    )
    return allocator.load(folder)


def with_rows(scenario: Scenario, outcome: Outcome, *rows: str) -> Outcome:
    """The outcome with other assignments: "applicant programme batch pool choice" each, the others unplaced."""
    given = {row.split()[0]: row.split()[1:] for row in rows}
    table = [
        (i, *given[i][:3], int(given[i][3])) if i in given else (i, None, None, None, None)
        for i in scenario.cohort.applicants.ids
    ]
    return published(scenario, outcome, pl.DataFrame(table, schema=ASSIGNMENTS_SCHEMA, orient="row"))
