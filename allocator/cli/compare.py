"""``allocator compare``: outcomes side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import json_option, language_option
from allocator.errors import Problems, UsageError, Where
from allocator.language import translator

if TYPE_CHECKING:
    from allocator.lab.side_by_side import Side
    from allocator.scenario.scenario import Scenario


@click.command(name="compare")
@click.argument("folders", metavar="DIR DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    type=click.Path(path_type=Path),
    help="The scenario of each DIR in turn, if they are no longer where the runs found them.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    help="A folder with everything: a page (HTML), a workbook (XLSX) and tables (CSV).",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier comparison, once the new one is whole.")
@json_option
@language_option
def command(
    folders: tuple[Path, ...],
    scenarios: tuple[Path, ...],
    output: Path | None,
    overwrite: bool,
    as_json: bool,
    language: str,
) -> None:
    """Compare the results in two or more folders with the first of them.

    Indicators with their differences, who moved and by which rule, winners and losers by group, and lines that moved.
    """
    from allocator.cli.compare_text import compare_text
    from allocator.lab.compare import check_place, compare

    translate = translator(language)
    if len(folders) < 2:
        raise UsageError("expected two or more result folders")
    if scenarios and len(scenarios) != len(folders):
        raise UsageError(
            "--scenario is given {found} times; give it once for each of the {wanted} folders, or not at all",
            found=len(scenarios),
            wanted=len(folders),
        )
    if output is not None:
        check_place(output, overwrite=overwrite)
    found = compare(_sides(folders, scenarios or (None,) * len(folders)))
    if output is not None:
        from allocator.lab.pages.comparison import made

        pages = made(found, language)
        finish_uninterrupted()
        found.write(output, pages=pages, overwrite=overwrite)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
        return
    click.echo(compare_text(found, language, translate))
    if output is not None:
        click.echo(translate("Results: {folder}").format(folder=output))


def _sides(folders: Sequence[Path], scenarios: Sequence[Path | None]) -> list[Side]:
    from allocator.cli.results import read_result
    from allocator.lab.side_by_side import Side

    loaded: dict[Path, Scenario] = {}
    sides = [
        Side(name, *read_result(folder, scenario, loaded))
        for name, folder, scenario in zip(_short_names(folders), folders, scenarios, strict=True)
    ]
    problems = Problems()
    for folder, side in zip(folders, sides, strict=True):
        if not side.outcome.assignments["applicant_id"].equals(side.scenario.cohort.applicants.ids):
            problems.add(
                Where(file=str(folder / "assignments.csv")),
                "it does not have one row for each applicant, in the order of the applicants table; "
                "`allocator verify` says more; run again",
            )
    problems.raise_if_any()
    return sides


def _short_names(folders: Sequence[Path]) -> list[str]:
    """The last parts of the paths, as many as tell them apart; numbers where the same folder is given twice."""
    parts = [folder.resolve().parts for folder in folders]
    for length in range(1, max(map(len, parts)) + 1):
        names = ["/".join(part[-length:]) for part in parts]
        if len(set(names)) == len(names):
            return names
    return [f"{part[-1]} ({i})" for i, part in enumerate(parts, start=1)]
