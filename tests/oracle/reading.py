"""A scenario folder as plain Python objects: the part of formats.md that the rules need, input taken to be valid."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

TRUE_TEXTS = ("true", "1", "yes", "是")  # everything else that is not empty is false

Test = Mapping[str, Any] | str  # of one column of a group


@dataclass(frozen=True)
class Applicant:
    id: str
    cells: Mapping[str, str]  # column to text, "" is a missing value

    @property
    def feeder_school(self) -> str:
        return self.cells.get("feeder_school_id", "")

    @property
    def area(self) -> str:
        return self.cells.get("area", "")

    def number(self, column: str) -> Fraction | None:
        return number(self.cells[column])


@dataclass(frozen=True)
class Programme:
    id: str
    track: str
    ranking: str  # "" if it names none
    min_score: Fraction | None


@dataclass(frozen=True)
class Ranking:
    score: str
    tie_break: tuple[str, ...]
    ties: str


@dataclass(frozen=True)
class Pool:
    per_school: bool
    group: str  # "" for everybody
    unfilled: str
    floor_score: Fraction | None
    floor_below: Fraction | None
    floor_of: str
    method: str
    weight: str
    minimum: int


@dataclass(frozen=True)
class Batch:
    name: str
    ranking: str
    pools: tuple[str, ...]
    order: str
    choice_tier: int
    band_width: Fraction | None
    leftover: bool


@dataclass(frozen=True)
class Guideline:
    limit: Fraction  # s of R8: general_share + tolerance
    basis: str
    scope: str
    enforced: bool
    ranking: str


@dataclass(frozen=True)
class Scenario:
    lottery_seed: str
    applicants: Mapping[str, Applicant]
    programmes: Mapping[str, Programme]
    rankings: Mapping[str, Ranking]
    groups: Mapping[str, Mapping[str, Test]]
    pools: Mapping[str, Pool]
    batches: tuple[Batch, ...]
    guideline: Guideline | None
    seats: Mapping[tuple[str, str, str], int]  # batch, programme, pool
    feeder_seats: Mapping[tuple[str, str, str], int]  # batch, programme, feeder school
    choices: Mapping[tuple[str, str], Mapping[str, int]]  # batch, applicant: programme to choice number, best first
    priorities: Mapping[tuple[str, str], Fraction]  # programme, applicant
    feeder_schools: Mapping[str, Mapping[str, str]]  # in the order of identifiers; cells of their table, if any


def number(text: str) -> Fraction | None:
    """A decimal exactly as written; None where there is none."""
    return Fraction(text) if text else None


def read(folder: Path) -> Scenario:
    """The scenario in a folder."""
    # The base loader keeps every scalar as the text that was written, so no decimal passes through a float.
    document = YAML(typ="base").load((folder / "scenario.yaml").read_text(encoding="utf-8"))
    tables = {name: _rows(folder / file) for name, file in document["tables"].items()}
    applicants = {row["applicant_id"]: Applicant(row["applicant_id"], row) for row in tables["applicants"]}
    rankings = {
        name: Ranking(rule["score"], tuple(rule.get("tie_break", ())), rule.get("ties", "lottery"))
        for name, rule in document["rankings"].items()
    }
    names = {a.feeder_school for a in applicants.values()} - {""}
    schools = {
        row["feeder_school_id"]: row for row in tables.get("feeder_schools", [{"feeder_school_id": n} for n in names])
    }
    return Scenario(
        lottery_seed=document.get("lottery_seed", ""),
        applicants=applicants,
        programmes={row["programme_id"]: _programme(row) for row in tables["programmes"]},
        rankings=rankings,
        groups=document.get("groups", {}),
        pools={"open": _pool({}), **{name: _pool(rule) for name, rule in document.get("pools", {}).items()}},
        batches=tuple(_batch(rule) for rule in document["batches"]),
        guideline=_guideline(document["guideline"], next(iter(rankings))) if "guideline" in document else None,
        seats={(row["batch"], row["programme_id"], row["pool"]): int(row["seats"]) for row in tables["seats"]},
        feeder_seats={
            (row["batch"], row["programme_id"], row["feeder_school_id"]): int(row["seats"])
            for row in tables.get("feeder_seats", [])
        },
        choices=_choices(tables["choices"]),
        priorities={
            (row["programme_id"], row["applicant_id"]): Fraction(row["priority"])
            for row in tables.get("priorities", [])
        },
        feeder_schools=dict(sorted(schools.items())),
    )


def in_group(applicant: Applicant, group: Mapping[str, Test]) -> bool:
    """All tests of a group hold; a missing value fails every test."""
    return all(_passes(applicant.cells[column], test) for column, test in group.items())


def _passes(cell: str, test: Test) -> bool:
    if cell == "":
        return False
    if isinstance(test, str):
        return (cell in TRUE_TEXTS) == (test == "true") if test in ("true", "false") else cell == test
    if "one_of" in test:
        return cell in test["one_of"]
    value = Fraction(cell)
    return ("at_least" not in test or value >= Fraction(test["at_least"])) and (
        "at_most" not in test or value <= Fraction(test["at_most"])
    )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _programme(row: Mapping[str, str]) -> Programme:
    return Programme(row["programme_id"], row["track"], row.get("ranking", ""), number(row.get("min_score", "")))


def _pool(rule: Mapping[str, Any]) -> Pool:
    floor, apportion = rule.get("floor", {}), rule.get("apportion", {})
    return Pool(
        per_school="per" in rule,
        group=rule.get("group", ""),
        unfilled=rule.get("unfilled", "open"),
        floor_score=number(floor.get("score", "")),
        floor_below=number(floor.get("below_line", "")),
        floor_of=floor.get("of", ""),
        method=apportion.get("method", "largest_remainder"),
        weight=apportion.get("weight", "eligible"),
        minimum=int(apportion.get("minimum", 0)),
    )


def _batch(rule: Mapping[str, Any]) -> Batch:
    return Batch(
        name=rule["name"],
        ranking=rule["ranking"],
        pools=tuple(rule["pools"]),
        order=rule.get("order", "score_first"),
        choice_tier=int(rule.get("choice_tier", 1)),
        band_width=number(rule.get("band_width", "")),
        leftover=rule.get("seats") == "leftover",
    )


def _guideline(rule: Mapping[str, str], first_ranking: str) -> Guideline:
    return Guideline(
        limit=Fraction(rule["general_share"]) + Fraction(rule.get("tolerance", "0")),
        basis=rule.get("basis", "admitted"),
        scope=rule.get("scope", "city"),
        enforced=rule.get("enforce", "report") == "control_line",
        ranking=rule.get("ranking", first_ranking),
    )


def _choices(rows: list[dict[str, str]]) -> dict[tuple[str, str], dict[str, int]]:
    lists: dict[tuple[str, str], dict[str, int]] = {}
    for row in sorted(rows, key=lambda row: int(row["choice"])):
        lists.setdefault((row["batch"], row["applicant_id"]), {})[row["programme_id"]] = int(row["choice"])
    return lists
