"""An outcome: who was admitted where, the lines that decided it, and what is published about it (formats.md, 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from allocator.outcome import files
from allocator.outcome.schemas import (
    ASSIGNMENTS_SCHEMA,
    CLOSURES_SCHEMA,
    FEEDER_SEATS_SCHEMA,
    FLOORS_SCHEMA,
    LINES_SCHEMA,
    PRICES_SCHEMA,
    VACANCIES_SCHEMA,
    ControlLineStep,
    OptimalBatch,
)

__all__ = [
    "ASSIGNMENTS_SCHEMA",
    "CLOSURES_SCHEMA",
    "FEEDER_SEATS_SCHEMA",
    "FLOORS_SCHEMA",
    "LINES_SCHEMA",
    "PRICES_SCHEMA",
    "VACANCIES_SCHEMA",
    "ControlLineStep",
    "OptimalBatch",
    "Outcome",
]


@dataclass(frozen=True)
class Outcome:
    """The result of a run. Frames hold identifiers, never positions, so that an outcome stands by itself."""

    assignments: pl.DataFrame  # ASSIGNMENTS_SCHEMA, one row per applicant in the order of their table; null = unplaced
    lines: (
        pl.DataFrame
    )  # LINES_SCHEMA, by batch, then programme, pool in written order (`reverted` last), feeder school
    feeder_seats: pl.DataFrame  # FEEDER_SEATS_SCHEMA, the matrix that was used
    floors: pl.DataFrame  # FLOORS_SCHEMA, the floors that were in force (R6); no row where there was none
    control_line_steps: tuple[
        ControlLineStep, ...
    ]  # the rounds of R8, the last is the outcome's own; () without guideline
    optimal: tuple[OptimalBatch, ...] = ()  # of each optimal or reassignment batch, in order (R10, R11)
    closures: pl.DataFrame = field(default_factory=CLOSURES_SCHEMA.to_frame)
    vacancies: pl.DataFrame = field(default_factory=VACANCIES_SCHEMA.to_frame)  # by programme_id
    prices: pl.DataFrame = field(default_factory=PRICES_SCHEMA.to_frame)  # no rows where no bounds cross
    summary: Mapping[str, Any] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_proven(self) -> bool:
        """Whether every optimum is proven: of optimal batches, and of the programmes that close (R10)."""
        closures = self.summary.get("closures")
        return all(claim.is_proven for claim in self.optimal) and (closures is None or bool(closures["proven"]))

    def write(self, folder: str | Path, *, overwrite: bool = False, seconds: Mapping[str, float] | None = None) -> None:
        """Write the result folder: it appears whole or not at all.

        Args:
            folder: its place; the scenario's place is kept relative to it.
            overwrite: replace an earlier result there.
            seconds: time of each phase, for the manifest.

        Raises:
            UsageError: if the folder exists and may not be replaced.
        """
        files.write(self, Path(folder), overwrite=overwrite, seconds=seconds or {})

    @classmethod
    def read(cls, folder: str | Path) -> Outcome:
        """Read a result folder.

        Raises:
            InputError: if a file is missing, is not what it should be, or is not the one that was written.
        """
        return files.read(Path(folder))
