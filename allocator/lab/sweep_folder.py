"""The results of a sweep as files: the same bytes whoever ran the variants, and in whatever order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from allocator.errors import UsageError
from allocator.lab.journal import Journal
from allocator.lab.pages.sweep import page, workbook
from allocator.lab.sweep import Sweep, Swept
from allocator.lab.sweep_results import Results
from allocator.outcome.folder import check_target, whole_folder

SUMMARY = "sweep.json"
INDICATORS, VARIANTS, BANDS = "indicators.parquet", "variants.parquet", "bands.parquet"
FRONTIER, TORNADO, FIND = "frontier.csv", "tornado.csv", "find.csv"
PAGE, WORKBOOK = "sweep.html", "sweep.xlsx"
_FILES = {SUMMARY, INDICATORS, VARIANTS, BANDS, FRONTIER, TORNADO, FIND, PAGE, WORKBOOK}
_ROW_GROUP = 200_000


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


def write(swept: Swept, folder: Path, *, language: str = "en", overwrite: bool = False) -> Results:
    """Write the results, with a page and a workbook in a language; the folder appears whole or not at all.

    Raises:
        UsageError: if it exists and may not be replaced.
    """
    results = Results(swept)
    with whole_folder(folder, overwrite=overwrite, is_ours=is_sweep) as new:
        _write_parquet(results.rows, new / INDICATORS)
        _write_parquet(results.variants, new / VARIANTS)
        if results.bands is not None:
            _write_parquet(results.bands, new / BANDS)
        for name, table in ((FRONTIER, results.frontier), (TORNADO, results.tornado), (FIND, results.find)):
            if table is not None:
                table.write_csv(new / name)
        text = json.dumps(results.summary, ensure_ascii=False, indent=1) + "\n"
        (new / SUMMARY).write_text(text, encoding="utf-8", newline="\n")
        (new / PAGE).write_bytes(page(results, language))
        (new / WORKBOOK).write_bytes(workbook(results, language))
    return results


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Parquet whose bytes depend on the rows alone."""
    frame.rechunk().write_parquet(path, compression="zstd", statistics=True, row_group_size=_ROW_GROUP)
