"""``allocator check``: only read and check, and describe what would run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from allocator.cli.options import json_option, language_option, scenario_argument
from allocator.cli.progress import Progress
from allocator.language import translator


@click.command(name="check")
@scenario_argument
@json_option
@language_option
def command(scenario: Path, overrides: dict[str, Any], as_json: bool, language: str) -> None:
    """Read and check SCENARIO and its tables, and describe what would run; nothing is allocated or written."""
    from allocator import engine
    from allocator.optimise.feeder_seats import feeder_seats

    translate = translator(language)
    with Progress(translate) as progress:
        progress("read")
        loaded = engine.load(scenario, overrides)
        progress("apportion")
        matrix = feeder_seats(loaded)
    cohort, settings = loaded.cohort, loaded.settings
    filed = {b.name: int((cohort.choices.batch == i).sum()) for i, b in enumerate(settings.batches)}
    seats = {b.name: int(cohort.seats.seats[cohort.seats.batch == i].sum()) for i, b in enumerate(settings.batches)}
    description = {
        "scenario": settings.name,
        "applicants": len(cohort.applicants),
        "programmes": len(cohort.programmes),
        "feeder_schools": len(cohort.feeder_school_ids),
        "feeder_seats": int(matrix.seats.sum()),
        "batches": {
            b.name: {
                "pools": list(b.pools),
                "order": b.order,
                "choices": filed[b.name],
                "seats": b.seats or seats[b.name],
            }
            for b in settings.batches
        },
    }
    if as_json:
        click.echo(json.dumps(description, ensure_ascii=False, indent=1))
        return
    click.echo(translate("{scenario}: no problems found.").format(scenario=settings.name))
    click.echo(
        translate(
            "{applicants:,} applicants, {programmes:,} programmes, {feeder_schools:,} feeder schools, "
            "{feeder_seats:,} feeder seats"
        ).format(**description)
    )
    for batch in settings.batches:
        offered = (
            translate("leftover seats") if batch.seats else translate("{seats:,} seats").format(seats=seats[batch.name])
        )
        click.echo(
            translate("Batch {batch}: {offered} in {pools}, {order}; {choices:,} choices").format(
                batch=batch.name,
                offered=offered,
                pools=" → ".join(batch.pools),
                order=batch.order,
                choices=filed[batch.name],
            )
        )
