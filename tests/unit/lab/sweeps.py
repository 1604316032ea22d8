"""A sweep of the example, and running it in threads of this process or elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from allocator.lab.journal import Journal
from allocator.lab.sweep import Progress, Swept, read_sweep, run_sweep
from allocator.lab.sweep_folder import journal_beside, remove_unfinished, write
from allocator.lab.workers import Workers
from tests.unit.cli.console import EXAMPLE

SWEEP = f"""\
name: Example
baseline: {EXAMPLE.as_posix()}
vary:
  - guideline.general_share: {{from: 0.5, to: 0.6, step: 0.05}}
    batches.main.order: [score_first, choice_first]
  - {{pools.feeder.floor.below_line: 100, guideline.enforce: report}}
repeat: {{lottery_seed: {{seeds: 3}}}}
tornado: {{guideline.general_share: [0.5, 0.7], pools.feeder.floor.below_line: [0, 100]}}
groups: [area]
frontier: {{first_choice_rate: higher, general_share: lower}}
find:
  - {{reach: general_share <= 0.55, by: guideline.general_share, within: {{from: 0.4, to: 0.6, step: 0.01}}}}
  - {{reach: general_share <= 0.01, by: guideline.general_share, within: [0.5, 0.55]}}
verify_every: 5
"""
FILES = {
    "sweep.json",
    "variants.parquet",
    "indicators.parquet",
    "bands.parquet",
    "frontier.csv",
    "tornado.csv",
    "find.csv",
    "sweep.html",
    "sweep.xlsx",
}
OF_THE_EXAMPLE = EXAMPLE / "sweep.yaml"


def write_sweep(folder: Path, text: str = SWEEP) -> Path:
    path = folder / "sweep.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def threads(number: int = 1) -> Workers:
    """Workers in this process: enough where no worker is killed."""
    return Workers([lambda: ThreadPoolExecutor(1)] * number)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def swept(
    path: Path, output: Path, workers: Workers, progress: Progress = lambda done, total: None
) -> dict[str, bytes]:
    """The files of a whole sweep."""
    sweep = read_sweep(path)
    with journal_beside(output, sweep, anew=False) as journal:
        write(run_sweep(sweep, workers, journal, progress), output)
    remove_unfinished(output)
    return content(output)


def ran(path: Path, journal: Path) -> Swept:
    """A sweep that is run in this process; its journal is a file that is not there yet."""
    with Journal(journal) as kept:
        return run_sweep(read_sweep(path), threads(), kept, lambda done, total: None)


def at(count: int, act: Callable[[], None]) -> Progress:
    """Progress that acts once, when so many variants are done."""
    acted: list[int] = []

    def progress(done: int, total: int) -> None:
        if done >= count and not acted:
            acted.append(done)
            act()

    return progress
