"""What an outcome publishes about a few programmes: lines, admissions, floors and control lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from allocator.errors import InputError, Problem, UsageError, Where, message
from allocator.explanation.priority import Candidates
from allocator.explanation.reasons import Closed
from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import IntArray
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, Floor


class ContradictionError(InputError):
    """The outcome contradicts itself, so nothing can be explained from it; it fails verification (P10)."""

    exit_code = 4


@dataclass(frozen=True)
class Line:
    """A row of the published lines."""

    seats: int
    admitted: int
    score: Decimal | None  # lowest admitted score, None where nobody was admitted


@dataclass(frozen=True)
class FloorInForce:
    """R6: a pool's floor with its parts."""

    floor: Decimal
    rule: Floor
    open_line: Decimal | None


@dataclass(frozen=True)
class Published:
    """The part of an outcome that decides about some programmes. Keys are identifiers."""

    lines: Mapping[tuple[str, str, str, str | None], Line]  # batch, programme, pool, feeder school
    admissions: Mapping[tuple[str, str, str], Candidates]  # batch, programme, pool
    floors: Mapping[tuple[str, str, str], tuple[Decimal, Decimal | None]]  # the floor, and the provisional line
    control_lines: Mapping[str, Decimal]  # scope to score
    closed: Mapping[str, Closed]  # by programme: those that did not open for want of applicants

    def floor(self, batch: str, programme_id: str, pool: str, rule: Floor | None) -> FloorInForce | None:
        """The floor of a pool, None where it has none or all its parts are absent.

        Raises:
            ContradictionError: if the published floor is not the largest of its parts.
        """
        if rule is None:
            return None
        floor, provisional = self.floors.get((batch, programme_id, pool), (None, None))
        line = provisional if rule.of == "provisional" else self._open_line(rule.of, programme_id)
        parts = [] if rule.score is None else [rule.score]
        if rule.below_line is not None and line is not None:
            parts.append(line - rule.below_line)
        if floor != max(parts, default=None):
            raise contradiction("floors.csv", batch, programme_id, pool)
        return None if floor is None else FloorInForce(floor, rule, line)

    def _open_line(self, batch: str | None, programme_id: str) -> Decimal | None:
        """R6: the open line of an earlier batch, where it had open seats and all were taken."""
        row = self.lines.get((batch or "", programme_id, OPEN, None))
        return row.score if row is not None and 0 < row.seats <= row.admitted else None


def published(scenario: Scenario, outcome: Outcome, programme_ids: Collection[str]) -> Published:
    """What the outcome says about these programmes.

    Raises:
        UsageError: if the outcome is not of this scenario's applicants.
    """
    if not outcome.assignments["applicant_id"].equals(scenario.cohort.applicants.ids, check_names=False):
        raise UsageError("these results are not of this scenario: the applicants differ")
    listed = pl.col("programme_id").is_in(list(programme_ids))
    lines = {
        (batch, programme, pool, school or None): Line(seats, admitted, _decimal(line))
        for batch, programme, pool, school, seats, admitted, line in outcome.lines.filter(listed)
        .select("batch", "programme_id", "pool", "feeder_school_id", "seats", "admitted", "line")
        .iter_rows()
    }
    floors = {
        (batch, programme, pool): (Decimal(floor), _decimal(line))
        for batch, programme, pool, floor, line in outcome.floors.filter(listed)
        .select("batch", "programme_id", "pool", "floor", "provisional_line")
        .iter_rows()
    }
    steps = outcome.control_line_steps
    control_lines = {scope: Decimal(line) for scope, line in steps[-1].lines.items()} if steps else {}
    closed = {
        programme: Closed(min_open, admitted_if_open)
        for programme, min_open, admitted_if_open in outcome.closures.filter(listed & pl.col("closed"))
        .select("programme_id", "min_open", "admitted_if_open")
        .iter_rows()
    }
    return Published(lines, _admissions(outcome, listed), floors, control_lines, closed)


def _admissions(outcome: Outcome, listed: pl.Expr) -> dict[tuple[str, str, str], Candidates]:
    admitted = outcome.assignments.with_row_index("position").filter(listed)
    by_pool = admitted.partition_by("batch", "programme_id", "pool", as_dict=True)
    return {
        (str(batch), str(programme), str(pool)): Candidates(_integers(rows["position"]), _integers(rows["choice"]))
        for (batch, programme, pool), rows in by_pool.items()
    }


def _integers(column: pl.Series) -> IntArray:
    """Choice numbers are empty in a reassignment, where nothing is compared by them: 0."""
    return np.asarray(column.fill_null(0).to_numpy(), dtype=np.int64)


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


def contradiction(file: str, batch: str, programme_id: str, pool: str) -> ContradictionError:
    """The published value of a pool does not follow from the rest of the outcome."""
    return ContradictionError(
        [
            Problem(
                Where(file=file),
                'batch "{batch}", programme {programme}, pool "{pool}": the published values contradict the '
                "assignments; nothing can be explained from them. Run `allocator verify` on these results.",
                {"batch": batch, "programme": programme_id, "pool": pool},
            )
        ]
    )


def contradicts_assignments(file: str, applicant_id: str) -> ContradictionError:
    """The assignment of an applicant does not follow from the rest of the outcome."""
    template = message(
        "applicant {applicant}: the published lines do not give the result that is written here; "
        "nothing can be explained from them. Run `allocator verify` on these results."
    )
    return ContradictionError([Problem(Where(file=file), template, {"applicant": applicant_id})])
