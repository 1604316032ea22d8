"""``allocator fairness``: what each rule of priority costs."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import json_option, language_option, scenario_argument
from allocator.cli.progress import Progress
from allocator.errors import Translate, UsageError, message
from allocator.language import translator
from allocator.scenario.fields import DECIMAL, MAX_DIGITS

if TYPE_CHECKING:
    from allocator.lab.fairness import Price

DEFAULT_BAND_WIDTH = Decimal(10)
_PHASE_NAMES = {"rules": message("allocating by each rule in turn")}


@click.command(name="fairness")
@scenario_argument
@click.option("--band-width", default=None, metavar="W", help="Points per band, for banded; the scenario's own, or 10.")
@click.option(
    "--objectives", default="placed,choice", show_default=True, help="What the optimal batches optimise, in this order."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="A CSV file for the table.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@json_option
@language_option
def command(
    scenario: Path,
    overrides: dict[str, Any],
    band_width: str | None,
    objectives: str,
    output: Path | None,
    overwrite: bool,
    as_json: bool,
    language: str,
) -> None:
    """What each rule costs: SCENARIO under score_first, choice_first, banded and optimal, side by side.

    Placed, general share, choices, reserved seats used, and who has justified envy, by score, under each.
    """
    from allocator.outcome.folder import check_file, write_file

    translate = translator(language)
    given = None if band_width is None else _width(band_width)
    wanted = _objectives(objectives)
    if output is not None:
        check_file(output, overwrite=overwrite)
    with Progress(translate, _PHASE_NAMES) as progress:
        progress("read")
        from allocator import engine
        from allocator.lab.fairness import own_band_width, price_of_fairness

        loaded = engine.load(scenario, overrides)
        width = given or own_band_width(loaded) or DEFAULT_BAND_WIDTH
        progress("rules")
        found = price_of_fairness(loaded, band_width=width, objectives=wanted)
    if output is not None:
        finish_uninterrupted()
        write_file(output, found.table().write_csv().encode(), overwrite=overwrite)
    if as_json:
        value = {"band_width": str(width), "objectives": wanted, **found.as_json(translate)}
        click.echo(json.dumps(value, ensure_ascii=False, indent=1))
        return
    click.echo(_as_text(found, width, wanted, translate))
    if output is not None:
        click.echo(translate("The whole table: {file}").format(file=output))


def _width(text: str) -> Decimal:
    is_number = re.fullmatch(DECIMAL, text) is not None and sum(map(str.isdigit, text)) <= MAX_DIGITS
    if not is_number or Decimal(text) <= 0:
        raise UsageError('--band-width: found "{found}", expected a number > 0, such as 10', found=text)
    return Decimal(text)


def _objectives(text: str) -> list[str]:
    from allocator.scenario.settings import Objective

    wanted = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in wanted if word not in get_args(Objective)]
    if unknown:
        raise UsageError(
            '--objectives: "{found}" is none; expected some of {known}',
            found=unknown[0],
            known=", ".join(get_args(Objective)),
        )
    for i, word in enumerate(wanted):
        if word in wanted[:i]:
            raise UsageError('--objectives: "{found}" stands twice; keep one', found=word)
        if word == "score" and i + 1 < len(wanted):
            raise UsageError("--objectives: `score` decides everything that is left; put it last (R10)")
    return wanted


def _as_text(found: Price, width: Decimal, objectives: list[str], translate: Translate) -> str:
    from allocator.cli.text_table import text_table
    from allocator.lab.fairness import FIGURES

    rows = [["", *(column.rule for column in found.columns)]]
    for name, template in FIGURES.items():
        cells = [column.figures.get(name) for column in found.columns]
        if any(cell is not None for cell in cells):
            rows.append([translate(template), *(_grouped(cell) for cell in cells)])
    lines = [
        translate("What each rule costs (bands of {width} points; optimal: {objectives}):").format(
            width=width, objectives=", ".join(objectives)
        ),
        *text_table(rows),
    ]
    lines += [f"  {column.rule}: {column.why(translate)}" for column in found.columns if column.why_none is not None]
    lines += [f"  {note.text(translate)}" for note in found.notes]
    return "\n".join(lines)


def _grouped(cell: str | None) -> str:
    if cell is None:
        return "-"
    return f"{int(cell):,}" if cell.isdigit() else cell
