"""``allocator run``: read, check, allocate, verify, write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import json_option, language_option, scenario_argument
from allocator.cli.progress import Progress
from allocator.cli.summary_text import summary_text
from allocator.language import translator
from allocator.outcome.files import check_place


@click.command(name="run")
@scenario_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="The result folder.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier result, once the new one is whole.")
@json_option
@language_option
def command(
    scenario: Path, output: Path, overrides: dict[str, Any], overwrite: bool, as_json: bool, language: str
) -> None:
    """Read, check, allocate, verify, and write the results of SCENARIO, a folder or a YAML file."""
    translate = translator(language)
    check_place(output, overwrite=overwrite)
    with Progress(translate) as progress:
        progress("read")
        from allocator import engine  # the solvers load while the reader is already told what happens

        loaded = engine.load(scenario, overrides)
        outcome = engine.run(loaded, progress=progress)
    finish_uninterrupted()
    with Progress(translate) as writing:
        writing("write")
        outcome.write(output, overwrite=overwrite, seconds=progress.seconds)
    if as_json:
        click.echo(json.dumps(outcome.summary, ensure_ascii=False, indent=1))
    else:
        click.echo(summary_text(outcome, translate))
        click.echo(translate("Results: {folder}").format(folder=output))
