"""Small random scenario folders over all of R1 to R9, seats scarce and scores shared; and what they show."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.oracle.pool_shares import dealt_out
from tests.oracle.random_feeder_seats import random_feeder_schools, random_matrix
from tests.oracle.random_pool_shares import random_shares
from tests.oracle.random_settings import Settings, random_scale, random_settings
from tests.oracle.random_tables import (
    Row,
    random_applicants,
    random_choices,
    random_priorities,
    random_programmes,
    random_seats,
)
from tests.oracle.reading import read
from tests.oracle.rules import OracleResult


def scenario_seeds() -> st.SearchStrategy[int]:
    """Seeds of random scenarios: ``random_scenario(random.Random(seed), folder)``."""
    return st.integers(min_value=0, max_value=2**32)


def random_scenario(rng: random.Random, folder: Path) -> None:
    """Write a valid scenario: 5 to 40 applicants, 2 to 7 programmes, 1 to 4 feeder schools, 1 to 3 areas."""
    total, skill = random_scale(rng, rng.choice([4, 8, 15, 40])), random_scale(rng, rng.choice([3, 10]))
    settings = random_settings(rng, total, skill)
    by_area = settings.get("guideline", {}).get("scope") == "area"
    tables: dict[str, list[Row]] = {
        "applicants": random_applicants(rng, total, skill, by_area),
        "programmes": random_programmes(rng, total, list(settings["rankings"])),
    }
    if rng.random() < 0.3:
        tables["feeder_schools"] = random_feeder_schools(rng)
    seats = random_seats(rng, settings, tables["programmes"], len(tables["applicants"]))
    matrix = random_matrix(rng, settings, seats, tables)
    random_shares(rng, settings, seats, matrix, tables)
    if matrix:
        tables["feeder_seats"] = matrix
    tables["seats"] = [
        {"batch": batch, "programme_id": programme, "pool": pool, "seats": str(num_seats)}
        for (batch, programme, pool), num_seats in seats.items()
    ]
    tables["choices"] = random_choices(rng, settings, seats, tables)
    if any(rule["score"] == "priorities" for rule in settings["rankings"].values()):
        tables["priorities"] = random_priorities(rng, tables, total)
    for rows in tables.values():
        rng.shuffle(rows)
    write_scenario(folder, settings, tables)


def write_scenario(folder: Path, settings: Settings, tables: Mapping[str, list[Row]]) -> None:
    """The folder as an office would keep it."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {**settings, "tables": {name: f"{name}.csv" for name in tables}}
    text = "".join(f"{key}: {as_yaml(value)}\n" for key, value in document.items())
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(rows[0]) if rows else COLUMNS[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


COLUMNS = {"choices": ["applicant_id", "batch", "choice", "programme_id"]}  # the one table that may be empty


def as_yaml(value: Any) -> str:
    """A value in YAML's flow style, decimals as written."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {as_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    return f"{value:f}" if not isinstance(value, int) else str(value)


def interest(result: OracleResult, folder: Path) -> dict[str, bool]:
    """What a scenario and its result show, so that tests can ask for enough of everything."""
    scenario = read(folder)
    per_school = {name for name, pool in scenario.pools.items() if pool.per_school}
    leftover = {batch.name for batch in scenario.batches if batch.leftover}
    order = {batch.name: batch.order for batch in scenario.batches}
    used = {pool for _, _, pool, _ in result.assignments.values()}
    in_batches = {batch for _, batch, _, _ in result.assignments.values()}
    refused_in = {order[batch] for batch, _, _ in result.refused}
    carried_to = {key for key, num_seats in result.carried.items() if num_seats > 0}
    return {
        "share of a pool": dealt_out(scenario).seats != scenario.seats,
        "share of a given matrix": dealt_out(scenario).feeder_seats != scenario.feeder_seats,
        "reserved": bool(used - {"open", "reverted"}),
        "feeder": bool(used & per_school),
        "special": bool(used - per_school - {"open", "reverted"}),
        "reverted": "reverted" in used,
        "carried": any(
            (batch, p) in carried_to and pool == "open" for p, batch, pool, _ in result.assignments.values()
        ),
        "leftover": bool(in_batches & leftover),
        "refused": bool(result.refused),
        "refused by choice": "choice_first" in refused_in,
        "refused by band": "banded" in refused_in,
        "unplaced": any(a not in result.assignments for _, a in scenario.choices),
        "floor": result.stopped.get("floor", 0) > 0,
        "provisional floor": any(
            scenario.pools[pool].floor_of == "provisional" and floor != scenario.pools[pool].floor_score
            for (_, _, pool), floor in result.floors.items()
        ),
        "floor of an earlier batch": any(
            scenario.pools[pool].floor_of in order and floor != scenario.pools[pool].floor_score
            for (_, _, pool), floor in result.floors.items()
        ),
        "no score": result.stopped.get("score", 0) > 0,
        "least score": result.stopped.get("min_score", 0) > 0,
        "group": result.stopped.get("group", 0) > 0,
        "control line": bool(result.control_lines),
        "control line raised twice": result.num_runs > 2,
        "control lines by area": bool(set(result.control_lines) - {""}),
        "ties above the seats": any(admitted > seats > 0 for seats, admitted, _ in result.lines.values()),
        "apportioned": any(
            pool in per_school and batch not in {given for given, _, _ in scenario.feeder_seats} and num_admitted > 0
            for (batch, _, pool, _), (_, num_admitted, _) in result.lines.items()
        ),
        "own order": any(
            scenario.rankings[scenario.programmes[p].ranking or batch_ranking].score == "priorities"
            for p, batch, _, _ in result.assignments.values()
            for batch_ranking in [next(b.ranking for b in scenario.batches if b.name == batch)]
        ),
        "several batches": len(in_batches) > 1,
    }
