"""``allocator run``: read, check, allocate, verify, write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import json_option, language_option, scenario_argument
from allocator.cli.progress import Progress
from allocator.cli.summary_text import summary_text
from allocator.language import translator
from allocator.outcome.files import check_place
from allocator.outcome.outcome import Outcome
from allocator.outcome.unsolved import Infeasible

NOT_PROVEN = 5  # the best outcome that was found is written, and says how far from the best possible it can be


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
) -> int:
    """Read, check, allocate, verify, and write the results of SCENARIO, a folder or a YAML file."""
    translate = translator(language)
    check_place(output, overwrite=overwrite)
    with Progress(translate) as progress:
        progress("read")
        from allocator import engine  # the solvers load while the reader is already told what happens

        loaded = engine.load(scenario, overrides)
        outcome = engine.run(loaded, progress=progress)
    finish_uninterrupted()
    if isinstance(outcome, Outcome):
        with Progress(translate) as writing:
            writing("write")
            outcome.write(output, overwrite=overwrite, seconds=progress.seconds)
        _tell(as_json, outcome.summary, summary_text(outcome, translate))
        if not as_json:
            click.echo(translate("Results: {folder}").format(folder=output))
        return 0 if outcome.is_proven else NOT_PROVEN
    if isinstance(outcome, Infeasible):
        outcome.write(output, overwrite=overwrite)
    _tell(as_json, outcome.as_json(), outcome.text(translate))
    return outcome.exit_code


def _tell(as_json: bool, value: Mapping[str, Any], text: str) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1) if as_json else text)
