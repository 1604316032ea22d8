"""``allocator report``: the page and the workbook of a result."""

from __future__ import annotations

import json
from pathlib import Path

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import json_option, language_option, result_argument
from allocator.language import translator


@click.command(name="report")
@result_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    help="The folder of the report; DIR-report (or DIR-notice) beside DIR if not given.",
)
@click.option("--public", "is_public", is_flag=True, help="A public notice: names masked, small groups withheld.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier report, once the new one is whole.")
@json_option
@language_option
def command(
    folder: Path,
    scenario: Path | None,
    output: Path | None,
    is_public: bool,
    overwrite: bool,
    as_json: bool,
    language: str,
) -> None:
    """Write the report of the result folder DIR: a page (HTML) and a workbook (XLSX); the outcome is verified again."""
    from allocator.cli.results import read_result
    from allocator.reports.files import check_place, default_place, made, write
    from allocator.reports.material import gather

    translate = translator(language)
    place = output or default_place(folder, is_public=is_public)
    check_place(place, overwrite=overwrite)
    loaded, outcome = read_result(folder, scenario)
    material = gather(loaded, outcome, language=language, is_public=is_public)
    contents = made(material)
    finish_uninterrupted()
    write(contents, place, overwrite=overwrite)
    if as_json:
        click.echo(json.dumps({"folder": str(place), "files": list(contents)}, ensure_ascii=False, indent=1))
    else:
        click.echo(translate("Report: {folder} ({files})").format(folder=place, files=", ".join(contents)))
