"""What a sweep came to, as tables: each is worked out once, for the files, the page, the workbook and the console."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from typing import Any

import polars as pl

from allocator.lab.bands import bands
from allocator.lab.exact import rounded
from allocator.lab.figures_of_points import Points, figure_of_points
from allocator.lab.frontier import frontier
from allocator.lab.measure import ROWS_SCHEMA
from allocator.lab.sweep import Sweep, Swept
from allocator.lab.sweep_settings import Figure, figure_of
from allocator.lab.tornado import tornado, value_text

FIND_SCHEMA = pl.Schema(
    {
        "reach": pl.String,
        "by": pl.String,
        "baseline": pl.String,  # of the lever
        "value": pl.String,  # the nearest that meets the target; null where none does
        "reached": pl.String,  # the figure there, exact, rounded to six places
        "tried": pl.Int64,
    }
)


@dataclass(frozen=True)
class Results:
    """The tables of a sweep; those that were not asked for are None."""

    swept: Swept
    _points: dict[Figure, Points] = field(default_factory=dict, repr=False)

    @property
    def sweep(self) -> Sweep:
        return self.swept.sweep

    @cached_property
    def levers(self) -> tuple[str, ...]:
        """Every path that the sweep moves, in the order of its file."""
        settings = self.sweep.settings
        grids = (path for grid in settings.vary for path in grid)
        return tuple(dict.fromkeys([*grids, *settings.tornado, *settings.repeat]))

    @cached_property
    def rows(self) -> pl.DataFrame:
        """One row per variant and indicator: ``variant``, then ROWS_SCHEMA."""
        schema: dict[str, pl.DataType] = {"variant": pl.Int64(), **ROWS_SCHEMA}
        parts = [pl.DataFrame(schema=schema)]
        for variant, measured in zip(self.sweep.variants, self.swept.measured, strict=True):
            parts.append(measured.frame().select(pl.lit(variant.index, dtype=pl.Int64).alias("variant"), pl.all()))
        return pl.concat(parts, rechunk=True)

    @cached_property
    def variants(self) -> pl.DataFrame:
        """One row per variant: its point, what became of it, and the value of every lever that the sweep moves.

        A lever that a variant does not move is empty: it is as in the baseline.
        """
        made, measured = self.sweep.variants, self.swept.measured
        columns: dict[str, list[Any]] = {
            "variant": [v.index for v in made],
            "point": [v.point for v in made],
            **{name: [getattr(m, name) for m in measured] for name in ("status", "why", "verified", "control_lines")},
            **{
                path: [value_text(v.overrides[path]) if path in v.overrides else None for v in made]
                for path in self.levers
            },
        }
        schema = pl.Schema({name: pl.Int64 if name in ("variant", "point") else pl.String for name in columns})
        return pl.DataFrame(columns, schema=schema)

    @cached_property
    def bands(self) -> pl.DataFrame | None:
        return bands(self.variants, self.rows) if self.sweep.settings.repeat else None

    @cached_property
    def frontier(self) -> pl.DataFrame | None:
        better = self.sweep.settings.frontier
        if not better:
            return None
        figures = {text: self.points(figure_of(text)) for text in better}
        return frontier(figures, better, sorted({variant.point for variant in self.sweep.variants}))

    @cached_property
    def tornado(self) -> pl.DataFrame | None:
        levers = list(self.sweep.settings.tornado)
        return tornado(levers, self.sweep.variants, self.rows) if levers else None

    @cached_property
    def find(self) -> pl.DataFrame | None:
        """FIND_SCHEMA."""
        if not self.sweep.settings.find:
            return None
        rows = [
            {
                "reach": f.find.reach,
                "by": f.find.by,
                "baseline": value_text(f.baseline),
                "value": None if f.reached is None else value_text(f.value),
                "reached": None if f.reached is None else rounded(f.reached),
                "tried": len(f.tried),
            }
            for f in self.swept.found
        ]
        return pl.DataFrame(rows, schema=FIND_SCHEMA)

    def points(self, figure: Figure) -> Points:
        """The mean of a figure over the repeats of each point."""
        if figure not in self._points:
            self._points[figure] = figure_of_points(self.sweep.variants, self.rows, figure)
        return self._points[figure]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What the sweep was made of and how many variants came to what."""
        sweep, measured = self.sweep, self.swept.measured
        statuses = [one.status for one in measured]
        return {
            "name": sweep.settings.name,
            "source": sweep.settings.source,
            "variants": len(sweep.variants),
            "points": len({variant.point for variant in sweep.variants}),
            "status": {status: statuses.count(status) for status in dict.fromkeys(statuses)},
            "verified_in_full": sum(one.verified == "all" for one in measured),
            "allocator": version("allocator"),
            "inputs": json.loads(sweep.baseline.inputs),
            "sweep": sweep.settings.model_dump(mode="json"),
            "scenario": sweep.scenario.effective,
        }
