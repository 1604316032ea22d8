"""``allocator worth``: what more seats would do, programme by programme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import json_option, language_option, scenario_argument
from allocator.cli.progress import Progress
from allocator.errors import Translate, message
from allocator.language import translator

if TYPE_CHECKING:
    from allocator.capacity.base import Figures
    from allocator.capacity.worth import Worth

MOST_SHOWN = 10  # classes in the summary
_PHASE_NAMES = {"add": message("working out what more seats would do")}


@click.command(name="worth")
@scenario_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="A CSV file for the whole table.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@click.option("--cells", is_flag=True, help="Also the cells of pools per feeder school.")
@json_option
@language_option
def command(
    scenario: Path,
    overrides: dict[str, Any],
    output: Path | None,
    overwrite: bool,
    cells: bool,
    as_json: bool,
    language: str,
) -> None:
    """What one more seat, one class and ten classes would do in every programme and pool of SCENARIO.

    Control lines and floors stay as they are. The column `class_size` of programmes says how large a class is (50 where
    it is empty). The summary has the ten classes that help most applicants; -o writes the whole table.
    """
    from allocator.outcome.folder import check_file, write_file

    translate = translator(language)
    if output is not None:
        check_file(output, overwrite=overwrite)
    with Progress(translate, _PHASE_NAMES) as progress:
        progress("read")
        from allocator import engine
        from allocator.capacity.worth import worth

        loaded = engine.load(scenario, overrides)
        progress("add")
        found = worth(loaded, cells=cells)
    if output is not None:
        finish_uninterrupted()
        write_file(output, found.table.write_csv().encode(), overwrite=overwrite)
    click.echo(_as_json(found) if as_json else _as_text(found, translate))
    if output is not None and not as_json:
        click.echo(translate("The whole table: {file}").format(file=output))


def _as_json(found: Worth) -> str:
    content = {
        "base": base_json(found.base),
        "method": "vacancies followed" if found.followed else "run again",
        "class_sizes_assumed": found.num_assumed_sizes,
        "worth": found.table.to_dicts(),
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def base_json(base: Figures) -> dict[str, Any]:
    """The counts of the outcome that everything is measured against."""
    from allocator.outcome.decimals import share

    return {
        "placed": base.placed,
        "first_choices": base.first_choices,
        "mean_choice": share(base.choice_sum, base.placed - base.unlisted),
        "general_share": share(base.general, base.placed),
    }


def base_text(base: Figures, translate: Translate) -> str:
    """The same in words."""
    from allocator.outcome.decimals import share

    said = translate("{placed:,} placed, {first:,} first choices, mean choice {mean}, general share {share}")
    return said.format(
        placed=base.placed,
        first=base.first_choices,
        mean=share(base.choice_sum, base.placed - base.unlisted)["decimal"] or "-",
        share=share(base.general, base.placed)["decimal"] or "-",
    )


def assumed_text(num_assumed: int, translate: Translate) -> list[str]:
    """Says that class sizes are missing, if they are."""
    from allocator.capacity.class_sizes import DEFAULT_CLASS_SIZE

    if not num_assumed:
        return []
    said = translate("{count:,} programmes have no class_size: a class of {size} is assumed.")
    return [said.format(count=num_assumed, size=DEFAULT_CLASS_SIZE)]


def _as_text(found: Worth, translate: Translate) -> str:
    import polars as pl

    lines = [
        translate("Now: {outcome}").format(outcome=base_text(found.base, translate)),
        *assumed_text(found.num_assumed_sizes, translate),
    ]
    if not found.followed:
        lines.append(
            translate("Equals are admitted together, or objectives decide a batch: every line is a run from scratch.")
        )
    classes = found.table.filter(pl.col("amount") == "class")
    best = classes.sort(["improved", "placed"], descending=True, maintain_order=True).head(MOST_SHOWN)
    if best.height:
        lines.append(translate("One class more that helps most:"))
    one = translate(
        "  {programme} ({place}), {seats} seats more: {improved:,} better off, {placed:+,} placed, "
        "{first:+,} first choices, mean choice {mean}, general share {share}"
    )
    for row in best.iter_rows(named=True):
        place = [row["batch"], row["pool"], *([row["feeder_school_id"]] if row["feeder_school_id"] else [])]
        lines.append(
            one.format(
                programme=row["programme_id"],
                place=" / ".join(place),
                seats=row["more_seats"],
                improved=row["improved"],
                placed=row["placed"],
                first=row["first_choices"],
                mean=row["mean_choice"] or "-",
                share=row["general_share"] or "-",
            )
        )
    return "\n".join(lines)
