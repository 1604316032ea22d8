"""Tiny random scenarios with optimal batches and reassignments anywhere in the run (R10, R11), between stable ones."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from tests.oracle.generate import write_scenario
from tests.oracle.random_feeder_seats import random_matrix
from tests.oracle.random_problems import CHOICE_OBJECTIVES
from tests.oracle.random_settings import Settings, random_pool_names, random_scale, random_settings
from tests.oracle.random_tables import (
    Row,
    random_applicants,
    random_choices,
    random_priorities,
    random_programmes,
    random_seats,
)

LONGEST_LIST = 3  # in an optimal batch, so that all assignments can be tried


def random_optimal_scenario(rng: random.Random, folder: Path) -> None:
    """Write a valid scenario: 3 to 7 applicants, 2 to 4 programmes, 1 to 4 batches, not all of them stable."""
    total, skill = random_scale(rng, rng.choice([4, 8, 15])), random_scale(rng, rng.choice([3, 10]))
    settings = random_settings(rng, total, skill, batches=random_batches(rng))
    settings["caps"] = random_caps(rng)
    guideline = settings.get("guideline", {})
    if guideline and rng.random() < 0.4:
        guideline["enforce"] = "constraint"
    if has_unpublished_runs(settings):
        settings["caps"] = settings["caps"][:1]
    optimal = [batch for batch in settings["batches"] if batch.get("mechanism") == "optimal"]
    for batch in settings["batches"]:
        if "mechanism" in batch:
            batch["objectives"] = random_objectives(rng, settings, batch["mechanism"] == "reassign")
            batch["ranking"] = rng.choice(["exam", "exam", "specialty"])
    without_provisional_floors(settings)
    by_area = guideline.get("scope") == "area"
    tables: dict[str, list[Row]] = {
        "applicants": random_applicants(rng, total, skill, by_area)[: rng.randint(3, 7)],
        "programmes": random_programmes(rng, total, list(settings["rankings"]))[:4],
    }
    tables["schools"] = add_schools(rng, tables["programmes"])
    seats = random_seats(rng, settings, tables["programmes"], len(tables["applicants"]))
    matrix = random_matrix(rng, settings, seats, tables)
    if matrix:
        tables["feeder_seats"] = matrix
    tables["seats"] = [
        {"batch": batch, "programme_id": programme, "pool": pool, "seats": str(num_seats)}
        for (batch, programme, pool), num_seats in seats.items()
    ]
    add_least_sizes(rng, settings, tables)
    choices = random_choices(rng, settings, seats, tables)
    tables["choices"] = with_indifference(rng, {batch["name"]: batch for batch in settings["batches"]}, choices)
    if any(rule["score"] == "priorities" for rule in settings["rankings"].values()):
        tables["priorities"] = random_priorities(rng, tables, total)
    for batch in settings["batches"]:
        if batch.get("mechanism") == "reassign":
            as_short_as_may_be(rng, settings, batch)
    if not optimal and not settings["caps"]:
        del settings["caps"]
    for rows in tables.values():
        rng.shuffle(rows)
    write_scenario(folder, settings, tables)


def random_batches(rng: random.Random) -> list[Settings]:
    """Stable, optimal and leftover batches in any order; a reassignment, most often at the end."""
    batches: list[Settings] = []
    names = rng.sample(["early", "quota", "main", "second"], rng.choice([1, 2, 2, 3]))
    for i, name in enumerate(names):
        kind = rng.choice(["stable", "optimal", "optimal"])
        batch: Settings = {"name": name}
        if kind == "optimal":
            batch["mechanism"] = kind
        if i > 0 and rng.random() < 0.2:
            batch |= {"pools": ["open"], "seats": "leftover"}
        else:
            batch["pools"] = random_pool_names(rng, may_lack_open=i < len(names) - 1)
        batches.append(batch)
        if rng.random() < (0.5 if i == len(names) - 1 else 0.1):
            batches.append({"name": f"after {name}", "mechanism": "reassign", "pools": ["open"], "seats": "leftover"})
    if not any("mechanism" in batch for batch in batches):
        batches[-1]["mechanism"] = "optimal"
    return batches


def random_objectives(rng: random.Random, settings: Settings, reassigns: bool) -> list[str]:
    names = ["placed", *(["same_area"] * 3 if reassigns else ["feeder", *CHOICE_OBJECTIVES])]
    names += ["guideline"] * 3 if "guideline" in settings and not has_unpublished_runs(settings) else []
    names += ["targets", "worst_target"] if any("target" in cap for cap in settings["caps"]) else []
    first = ["placed"] if rng.random() < 0.6 else []
    chosen = dict.fromkeys([*first, *rng.sample(names, min(len(names), rng.randint(0, 4)))])
    return [*chosen, *(["score"] if not chosen or rng.random() < 0.5 else [])]


def random_caps(rng: random.Random) -> list[Settings]:
    """By track, area, ownership or tier, of the programme or of its school."""
    caps: list[Settings] = []
    for i in range(rng.choice([0, 0, 1, 1, 2, 3])):
        tests = {
            "track": rng.choice(["general", "vocational"]),
            "area": rng.choice(["A", {"one_of": ["A", "B"]}]),
            "ownership": rng.choice(["public", "private"]),
            "key_school": rng.random() < 0.5,
        }
        where = {column: tests[column] for column in rng.sample(list(tests), rng.choice([1, 1, 2]))}
        cap: Settings = {"name": f"cap {i}", "where": where}
        kind = rng.choice(["at_most", "at_most", "at_most", "target", "target", "at_least", "both"])
        if kind in ("at_least", "both"):
            cap["at_least"] = rng.choice([0, 1, 1, 2])
        if kind in ("at_most", "both"):
            cap["at_most"] = rng.randint(2, 5)
        if kind == "target" or rng.random() < 0.3:
            cap["target"] = rng.randint(0, 4)
        caps.append(cap)
    return caps


def has_unpublished_runs(settings: Settings) -> bool:
    """Where bounds cross, the run before a control line rises settles within counts that nobody publishes."""
    return bool(settings.get("guideline", {}).get("enforce") == "control_line")


def without_provisional_floors(settings: Settings) -> None:
    """An optimal batch has no provisional line."""
    shared = {pool for batch in settings["batches"] if "mechanism" in batch for pool in batch["pools"]}
    for pool, rule in settings["pools"].items():
        if pool in shared and rule.get("floor", {}).get("of") == "provisional":
            del rule["floor"]


def add_schools(rng: random.Random, programmes: list[Row]) -> list[Row]:
    """What caps test stands in the programmes table, in the schools table, or in both."""
    schools = [
        {
            "school_id": f"S{i}",
            "area": rng.choice(["A", "B", "C", ""]),
            "ownership": rng.choice(["public", "private"]),
            "key_school": rng.choice(["true", "false", "yes", "0"]),
        }
        for i in range(2)
    ]
    for row in programmes:
        row["school_id"] = rng.choice(["S0", "S1", "S1", ""])
        row["area"] = rng.choice(["A", "B", "", ""])
    return schools


def add_least_sizes(rng: random.Random, settings: Settings, tables: Mapping[str, list[Row]]) -> None:
    """R10: for programmes that no stable batch offers."""
    if rng.random() < 0.6:
        return
    stable = {batch["name"] for batch in settings["batches"] if "mechanism" not in batch}
    if any(batch.get("seats") == "leftover" and batch["name"] in stable for batch in settings["batches"]):
        return
    for row in tables["programmes"]:
        offered = {seat["batch"] for seat in tables["seats"] if seat["programme_id"] == row["programme_id"]}
        row["min_open"] = rng.choice(["", "1", "2", "2", "3"]) if not offered & stable else ""


def with_indifference(rng: random.Random, batches: Mapping[str, Settings], choices: list[Row]) -> list[Row]:
    """Lists of optimal batches are short, and may have equal choice numbers; a reassignment has none."""
    kept: list[Row] = []
    length = 0
    for row in choices:  # an applicant's rows of a batch stand together, best first
        same_list = bool(kept) and all(kept[-1][key] == row[key] for key in ("applicant_id", "batch"))
        length = length + 1 if same_list else 1
        mechanism = batches[row["batch"]].get("mechanism", "stable")
        if mechanism == "reassign" or (mechanism == "optimal" and length > LONGEST_LIST):
            continue
        if mechanism == "optimal" and same_list and rng.random() < 0.3:
            row = {**row, "choice": kept[-1]["choice"]}
        kept.append(row)
    return kept


def as_short_as_may_be(rng: random.Random, settings: Settings, batch: Settings) -> None:
    """A reassignment with less written: the rest is implied (R11)."""
    del batch["pools"], batch["seats"]
    if rng.random() < 0.6:
        batch["group"] = rng.choice(list(settings["groups"]))
    if not has_unpublished_runs(settings) and rng.random() < 0.5:
        del batch["objectives"]
    first = settings["rankings"][next(iter(settings["rankings"]))]
    if first["score"] != "priorities" and rng.random() < 0.5:
        del batch["ranking"]
