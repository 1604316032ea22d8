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
    min_open: int  # 0 if it always opens
    cells: Mapping[str, str]  # column to text, "" is a missing value; what it lacks, from its school's row


@dataclass(frozen=True)
class Ranking:
    score: str
    tie_break: tuple[str, ...]
    ties: str


@dataclass(frozen=True)
class Pool:
    per_school: bool
    group: str  # "" for everybody
    share: Fraction | None  # decision 024
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
    mechanism: str
    objectives: tuple[str, ...]  # the last is `score`
    group: str  # of a reassignment, "" for all unplaced


@dataclass(frozen=True)
class Guideline:
    share: Fraction
    tolerance: Fraction
    basis: str
    scope: str
    enforce: str
    ranking: str

    @property
    def limit(self) -> Fraction:
        """s of R8."""
        return self.share + self.tolerance

    @property
    def enforced(self) -> bool:
        """By a control line."""
        return self.enforce == "control_line"


@dataclass(frozen=True)
class Cap:
    name: str
    where: Mapping[str, Test]  # column of programmes or schools
    at_least: int | None
    at_most: int | None
    target: int | None


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
    caps: tuple[Cap, ...]
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
    guideline = _guideline(document["guideline"], next(iter(rankings))) if "guideline" in document else None
    of_school = {row["school_id"]: row for row in tables.get("schools", [])}
    return Scenario(
        lottery_seed=document.get("lottery_seed", ""),
        applicants=applicants,
        programmes={row["programme_id"]: _programme(row, of_school) for row in tables["programmes"]},
        rankings=rankings,
        groups=document.get("groups", {}),
        pools={"open": _pool({}), **{name: _pool(rule) for name, rule in document.get("pools", {}).items()}},
        batches=tuple(_batch(rule, guideline, next(iter(rankings))) for rule in document["batches"]),
        guideline=guideline,
        caps=tuple(_cap(rule) for rule in document.get("caps", [])),
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


def in_cap(programme: Programme, cap: Cap) -> bool:
    """All tests of a cap hold; a missing value fails every test."""
    return all(_passes(programme.cells.get(column, ""), test) for column, test in cap.where.items())


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


def _programme(row: Mapping[str, str], of_school: Mapping[str, Mapping[str, str]]) -> Programme:
    school = of_school.get(row.get("school_id", ""), {})
    return Programme(
        id=row["programme_id"],
        track=row["track"],
        ranking=row.get("ranking", ""),
        min_score=number(row.get("min_score", "")),
        min_open=int(row.get("min_open") or 0),
        cells={column: row.get(column) or school.get(column, "") for column in {**row, **school}},
    )


def _pool(rule: Mapping[str, Any]) -> Pool:
    floor, apportion = rule.get("floor", {}), rule.get("apportion", {})
    return Pool(
        per_school="per" in rule,
        group=rule.get("group", ""),
        share=number(rule.get("share", "")),
        unfilled=rule.get("unfilled", "open"),
        floor_score=number(floor.get("score", "")),
        floor_below=number(floor.get("below_line", "")),
        floor_of=floor.get("of", ""),
        method=apportion.get("method", "largest_remainder"),
        weight=apportion.get("weight", "eligible"),
        minimum=int(apportion.get("minimum", 0)),
    )


def _batch(rule: Mapping[str, Any], guideline: Guideline | None, first_ranking: str) -> Batch:
    mechanism, objectives = rule.get("mechanism", "stable"), rule.get("objectives", [])
    reassigns = mechanism == "reassign"
    if reassigns and "objectives" not in rule:
        objectives = ["placed", *(["guideline"] if guideline else []), "same_area"]
    return Batch(
        name=rule["name"],
        ranking=rule.get("ranking", guideline.ranking if guideline else first_ranking),
        pools=tuple(rule.get("pools", ["open"])),
        order=rule.get("order", "score_first"),
        choice_tier=int(rule.get("choice_tier", 1)),
        band_width=number(rule.get("band_width", "")),
        leftover=reassigns or rule.get("seats") == "leftover",
        mechanism=mechanism,
        objectives=(*(name for name in objectives if name != "score"), "score"),
        group=rule.get("group", ""),
    )


def _guideline(rule: Mapping[str, str], first_ranking: str) -> Guideline:
    return Guideline(
        share=Fraction(rule["general_share"]),
        tolerance=Fraction(rule.get("tolerance", "0")),
        basis=rule.get("basis", "admitted"),
        scope=rule.get("scope", "city"),
        enforce=rule.get("enforce", "report"),
        ranking=rule.get("ranking", first_ranking),
    )


def _cap(rule: Mapping[str, Any]) -> Cap:
    at_least, at_most, target = (int(rule[key]) if key in rule else None for key in ("at_least", "at_most", "target"))
    return Cap(rule["name"], rule["where"], at_least, at_most, target)


def _choices(rows: list[dict[str, str]]) -> dict[tuple[str, str], dict[str, int]]:
    lists: dict[tuple[str, str], dict[str, int]] = {}
    for row in sorted(rows, key=lambda row: int(row["choice"])):
        lists.setdefault((row["batch"], row["applicant_id"]), {})[row["programme_id"]] = int(row["choice"])
    return lists
