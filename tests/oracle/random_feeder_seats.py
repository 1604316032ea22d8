"""The feeder seats of a random scenario: a given matrix, or what R9 needs to apportion them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from tests.oracle.random_settings import MANY_SCHOOLS, Settings
from tests.oracle.random_tables import Row, SeatRows
from tests.oracle.reading import Applicant, in_group


def random_feeder_schools(rng: random.Random) -> list[Row]:
    """All feeder schools, with or without applicants; `plan` is a weight for R9."""
    return [
        {"feeder_school_id": school, "setting": rng.choice(["urban", "rural"]), "plan": str(rng.randint(i == 0, 3))}
        for i, school in enumerate(MANY_SCHOOLS)
    ]


def random_matrix(
    rng: random.Random, settings: Settings, seats: SeatRows, tables: Mapping[str, list[Row]]
) -> list[Row]:
    """The given feeder seats; the batches that are left without any are apportioned by R9.

    Where seats cannot be apportioned, ``seats`` is changed: none if no feeder school has a weight, more if there are
    too few for the minimum.
    """
    named = tables.get("feeder_schools", tables["applicants"])
    schools = sorted({row["feeder_school_id"] for row in named} - {""})
    how = rng.choice(["given", "given", "apportioned", "apportioned", "both"])
    matrix: list[Row] = []
    for pool, rule in settings["pools"].items():
        if "per" not in rule:
            continue
        shared: list[tuple[str, str, str]] = []
        for batch in settings["batches"]:
            here = [key for key in seats if (key[0], key[2]) == (batch["name"], pool)]
            if how == "apportioned" or (how == "both" and rng.random() < 0.5):
                shared += here
                continue
            for key in here:
                split = [rng.choice(schools) for _ in range(seats[key])]
                matrix += [
                    {"batch": key[0], "programme_id": key[1], "feeder_school_id": s, "seats": str(split.count(s))}
                    for s in schools
                    if s in split or rng.random() < 0.5
                ]
        if shared:
            rule |= random_apportionment(rng, "feeder_schools" in tables)
            num_weights = count_weights(settings, rule, tables)
            least = rule.get("apportion", {}).get("minimum", 0) * num_weights
            for key in shared:
                seats[key] = max(seats[key], least) if seats[key] and num_weights else 0
    return matrix


def random_apportionment(rng: random.Random, has_table: bool) -> Settings:
    apportion: Settings = {}
    if rng.random() < 0.7:
        apportion["method"] = rng.choice(["largest_remainder", "controlled", "controlled"])
    if has_table and rng.random() < 0.5:
        apportion["weight"] = rng.choice(["plan", "eligible"])
    if rng.random() < 0.3:
        apportion["minimum"] = rng.choice([0, 1, 1])
    return {"apportion": apportion} if apportion else {}


def count_weights(settings: Settings, rule: Settings, tables: Mapping[str, list[Row]]) -> int:
    """How many feeder schools have a weight."""
    if rule.get("apportion", {}).get("weight") == "plan":
        return sum(row["plan"] != "0" for row in tables["feeder_schools"])
    group = as_written(settings["groups"].get(rule.get("group"), {}))
    members = [row for row in tables["applicants"] if in_group(Applicant(row["applicant_id"], row), group)]
    return len({row["feeder_school_id"] for row in members} - {""})


def as_written(value: Any) -> Any:
    """A value of the settings with every scalar as the text that stands in the file."""
    if isinstance(value, dict):
        return {key: as_written(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_written(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
