"""``allocator sweep``: many variants of a scenario."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.main import INTERRUPTED
from allocator.cli.options import json_option, language_option
from allocator.errors import Translate
from allocator.language import translator

if TYPE_CHECKING:
    from allocator.lab.sweep import Progress


@click.command(name="sweep")
@click.argument("sweep_file", metavar="SWEEP", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The result folder.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier result, once the new one is whole.")
@click.option("--anew", is_flag=True, help="Throw away the unfinished variants of another sweep in the same place.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    help="Processes of this machine; one for each core if not given.",
)
@click.option("--cluster", metavar="ADDRESS", default=None, help="An existing Dask cluster, such as tcp://host:8786.")
@json_option
@language_option
def command(
    sweep_file: Path,
    output: Path,
    overwrite: bool,
    anew: bool,
    workers: int | None,
    cluster: str | None,
    as_json: bool,
    language: str,
) -> int:
    """Run and measure the variants of SWEEP, a YAML file.

    The result folder has a page (sweep.html), a workbook (sweep.xlsx), and tables (Parquet, CSV) with one row per
    variant and indicator. A stopped sweep goes on where it was when the same command is given again.

    A short SWEEP; scenarios/example/sweep.yaml has one of everything, with comments:

    \b
      name: Quota share and guideline
      baseline: scenario.yaml       # a scenario, relative to this file
      vary:                         # all combinations
        guideline.general_share: {from: 0.5, to: 0.7, step: 0.05}
        batches.main.order: [score_first, choice_first]
      repeat: {lottery_seed: {seeds: 5}}                   # for bands
      tornado: {pools.feeder.floor.below_line: [0, 100]}   # one at a time
      frontier: {first_choice_rate: higher, general_share: lower}
      find:                         # the smallest change that does it
        - reach: general_share <= 0.55
          by: guideline.general_share
          within: {from: 0.4, to: 0.6, step: 0.01}
    """
    from allocator.cli.sweep_text import sweep_text
    from allocator.lab.sweep import read_sweep, run_sweep
    from allocator.lab.sweep_folder import check_place, journal_beside, remove_unfinished, unfinished, write
    from allocator.lab.workers import cluster_workers, local_workers, num_cores

    translate = translator(language)
    check_place(output, overwrite=overwrite)
    sweep = read_sweep(sweep_file)
    where = local_workers(workers or num_cores()) if cluster is None else cluster_workers(cluster)
    with journal_beside(output, sweep, anew=anew) as journal:
        try:
            with where as team, _progress(translate) as progress:
                swept = run_sweep(sweep, team, journal, progress)
        except KeyboardInterrupt:
            said = translate("Stopped. {done:,} variants are kept in {folder}; the same command goes on from there.")
            click.echo(said.format(done=len(journal.measured), folder=unfinished(output)), err=True)
            return INTERRUPTED
        finish_uninterrupted()
        results = write(swept, output, language=language, overwrite=overwrite)
    remove_unfinished(output)
    if as_json:
        click.echo(json.dumps(results.summary, ensure_ascii=False, indent=1))
    else:
        click.echo(sweep_text(results, language, translate))
        click.echo(translate("Results: {folder}").format(folder=output))
    return 0


@contextmanager
def _progress(translate: Translate) -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(translate("variants"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
