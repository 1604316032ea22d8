"""Random small scenarios with the columns that indicators group by."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

Rows = list[dict[str, str]]


def random_city(rng: random.Random, folder: Path, write: Callable[[random.Random, Path], None]) -> None:
    """A scenario that ``write`` makes, with schools, feeder schools and attributes; some cells are empty."""
    write(rng, folder)
    applicants, programmes = read_rows(folder / "applicants.csv"), read_rows(folder / "programmes.csv")
    for row in applicants:
        row["migrant_child"] = rng.choice(["yes", "", "no", "true"])
        row["special_needs"] = rng.choice(["1", "", "", ""])
    for row in programmes:
        row.setdefault("school_id", rng.choice(["S1", "S2", "S2", ""]))
        row["tier"] = rng.choice(["demonstration", "ordinary", ""])
        row["class_size"] = rng.choice(["2", "3", "5", ""])
    with_schools = (folder / "schools.csv").exists()
    schools: Rows = read_rows(folder / "schools.csv") if with_schools else [{"school_id": n} for n in ("S1", "S2")]
    for row in schools:
        row["tier"] = rng.choice(["demonstration", "other"])
    path = folder / "feeder_schools.csv"
    names = sorted({row["feeder_school_id"] for row in applicants} - {""})
    feeder_schools: Rows = read_rows(path) if path.exists() else [{"feeder_school_id": name} for name in names]
    for row in feeder_schools:
        row["setting"] = rng.choice(["urban", "township", "rural", ""])
        row["ownership"] = rng.choice(["public", "private"])
    document = (folder / "scenario.yaml").read_text(encoding="utf-8")
    new = ({} if with_schools else {"schools": "schools.csv"}) | (
        {} if path.exists() else {"feeder_schools": "feeder_schools.csv"}
    )
    listed = "".join(f"{name}: {file}, " for name, file in new.items())
    (folder / "scenario.yaml").write_text(document.replace("tables: {", f"tables: {{{listed}"), encoding="utf-8")
    for name, rows in (
        ("applicants", applicants),
        ("programmes", programmes),
        ("schools", schools),
        ("feeder_schools", feeder_schools),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
