"""Small outcomes to write and read, made without an engine; and what a result folder holds, byte by byte."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from allocator.outcome.outcome import (
    ASSIGNMENTS_SCHEMA,
    CLOSURES_SCHEMA,
    FEEDER_SEATS_SCHEMA,
    FLOORS_SCHEMA,
    LINES_SCHEMA,
    PRICES_SCHEMA,
    VACANCIES_SCHEMA,
    ControlLineStep,
    OptimalBatch,
    Outcome,
)

FILES = {
    "assignments.csv", "lines.csv", "feeder_seats.csv", "floors.csv", "closures.csv", "vacancies.csv", "prices.csv",
    "summary.json", "manifest.json",
}  # fmt: skip


def small_outcome(programme: str = "一中", *, num_applicants: int = 3) -> Outcome:
    """An outcome in which everybody but the first is admitted to one programme; texts that CSV has to quote."""
    ids = [f"0{i}" for i in range(num_applicants)]
    steps = (
        ControlLineStep(lines={}, general={"": 3}, basis={"": 4}),
        ControlLineStep(lines={"": "412.5"}, general={"": 2}, basis={"": 4}),
    )
    claim = OptimalBatch(
        "late",
        "crossing bounds",
        {"placed": 3, "guideline": "1/2", "profile_greedy": [2, 1]},
        bounds={"guideline": "1/3"},
        price_scale=6,
        counts=({"programmes": [programme], "count": 3},),
    )
    return Outcome(
        assignments=pl.DataFrame(
            {
                "applicant_id": ids,
                "programme_id": [None, *[programme] * (num_applicants - 1)],
                "batch": [None, *["main"] * (num_applicants - 1)],
                "pool": [None, *["open"] * (num_applicants - 1)],
                "choice": [None, *[1] * (num_applicants - 1)],
            },
            schema=ASSIGNMENTS_SCHEMA,
        ),
        lines=pl.DataFrame(
            [
                ("main", programme, "open", None, 2, 2, "655", 1, "00ff"),
                ("main", programme, "feeder", 'a,"b"', 2, 0, None, None, None),
            ],
            schema=LINES_SCHEMA,
            orient="row",
        ),
        feeder_seats=pl.DataFrame([("main", programme, "007", 2)], schema=FEEDER_SEATS_SCHEMA, orient="row"),
        floors=pl.DataFrame([("main", programme, "feeder", "12.5", None)], schema=FLOORS_SCHEMA, orient="row"),
        control_line_steps=steps,
        optimal=(claim,),
        closures=pl.DataFrame([(programme, 20, 12, True, False)], schema=CLOSURES_SCHEMA, orient="row"),
        vacancies=pl.DataFrame([(programme, 3, 0)], schema=VACANCIES_SCHEMA, orient="row"),
        prices=pl.DataFrame(
            [("late", "choice", "cell", None, programme, "open", None, 7)], schema=PRICES_SCHEMA, orient="row"
        ),
        summary={
            "programme": programme,
            "control_line_steps": [
                {"lines": dict(s.lines), "general": dict(s.general), "basis": dict(s.basis)} for s in steps
            ],
            "optimal": [claim.as_json()],
        },
        manifest={"allocator": "0", "lottery_seed": programme},
    )


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, also in folders below it."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
