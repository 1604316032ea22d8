"""Small random scenario folders over the whole space of R1 to R9, seats scarce and scores shared; and what they show."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.oracle.random_settings import MANY_AREAS, MANY_SCHOOLS, Scale, Settings, random_scale, random_settings
from tests.oracle.reading import in_group, read
from tests.oracle.rules import OracleResult

Row = dict[str, str]


def scenario_seeds() -> st.SearchStrategy[int]:
    """Seeds of random scenarios: ``random_scenario(random.Random(seed), folder)``."""
    return st.integers(min_value=0, max_value=2**32)


def random_scenario(rng: random.Random, folder: Path) -> None:
    """Write a valid scenario: 5 to 40 applicants, 2 to 7 programmes, 1 to 4 feeder schools, 1 to 3 areas."""
    total, skill = random_scale(rng, rng.choice([4, 8, 15, 40])), random_scale(rng, rng.choice([3, 10]))
    settings = random_settings(rng, total, skill)
    by_area = settings.get("guideline", {}).get("scope") == "area"
    applicants = random_applicants(rng, total, skill, by_area)
    programmes = random_programmes(rng, total, list(settings["rankings"]))
    seats = random_seats(rng, settings, programmes, len(applicants))
    tables: dict[str, list[Row]] = {"applicants": applicants, "programmes": programmes}
    if rng.random() < 0.3:
        tables["feeder_schools"] = random_feeder_schools(rng)
    matrix = random_matrix(rng, settings, seats, tables)
    if matrix:
        tables["feeder_seats"] = matrix
    tables["seats"] = [
        {"batch": b, "programme_id": p, "pool": pool, "seats": str(q)} for (b, p, pool), q in seats.items()
    ]
    tables["choices"] = random_choices(rng, settings, tables)
    if any(rule["score"] == "priorities" for rule in settings["rankings"].values()):
        tables["priorities"] = random_priorities(rng, tables, total)
    for name in ("programmes", "seats", "choices", "priorities", "feeder_seats"):
        if name in tables:
            rng.shuffle(tables[name])
    write(folder, settings, tables)


def random_applicants(rng: random.Random, total: Scale, skill: Scale, by_area: bool) -> list[Row]:
    schools = MANY_SCHOOLS[: rng.randint(1, 4)]
    areas = MANY_AREAS[: rng.randint(1, 3)]
    points = Scale(Decimal(0), Decimal(rng.choice(["1", "1", "0.5"])), rng.choice([2, 4]))
    missing = rng.choice([0, 0, 0.05, 0.15])
    rows: list[Row] = []
    for i in range(rng.choice([rng.randint(5, 15), rng.randint(12, 40), rng.randint(20, 40)])):
        row = {
            "applicant_id": f"{i * 7 % 41:03d}",
            "feeder_school_id": rng.choice(schools),
            "area": rng.choice(areas),
            "total": plain(total.draw(rng)),
            "skill": plain(skill.draw(rng)),
            "enrolled_years": rng.choice("2333"),
            "repeater": rng.choice(["false", "no", "0", "否", "false", "true"]),
            "migrant": rng.choice(["true", "1", "yes", "是", "false", "0"]),
            **{column: plain(points.draw(rng)) for column in ("cme", "maths", "chinese")},
        }
        may_lack = [column for column in row if column not in ("applicant_id", "area" if by_area else "")]
        # The first applicant has everything, so that somebody has a score whatever the scenario compares.
        rows.append({c: "" if i > 0 and c in may_lack and rng.random() < missing else v for c, v in row.items()})
    return rows


def random_programmes(rng: random.Random, total: Scale, rankings: list[str]) -> list[Row]:
    own = rng.random() < 0.4
    return [
        {
            "programme_id": f"P{i}",
            "track": rng.choice(["general", "general", "vocational"]) if i > 1 else ("general", "vocational")[i],
            "ranking": rng.choice([*rankings, "", ""]) if own else "",
            "min_score": plain(total.draw_low(rng)) if rng.random() < 0.15 else "",
        }
        for i in range(rng.randint(2, 7))
    ]


def random_seats(
    rng: random.Random, settings: Settings, programmes: list[Row], num_applicants: int
) -> dict[tuple[str, str, str], int]:
    """Batch, programme and pool to seats: a few for all, thrown at random, so that some rows have none."""
    rows: list[tuple[str, str, str]] = []
    for batch in settings["batches"]:
        if "seats" not in batch:
            for row in programmes:
                if rng.random() < 0.85:
                    rows += [
                        (batch["name"], row["programme_id"], pool) for pool in batch["pools"] if rng.random() < 0.85
                    ]
    if not rows:
        first = settings["batches"][0]
        rows = [(first["name"], row["programme_id"], first["pools"][0]) for row in programmes]
    seats = dict.fromkeys(rows, 0)
    share = rng.choice([0.3, 0.5, 0.7, 0.9, 1.2])
    for row in rng.choices(rows, [1 if pool == "open" else 1.5 for _, _, pool in rows], k=max(2, round(share * num_applicants))):
        seats[row] += 1
    return seats


def random_feeder_schools(rng: random.Random) -> list[Row]:
    """All feeder schools, with or without applicants."""
    return [
        {"feeder_school_id": school, "setting": rng.choice(["urban", "rural"]), "plan": str(rng.randint(int(i == 0), 3))}
        for i, school in enumerate(MANY_SCHOOLS)
    ]


def random_matrix(
    rng: random.Random,
    settings: Settings,
    seats: dict[tuple[str, str, str], int],
    tables: Mapping[str, list[Row]],
) -> list[Row]:
    """The given feeder seats; the batches that are left without a matrix are apportioned (R9).

    Where the seats of a pool cannot be apportioned because nobody has a weight, they are taken away.
    """
    named = tables.get("feeder_schools", tables["applicants"])
    schools = sorted({row["feeder_school_id"] for row in named} - {""})
    given: list[Row] = []
    how = rng.choice(["given", "given", "apportioned", "apportioned", "both"])
    for pool, rule in settings["pools"].items():
        if "per" not in rule:
            continue
        shared: list[tuple[str, str, str]] = []
        for batch in settings["batches"]:
            here = [key for key in seats if key[0] == batch["name"] and key[2] == pool]
            if how == "given" or (how == "both" and rng.random() < 0.5):
                for key in here:
                    split = [rng.choice(schools) for _ in range(seats[key])]
                    given += [
                        {"batch": key[0], "programme_id": key[1], "feeder_school_id": s, "seats": str(split.count(s))}
                        for s in schools
                        if s in split or rng.random() < 0.5
                    ]
                if sum(seats[key] for key in here) and not any(row["batch"] == batch["name"] for row in given):
                    raise AssertionError("a given matrix must have rows")
            else:
                shared += here
        if shared and not can_be_shared(rng, settings, rule, [seats[key] for key in shared if seats[key]], tables):
            seats |= dict.fromkeys(shared, 0)
    return given


def can_be_shared(
    rng: random.Random, settings: Settings, rule: Settings, totals: list[int], tables: Mapping[str, list[Row]]
) -> bool:
    """Give a pool its `apportion`, with a minimum that its seats allow; False if no feeder school has a weight."""
    plan = "feeder_schools" in tables and rng.random() < 0.5
    if plan:
        num_weights = sum(row["plan"] != "0" for row in tables["feeder_schools"])
    else:
        group = json.loads(json.dumps(settings["groups"].get(rule.get("group"), {}), default=str))
        members = [row for row in tables["applicants"] if belongs(row, group)]
        num_weights = len({row["feeder_school_id"] for row in members} - {""})
    if num_weights == 0:
        return False
    apportion: Settings = {}
    if rng.random() < 0.7:
        apportion["method"] = rng.choice(["largest_remainder", "controlled"])
    if plan:
        apportion["weight"] = "plan"
    if rng.random() < 0.5:
        apportion["minimum"] = rng.randint(0, min(totals, default=0) // num_weights)
    if apportion:
        rule["apportion"] = apportion
    return True
