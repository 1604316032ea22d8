"""``allocator check``: only read and check, and describe what would run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from allocator.cli.options import json_option, language_option, scenario_argument
from allocator.cli.progress import Progress
from allocator.errors import Translate
from allocator.language import translator
from allocator.market.capped_programmes import capped
from allocator.scenario.groups import members
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import Cap


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
    description = _description(loaded, int(matrix.seats.sum()))
    if as_json:
        click.echo(json.dumps(description, ensure_ascii=False, indent=1))
        return
    for line in _lines(description, translate):
        click.echo(line)


def _description(scenario: Scenario, feeder_seats: int) -> dict[str, Any]:
    """What would run: the batches, and what binds them."""
    cohort, settings = scenario.cohort, scenario.settings
    least = cohort.programmes.min_open[cohort.programmes.min_open > 0]
    return {
        "scenario": settings.name,
        "applicants": len(cohort.applicants),
        "programmes": len(cohort.programmes),
        "feeder_schools": len(cohort.feeder_school_ids),
        "feeder_seats": feeder_seats,
        "batches": {batch.name: _batch(scenario, i) for i, batch in enumerate(settings.batches)},
        "caps": {cap.name: _cap(scenario, cap) for cap in settings.caps},
        "min_open": {"programmes": len(least), "least": int(least.min()), "most": int(least.max())}
        if len(least)
        else None,
    }


def _batch(scenario: Scenario, i: int) -> dict[str, Any]:
    """One batch: its seats and choices, and by what it is decided."""
    cohort, batch = scenario.cohort, scenario.settings.batches[i]
    decided: dict[str, Any] = {"order": batch.order}
    if batch.mechanism != "stable":
        decided = {"mechanism": batch.mechanism, "objectives": list(batch.ladder)}
    if batch.mechanism == "reassign":
        group = None if batch.group is None else scenario.settings.groups[batch.group]
        number = len(cohort.applicants) if group is None else int(members(cohort.applicants, group).sum())
        decided |= {"group": batch.group, "members": number}
    return {
        "pools": list(batch.pools),
        **decided,
        "choices": int((cohort.choices.batch == i).sum()),
        "seats": batch.seats or int(cohort.seats.seats[cohort.seats.batch == i].sum()),
    }


def _cap(scenario: Scenario, cap: Cap) -> dict[str, Any]:
    bounds = {"at_least": cap.at_least, "at_most": cap.at_most, "target": cap.target}
    return {"programmes": int(capped(scenario.cohort, cap).sum()), **bounds}


def _lines(description: dict[str, Any], translate: Translate) -> Iterator[str]:
    """The description as a person reads it."""
    yield translate("{scenario}: no problems found.").format(scenario=description["scenario"])
    yield translate(
        "{applicants:,} applicants, {programmes:,} programmes, {feeder_schools:,} feeder schools, "
        "{feeder_seats:,} feeder seats"
    ).format(**description)
    for name, batch in description["batches"].items():
        yield _batch_text(name, batch, translate)
    for name, cap in description["caps"].items():
        said = {
            "at_least": translate("at least {bound}"),
            "at_most": translate("at most {bound}"),
            "target": translate("target {bound}"),
        }
        bounds = [text.format(bound=f"{cap[key]:,}") for key, text in said.items() if cap[key] is not None]
        text = translate("Cap {cap}: {bounds} admissions; programmes: {programmes:,}")
        yield text.format(cap=name, bounds=translate(", ").join(bounds), programmes=cap["programmes"])
    if description["min_open"] is not None:
        said_of_sizes = translate("Programmes with a least size: {programmes:,}; they open with {least:,} to {most:,}")
        yield said_of_sizes.format(**description["min_open"])


def _batch_text(name: str, batch: dict[str, Any], translate: Translate) -> str:
    """One batch: what it offers, and what decides it."""
    offered = translate("leftover seats")
    if batch["seats"] != "leftover":
        offered = translate("{seats:,} seats").format(seats=batch["seats"])
    if batch.get("mechanism") == "reassign":
        who = translate("everybody unplaced")
        if batch["group"] is not None:
            who = translate('the unplaced of "{group}" ({members:,} applicants)').format(**batch)
        text = translate("Batch {batch}: reassignment of {who} to {offered}, by {objectives}")
        return text.format(batch=name, who=who, offered=offered, objectives=" → ".join(batch["objectives"]))
    order = batch.get("order")
    if order is None:
        order = translate("optimal by {objectives}").format(objectives=" → ".join(batch["objectives"]))
    return translate("Batch {batch}: {offered} in {pools}, {order}; {choices:,} choices").format(
        batch=name, offered=offered, pools=" → ".join(batch["pools"]), order=order, choices=batch["choices"]
    )
