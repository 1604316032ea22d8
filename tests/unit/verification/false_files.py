"""False files: the assignments are true, and something else that is published is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl

from allocator.outcome.outcome import ControlLineStep, Outcome
from tests.unit.verification.town import Town


def line(column: str, value: object, **where: object) -> Callable[[Town], Outcome]:
    """The first line of this kind with another value."""

    def change(place: Town) -> Outcome:
        lines = place.outcome.lines.with_row_index("nth")
        chosen = lines.filter(pl.col("admitted") > 0, **where)["nth"][0]
        new = pl.col(column) + value if isinstance(value, int) else pl.lit(value)
        changed = lines.with_columns(pl.when(pl.col("nth") == chosen).then(new).otherwise(column).alias(column))
        assert not changed.equals(lines)
        return replace(place.outcome, lines=changed.drop("nth"))

    return change


def lines(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Town], Outcome]:
    return lambda place: replace(place.outcome, lines=change(place.outcome.lines))


def feeder_seats(*changes: tuple[int, int]) -> Callable[[Town], Outcome]:
    """Rows of the matrix with more seats than before."""

    def change(place: Town) -> Outcome:
        seats = place.outcome.feeder_seats["seats"].to_list()
        for row, more in changes:
            seats[row] += more
        return replace(place.outcome, feeder_seats=place.outcome.feeder_seats.with_columns(seats=pl.Series(seats)))

    return change


def matrix(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Town], Outcome]:
    return lambda place: replace(place.outcome, feeder_seats=change(place.outcome.feeder_seats))


def vacancies(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Town], Outcome]:
    def apply(place: Town) -> Outcome:
        changed = change(place.outcome.vacancies)
        assert not changed.equals(place.outcome.vacancies)
        return replace(place.outcome, vacancies=changed)

    return apply


def floors(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Town], Outcome]:
    return lambda place: replace(place.outcome, floors=change(place.outcome.floors))


def summary(key: str, value: object) -> Callable[[Town], Outcome]:
    def change(place: Town) -> Outcome:
        found: Any = place.outcome.summary
        assert found[key] != value
        return replace(place.outcome, summary={**found, key: value})

    return change


def rounds(change: Callable[[tuple[ControlLineStep, ...]], tuple[ControlLineStep, ...]]) -> Callable[[Town], Outcome]:
    """Other rounds of the control line, and a summary that tells of them."""

    def apply(place: Town) -> Outcome:
        steps = change(place.outcome.control_line_steps)
        assert steps != place.outcome.control_line_steps
        told = [{"lines": dict(s.lines), "general": dict(s.general), "basis": dict(s.basis)} for s in steps]
        summary = {
            **place.outcome.summary,
            "control_line_steps": told,
            "control_lines": dict(steps[-1].lines) if steps else {},
        }
        return replace(place.outcome, control_line_steps=steps, summary=summary)

    return apply


def with_line(step: ControlLineStep, scope: str, line: str) -> ControlLineStep:
    return replace(step, lines={**step.lines, scope: line})
