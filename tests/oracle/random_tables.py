"""The tables of a random scenario: few scores, shared by several; few seats; programmes that most want."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal

from tests.oracle.random_settings import MANY_AREAS, MANY_SCHOOLS, Scale, Settings

Row = dict[str, str]
SeatRows = dict[tuple[str, str, str], int]  # batch, programme, pool


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


def random_seats(rng: random.Random, settings: Settings, programmes: list[Row], num_applicants: int) -> SeatRows:
    """Batch, programme and pool to seats: a few for all, thrown at random, so that some rows have none."""
    rows: list[tuple[str, str, str]] = []
    for batch in settings["batches"]:
        if "seats" not in batch:
            for programme in (row["programme_id"] for row in programmes if rng.random() < 0.85):
                rows += [(batch["name"], programme, pool) for pool in batch["pools"] if rng.random() < 0.85]
    if not rows:
        first = settings["batches"][0]
        rows = [(first["name"], row["programme_id"], first["pools"][0]) for row in programmes]
    seats = dict.fromkeys(rows, 0)
    share = rng.choice([0.3, 0.5, 0.7, 0.9, 1.2])
    weights = [1 if pool == "open" else 1.5 for _, _, pool in rows]
    for key in rng.choices(rows, weights, k=max(2, round(share * num_applicants))):
        seats[key] += 1
    return seats


def random_choices(
    rng: random.Random, settings: Settings, seats: SeatRows, tables: Mapping[str, list[Row]]
) -> list[Row]:
    """Lists of programmes that have a row in the batch, with or without gaps in the choice numbers; some file none."""
    popularity = {
        row["programme_id"]: 1 / (1 + i) ** rng.choice([0, 1, 1, 2]) for i, row in enumerate(tables["programmes"])
    }
    files = rng.choice([0.5, 0.9, 1])
    has_gaps = rng.random() < 0.3
    rows: list[Row] = []
    earlier: set[str] = set()
    for batch in settings["batches"]:
        offered = {programme for name, programme, _ in seats if name == batch["name"]}
        listed = sorted(earlier if "seats" in batch else offered)
        earlier |= offered
        for applicant in tables["applicants"]:
            if not listed or rng.random() > files:
                continue
            wanted = sorted(listed, key=lambda p: -popularity[p] * rng.random())
            number = 0
            for programme in wanted[: rng.randint(1, 5)]:
                number += rng.choice([1, 1, 2, 4]) if has_gaps else 1
                rows.append(
                    {
                        "applicant_id": applicant["applicant_id"],
                        "batch": batch["name"],
                        "choice": str(number),
                        "programme_id": programme,
                    }
                )
    return rows


def random_priorities(rng: random.Random, tables: Mapping[str, list[Row]], total: Scale) -> list[Row]:
    """Programmes' own orders, with equals, in which some applicants are missing and so not acceptable."""
    present = rng.choice([0.7, 0.95, 1])
    return [
        {
            "programme_id": programme["programme_id"],
            "applicant_id": applicant["applicant_id"],
            "priority": plain(total.draw(rng)),
        }
        for programme in tables["programmes"]
        for applicant in tables["applicants"]
        if rng.random() < present
    ]


def plain(number: Decimal) -> str:
    """A number as an office may write it: no exponent, and whatever zeros stand at its end."""
    return f"{number:f}"
