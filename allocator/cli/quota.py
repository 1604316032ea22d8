"""``allocator quota``: the matrix of feeder seats (R9)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import language_option, scenario_argument
from allocator.language import translator


@click.command(name="quota")
@scenario_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="A CSV file; standard output if not given.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@language_option
def command(scenario: Path, output: Path | None, overrides: dict[str, Any], overwrite: bool, language: str) -> None:
    """The matrix of feeder seats of SCENARIO: given, or apportioned by R9; a table that a scenario can be given."""
    from allocator import engine
    from allocator.optimise.feeder_seats import feeder_seats
    from allocator.outcome.feeder_seats import feeder_seat_frame
    from allocator.outcome.folder import write_file

    loaded = engine.load(scenario, overrides)
    matrix = feeder_seat_frame(loaded, feeder_seats(loaded))
    if output is None:
        click.echo(matrix.write_csv(), nl=False)
        return
    translate = translator(language)
    finish_uninterrupted()
    write_file(output, matrix.write_csv().encode(), overwrite=overwrite)
    said = translate("{seats:,} feeder seats in {cells:,} cells: {file}")
    click.echo(said.format(seats=int(matrix["seats"].sum()), cells=matrix.height, file=output))
