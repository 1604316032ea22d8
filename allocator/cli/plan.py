"""``allocator plan``: seat and school planning over years."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import click

from allocator.cli.interrupts import finish_uninterrupted
from allocator.cli.options import json_option, language_option
from allocator.cli.progress import Progress
from allocator.errors import VerificationError, message
from allocator.language import translator
from allocator.scenario.document import parse_override

INFEASIBLE, STOPPED = 3, 5
_OBJECTIVE = message("planning: {phase} as little as can be")
_PHASE_NAMES = {
    "conflict": message("finding out which rules conflict"),
    "check": message("checking every rule again"),
}


def _overrides(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, Any]:
    return dict(parse_override(text) for text in value)


@click.command(name="plan")
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The result folder.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier result, once the new one is whole.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_overrides,
    help="Override a value of the plan, such as limits.money.total=800000.",
)
@json_option
@language_option
def command(
    plan_file: Path, output: Path, overwrite: bool, overrides: dict[str, Any], as_json: bool, language: str
) -> int:
    """Plan classes, projects, teachers and money over years by PLAN, a YAML file or its folder."""
    from allocator.cli.plan_text import plan_text
    from allocator.planning.account import Account
    from allocator.planning.check import breaches
    from allocator.planning.reading import read_plan
    from allocator.planning.result import check_place, status_of, summary_of, write
    from allocator.planning.settings import Objective
    from allocator.planning.solution import Solved
    from allocator.planning.solve import solve

    translate = translator(language)
    check_place(output, overwrite=overwrite)
    with Progress(translate, {**dict.fromkeys(get_args(Objective), _OBJECTIVE), **_PHASE_NAMES}) as progress:
        progress("read")
        plan = read_plan(plan_file, overrides)
        solved = solve(plan, progress)
        if isinstance(solved, Solved):
            progress("check")
            found = breaches(Account(plan, solved.decisions), solved)
            if found:
                raise VerificationError(found)
    finish_uninterrupted()
    write(plan, solved, output, overwrite=overwrite)
    if as_json:
        click.echo(json.dumps(summary_of(plan, solved), ensure_ascii=False, indent=1))
    else:
        click.echo(plan_text(plan, solved, translate))
        click.echo(translate("Results: {folder}").format(folder=output))
    return {"solved": 0, "infeasible": INFEASIBLE, "stopped": STOPPED}[status_of(plan, solved)]
