"""``allocator expand``: where to add classes."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import json_option, language_option, scenario_argument
from allocator.cli.progress import Progress
from allocator.cli.worth import assumed_text, base_json, base_text
from allocator.errors import Translate, UsageError, message
from allocator.language import translator
from allocator.scenario.fields import DECIMAL, MAX_DIGITS

if TYPE_CHECKING:
    from allocator.capacity.expand import Expansion

_PHASE_NAMES = {"search": message("looking for the classes that help most")}


def _number(ctx: click.Context, param: click.Parameter, value: str | None) -> Decimal | None:
    """A number of at least 0 in plain digits, exact."""
    if value is None:
        return None
    is_number = re.fullmatch(DECIMAL, value) is not None and sum(map(str.isdigit, value)) <= MAX_DIGITS
    if not is_number or Decimal(value) < 0:
        raise UsageError(
            '--{option}: found "{found}", expected a number ≥ 0, such as 12.5', option=param.name, found=value
        )
    return Decimal(value)


@click.command(name="expand")
@scenario_argument
@click.option("--classes", type=click.IntRange(min=0), default=None, help="How many classes may be added in all.")
@click.option("--budget", callback=_number, default=None, help="Or what they may cost together.")
@click.option("--cost", callback=_number, default=None, help="Cost of a class, where --limits gives none.")
@click.option(
    "--at-most", type=click.IntRange(min=0), default=None, help="Classes per programme, where --limits says nothing."
)
@click.option(
    "--limits",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="A CSV table: programme_id or school_id, cost, at_most.",
)
@click.option("--pool", default="open", show_default=True, help="The pool that gets the seats.")
@click.option("--batch", default=None, help="The batch that gets them; each programme's first one if not given.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="The plan as CSV.")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@json_option
@language_option
def command(
    scenario: Path,
    overrides: dict[str, Any],
    classes: int | None,
    budget: Decimal | None,
    cost: Decimal | None,
    at_most: int | None,
    limits: Path | None,
    pool: str,
    batch: str | None,
    output: Path | None,
    overwrite: bool,
    as_json: bool,
    language: str,
) -> None:
    """Where to add classes to SCENARIO so that most applicants get a better choice.

    Give --classes or --budget. The table of --limits has a row per programme (programme_id) or per school (school_id)
    with the cost of one class and the most classes that may be added; either may be empty. A school's at_most bounds
    its programmes together, its cost is that of those with none of their own. The column class_size of programmes says
    how many seats a class has (50 where it is empty).

    The answer is the best plan found, with a bound on what any plan could do, and the gap between them. Control lines
    and floors stay as they are.
    """
    from allocator.outcome.folder import check_file, write_file

    translate = translator(language)
    if output is not None:
        check_file(output, overwrite=overwrite)
    with Progress(translate, _PHASE_NAMES) as progress:
        progress("read")
        from allocator import engine
        from allocator.capacity.class_limits import class_limits
        from allocator.capacity.expand import expand

        loaded = engine.load(scenario, overrides)
        table = None if limits is None else (_content(limits), str(limits))
        bounds = class_limits(loaded, classes=classes, budget=budget, cost=cost, at_most=at_most, limits=table)
        progress("search")
        found = expand(loaded, bounds, pool=pool, batch=batch)
    if output is not None:
        finish_uninterrupted()
        write_file(output, _table(found).encode(), overwrite=overwrite)
    click.echo(_as_json(found) if as_json else _as_text(found, translate))
    if output is not None and not as_json:
        click.echo(translate("The plan: {file}").format(file=output))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError('"{path}" cannot be read: {reason}', path=file, reason=error.strerror or error) from error


def _table(found: Expansion) -> str:
    import polars as pl

    rows = [
        (a.programme_id, a.batch, a.classes, a.seats, found.cost_text(a.cost) if found.has_costs else None)
        for a in found.added
    ]
    schema = {"programme_id": pl.String, "batch": pl.String, "classes": pl.Int64, "seats": pl.Int64, "cost": pl.String}
    return pl.DataFrame(rows, schema, orient="row").write_csv()


def _as_json(found: Expansion) -> str:
    effect = found.effect
    content = {
        "base": base_json(found.base),
        "added": [
            {
                "programme_id": a.programme_id,
                "batch": a.batch,
                "classes": a.classes,
                "seats": a.seats,
                "cost": found.cost_text(a.cost) if found.has_costs else None,
            }
            for a in found.added
        ],
        "spent": found.cost_text(found.spent) if found.has_costs else None,
        "improved": effect.improved,
        "placed": effect.placed,
        "first_choices": effect.first_choices,
        "after": base_json(found.after),
        "bound": found.bound,
        "gap": found.gap,
        "proven": found.proven,
        "method": "vacancies followed" if found.followed else "run again",
        "class_sizes_assumed": found.num_assumed_sizes,
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _as_text(found: Expansion, translate: Translate) -> str:
    lines = [
        translate("Now: {outcome}").format(outcome=base_text(found.base, translate)),
        *assumed_text(found.num_assumed_sizes, translate),
    ]
    if not found.added:
        lines.append(translate("No class is added: none can be paid for, or none would improve anything."))
    for a in found.added:
        said = translate("  {programme} ({batch}): {classes} classes, {seats} seats")
        cost = translate(", cost {cost}").format(cost=found.cost_text(a.cost)) if found.has_costs else ""
        lines.append(said.format(programme=a.programme_id, batch=a.batch, classes=a.classes, seats=a.seats) + cost)
    if found.has_costs:
        lines.append(translate("Spent: {spent}").format(spent=found.cost_text(found.spent)))
    effect = translate("Better off: {improved:,} applicants; {placed:+,} placed, {first:+,} first choices")
    lines.append(
        effect.format(improved=found.effect.improved, placed=found.effect.placed, first=found.effect.first_choices)
    )
    if found.added:
        lines.append(translate("Then: {outcome}").format(outcome=base_text(found.after, translate)))
    if found.proven:
        lines.append(translate("Proven: no plan is better."))
    else:
        said = translate("Bound: no plan improves more than {bound:,} applicants; the gap is {gap:,}.")
        lines.append(said.format(bound=found.bound, gap=found.gap))
    return "\n".join(lines)
