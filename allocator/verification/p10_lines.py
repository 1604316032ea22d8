"""P10: the published lines decide every result; with them P5 and P6 as far as they show in the lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.verification.certificate import Breach, Witness, breach
from allocator.verification.lines_of import recomputed_lines
from allocator.verification.reached import Reached
from allocator.verification.rerun import rising_lines
from allocator.verification.standing import Standing
from allocator.verification.tables import ScenarioTables
from allocator.verification.witnesses import of_applicants

_OTHERWISE = message("{count} applicants got something else than the first choice and pool whose line they meet (P10).")
_NOT_OPTIMAL = message(
    "{count} applicants got something else than by R7: what they got is stable, but not the best stable outcome (P10)."
)
_ROWS = message("{count} rows of the published lines are missing, more than once there, or of nothing (P10).")
_ROW_ORDER = message("The rows of the published lines are not in the order of the format (P10).")
_SEATS = message("{count} published lines state other seats than R5 to R7 give (P6).")
_ADMITTED = message("{count} published lines state another number of admissions than the assignments have (P10).")
_LINE = message("{count} published lines are not the lowest score that was admitted (P10).")
_LAST = message("{count} published lines have another choice number or tie than the last admission by R2 and R3 (P5).")

_KEYS = ["batch", "programme_id", "pool", "feeder_school_id"]
_COLUMNS = (
    ("P6", _SEATS, ("seats",)),
    ("P10", _ADMITTED, ("admitted",)),
    ("P10", _LINE, ("line",)),
    ("P5", _LAST, ("line_choice", "line_tie")),
)


def p10_decided(tables: ScenarioTables, standings: list[Standing], reaches: list[Reached]) -> Iterator[Breach]:
    """P10: everybody has the first choice, and in it the first pool or own cell, whose line they meet."""
    for standing, reach in zip(standings, reaches, strict=True):
        sat = standing.admissions
        otherwise = (reach.first != sat.slot) | ((sat.programme >= 0) & (sat.slot < 0))
        who = np.flatnonzero(otherwise & ~standing.setting.placed)
        if len(who):
            yield breach(
                "P10", _OTHERWISE, len(who), of_applicants(tables, standing.tables, who, sat.programme[who[:100]])
            )
        elif not _only_one_stable(standing):
            best = rising_lines(standing.setting)
            who = np.flatnonzero(best.slot != sat.slot)
            if len(who):
                yield breach(
                    "P10",
                    _NOT_OPTIMAL,
                    len(who),
                    of_applicants(tables, standing.tables, who, best.programme[who[:100]]),
                )


def _only_one_stable(standing: Standing) -> bool:
    """Whether P3 and P4 leave only one outcome, which is then that of R7.

    Two stable outcomes differ by a circle of applicants in which each has, in the better one, the seat that the next
    has in the worse one, and the seat prefers the next. With one ranking and no seats that revert, the band and the
    choice tier (never worse at a choice listed higher) cannot get better all the way round, so they stay equal, and
    then the rank would have to get better all the way round.
    """
    batch = standing.tables
    chosen = np.zeros(len(batch.ranking), dtype=np.bool_)
    chosen[batch.programme] = True
    used = {batch.ranking[p] for p in np.flatnonzero(chosen).tolist()}
    one_ranking = len(used) <= 1 and not any(order.from_priorities for order in batch.priority.orders)
    return one_ranking and not standing.setting.seats[batch.reverts_to >= 0].any()


def p10_published(tables: ScenarioTables, outcome: Outcome, standings: list[Standing]) -> Iterator[Breach]:
    """P10 rests on the published lines being those of the assignments; seats belong to P6, the last admission to P5."""
    expected, claimed = recomputed_lines(tables, standings), outcome.lines
    if claimed.equals(expected):
        return
    if not claimed.select(_KEYS).equals(expected.select(_KEYS)):
        odd = _odd_rows(expected, claimed)
        yield breach("P10", _ROWS if odd.height else _ROW_ORDER, max(1, odd.height), _witnesses(odd))
        shared = expected.select(_KEYS).join(claimed.unique(_KEYS), on=_KEYS, how="inner", nulls_equal=True)
        expected = shared.select(_KEYS).join(expected, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
        claimed = shared.select(_KEYS).join(
            claimed.unique(_KEYS), on=_KEYS, how="left", nulls_equal=True, maintain_order="left"
        )
    for prop, template, columns in _COLUMNS:
        wrong = pl.Series([False]).new_from_index(0, expected.height)
        for column in columns:
            wrong |= claimed[column].ne_missing(expected[column])
        if wrong.any():
            yield breach(prop, template, int(wrong.sum()), _witnesses(expected.filter(wrong)))


def _odd_rows(expected: pl.DataFrame, claimed: pl.DataFrame) -> pl.DataFrame:
    """Rows that only one of the two has, and rows that are claimed more than once."""
    return pl.concat(
        [
            expected.select(_KEYS).join(claimed, on=_KEYS, how="anti", nulls_equal=True),
            claimed.select(_KEYS).join(expected, on=_KEYS, how="anti", nulls_equal=True),
            claimed.select(_KEYS).filter(~claimed.select(pl.struct(_KEYS).is_first_distinct()).to_series()),
        ]
    )


def _witnesses(rows: pl.DataFrame) -> Iterable[Witness]:
    for row in rows.select(_KEYS).head(100).iter_rows(named=True):
        yield {name: value for name, value in row.items() if value is not None}
