"""The results of a sweep as files: the same bytes whoever ran the variants, and in whatever order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from allocator.errors import UsageError
from allocator.lab.bands import bands
from allocator.lab.exact import rounded
from allocator.lab.figures_of_points import figure_of_points
from allocator.lab.frontier import frontier
from allocator.lab.journal import Journal
from allocator.lab.measure import ROWS_SCHEMA
from allocator.lab.sweep import Sweep, Swept
from allocator.lab.sweep_settings import figure_of
from allocator.lab.tornado import tornado, value_text
from allocator.outcome.folder import check_target, whole_folder

SUMMARY = "sweep.json"
INDICATORS, VARIANTS, BANDS = "indicators.parquet", "variants.parquet", "bands.parquet"
FRONTIER, TORNADO, FIND = "frontier.csv", "tornado.csv", "find.csv"
_FILES = {SUMMARY, INDICATORS, VARIANTS, BANDS, FRONTIER, TORNADO, FIND}
_ROW_GROUP = 200_000
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


@contextmanager
def journal_beside(folder: Path, sweep: Sweep, *, anew: bool) -> Iterator[Journal]:
    """The journal of a sweep in ``FOLDER.unfinished``, which is there while the sweep is not finished.

    Args:
        anew: throw away what an earlier sweep, of another file or other inputs, has left there.

    Raises:
        UsageError: if it holds another sweep.
    """
    place = unfinished(folder)
    name = place / "fingerprint"
    if place.exists() and not (name.is_file() and name.read_text() == sweep.fingerprint):
        if not anew:
            raise UsageError(
                '"{path}" holds an unfinished sweep of other rules or inputs; remove it, or start anew with --anew',
                path=place,
            )
        remove_unfinished(folder)
    place.mkdir(parents=True, exist_ok=True)
    name.write_text(sweep.fingerprint)
    with Journal(place / "journal") as journal:
        yield journal


def unfinished(folder: Path) -> Path:
    """Where a sweep keeps what it has measured until all of it is."""
    return folder.with_name(f"{folder.name}.unfinished")


def remove_unfinished(folder: Path) -> None:
    """Remove the journal, once the results are in place, or where it is of no use."""
    place = unfinished(folder)
    for name in ("journal", "fingerprint"):
        (place / name).unlink(missing_ok=True)
    if place.is_dir() and not any(place.iterdir()):
        place.rmdir()


def check_place(folder: Path, *, overwrite: bool) -> None:
    """Refuse a place for the results before any work is done.

    Raises:
        UsageError: if it exists and may not be replaced.
    """
    check_target(folder, overwrite=overwrite, is_ours=is_sweep)


def is_sweep(folder: Path) -> bool:
    """Whether a folder holds the results of a sweep and nothing else."""
    there = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    return {SUMMARY, INDICATORS, VARIANTS} <= there <= _FILES


def write(swept: Swept, folder: Path, *, overwrite: bool = False) -> None:
    """Write the results; the folder appears whole or not at all.

    Raises:
        UsageError: if it exists and may not be replaced.
    """
    variants, rows = variants_frame(swept), rows_frame(swept)
    with whole_folder(folder, overwrite=overwrite, is_ours=is_sweep) as new:
        _write_parquet(rows, new / INDICATORS)
        _write_parquet(variants, new / VARIANTS)
        if swept.sweep.settings.repeat:
            _write_parquet(bands(variants, rows), new / BANDS)
        for name, table in tables(swept, rows).items():
            table.write_csv(new / name)
        text = json.dumps(summary(swept), ensure_ascii=False, indent=1) + "\n"
        (new / SUMMARY).write_text(text, encoding="utf-8", newline="\n")


def tables(swept: Swept, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables that were asked for, by file name."""
    settings, variants = swept.sweep.settings, swept.sweep.variants
    found: dict[str, pl.DataFrame] = {}
    if settings.frontier:
        figures = {text: figure_of_points(variants, rows, figure_of(text)) for text in settings.frontier}
        found[FRONTIER] = frontier(figures, settings.frontier, sorted({variant.point for variant in variants}))
    if settings.tornado:
        found[TORNADO] = tornado(list(settings.tornado), variants, rows)
    if settings.find:
        found[FIND] = pl.DataFrame(
            [
                {
                    "reach": f.find.reach,
                    "by": f.find.by,
                    "baseline": value_text(f.baseline),
                    "value": None if f.reached is None else value_text(f.value),
                    "reached": None if f.reached is None else rounded(f.reached),
                    "tried": len(f.tried),
                }
                for f in swept.found
            ],
            schema=FIND_SCHEMA,
        )
    return found


def rows_frame(swept: Swept) -> pl.DataFrame:
    """One row per variant and indicator: ``variant``, then ROWS_SCHEMA."""
    schema: dict[str, pl.DataType] = {"variant": pl.Int64(), **ROWS_SCHEMA}
    parts = [pl.DataFrame(schema=schema)]
    for variant, measured in zip(swept.sweep.variants, swept.measured, strict=True):
        parts.append(measured.frame().select(pl.lit(variant.index, dtype=pl.Int64).alias("variant"), pl.all()))
    return pl.concat(parts, rechunk=True)


def variants_frame(swept: Swept) -> pl.DataFrame:
    """One row per variant: its point, what became of it, and the value of every lever that the sweep moves.

    A lever that a variant does not move is empty: it is as in the baseline.
    """
    settings, variants = swept.sweep.settings, swept.sweep.variants
    levers = list(
        dict.fromkeys([*(path for grid in settings.vary for path in grid), *settings.tornado, *settings.repeat])
    )
    columns: dict[str, list[Any]] = {
        "variant": [v.index for v in variants],
        "point": [v.point for v in variants],
        **{name: [getattr(m, name) for m in swept.measured] for name in ("status", "why", "verified", "control_lines")},
        **{path: [value_text(v.overrides[path]) if path in v.overrides else None for v in variants] for path in levers},
    }
    schema = pl.Schema({name: pl.Int64 if name in ("variant", "point") else pl.String for name in columns})
    return pl.DataFrame(columns, schema=schema)


def summary(swept: Swept) -> dict[str, Any]:
    """What the sweep was made of and how many variants came to what."""
    sweep = swept.sweep
    statuses = [measured.status for measured in swept.measured]
    return {
        "name": sweep.settings.name,
        "source": sweep.settings.source,
        "variants": len(sweep.variants),
        "points": len({variant.point for variant in sweep.variants}),
        "status": {status: statuses.count(status) for status in dict.fromkeys(statuses)},
        "verified_in_full": sum(measured.verified == "all" for measured in swept.measured),
        "allocator": version("allocator"),
        "inputs": json.loads(sweep.baseline.inputs),
        "sweep": sweep.settings.model_dump(mode="json"),
        "scenario": sweep.scenario.effective,
    }


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Parquet whose bytes depend on the rows alone."""
    frame.rechunk().write_parquet(path, compression="zstd", statistics=True, row_group_size=_ROW_GROUP)
