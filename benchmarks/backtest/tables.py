"""The published tables: lines of 2023, score tables of both years, and what can be said from them alone."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CODE, NAME = "学校代码", "学校名称"
OPEN_LINE, PRIVATE_LINE = "录取分数线", "民办录取分数线"
PLAN, ADJUSTED = "5+2区域计划", "5+2区域调剂"
SCORE, AT_OR_ABOVE = "分数", "累计"


@dataclass(frozen=True)
class Published:
    """What was published of the two years; the lines of the second are not among it."""

    names: Mapping[str, str]  # 2023, by school code
    open_lines: Mapping[str, int]  # 2023, points, by code of a public school with an open line
    private_lines: Mapping[str, int]  # 2023, points, by code of a private school with a line
    before: Mapping[int, int]  # 2023: applicants at or above the score
    after: Mapping[int, int]  # 2024: applicants at or above the score

    @property
    def control_line(self) -> int:
        """The lowest line of 2023, which the schools with empty seats share."""
        return min(self.open_lines.values())

    @property
    def lines(self) -> dict[str, int]:
        """The lines of 2023 by school code, public and private."""
        return {**self.open_lines, **self.private_lines}


def read_tables(data: Path) -> Published:
    """The tables of the folder, which are checked in full where the cohort is made from them."""
    schools = _rows(data / "schools_2023.csv")
    return Published(
        names={row[CODE]: row[NAME] for row in schools},
        open_lines=_lines(schools, OPEN_LINE),
        private_lines=_lines(schools, PRIVATE_LINE),
        before=_at_or_above(data / "scores_2023.csv"),
        after=_at_or_above(data / "scores_2024.csv"),
    )


def usual_prediction(published: Published) -> dict[str, int]:
    """The usual method, by school code: the rank of last year's line, scaled to this year's number of applicants."""
    most_before, most_after = max(published.before.values()), max(published.after.values())
    return {
        code: score_at(published.after, published.before[line] * most_after, most_before)
        for code, line in published.open_lines.items()
    }


def score_at(at_or_above: Mapping[int, int], number: int, over: int = 1) -> int:
    """The score whose applicants at or above it come nearest to number / over; of two, the higher score."""
    return min(at_or_above, key=lambda score: (abs(at_or_above[score] * over - number), -score))


def seats_of_schools(path: Path) -> dict[str, int]:
    """The plan of every school by its code, in all batches together, without 调剂 seats."""
    return {row[CODE]: int(row[PLAN] or 0) - int(row[ADJUSTED] or 0) for row in _rows(path)}


def _lines(schools: list[dict[str, str]], column: str) -> dict[str, int]:
    return {row[CODE]: int(row[column]) for row in schools if int(row[column] or 0)}


def _at_or_above(path: Path) -> dict[int, int]:
    return {int(row[SCORE]): int(row[AT_OR_ABOVE]) for row in _rows(path)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
