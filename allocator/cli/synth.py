"""``allocator synth``: a synthetic cohort as ordinary tables."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import language_option
from allocator.language import translator


@click.command(name="synth")
@click.argument("profile", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A new folder for the tables.")
@click.option("--applicants", type=click.IntRange(min=1), default=None, help="Number of applicants.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The same seed, the same cohort."
)
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Folder of the profile's published tables.")
@language_option
def command(profile: Path, output: Path, applicants: int | None, seed: int, data: Path | None, language: str) -> None:
    """Write the synthetic cohort of PROFILE, a YAML file, as tables that a scenario can name."""
    from allocator.outcome.folder import check_target, whole_folder
    from allocator.synthetic import generate

    translate = translator(language)
    check_target(output, overwrite=False, is_ours=_never)
    tables = generate(profile, seed=seed, applicants=applicants, values=None, data=data)
    finish_uninterrupted()
    with whole_folder(output, overwrite=False, is_ours=_never) as folder:
        for name, frame in tables.items():
            frame.write_csv(folder / f"{name}.csv")
    said = translate("{applicants:,} applicants: {folder}")
    click.echo(said.format(applicants=tables["applicants"].height, folder=output))


def _never(folder: Path) -> bool:
    """A cohort never replaces a folder."""
    return False
