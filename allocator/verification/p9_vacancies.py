"""The published vacancies (征集志愿): programmes with seats left, and how many of the unplaced they would take."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import VACANCIES_SCHEMA, Outcome
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.settings import OPEN, PRIORITIES
from allocator.verification.certificate import Breach, breach
from allocator.verification.claims import Claims
from allocator.verification.exact import LOWEST, at_scale
from allocator.verification.p7_guideline import Scopes
from allocator.verification.tables import ScenarioTables

_MISSING = message("{count} programmes with seats left are missing in the published vacancies (P9).")
_SURPLUS = message("{count} rows of the published vacancies are of programmes without seats left, or stand twice (P9).")
_DIFFERENT = message("{count} published vacancies state other numbers than the assignments leave (P9).")
_ROW_ORDER = message("The published vacancies are not in the order of their identifiers (P9).")


def p9_vacancies(
    tables: ScenarioTables, claims: Claims, outcome: Outcome, lines: IntArray, of_guideline: Scopes
) -> Iterator[Breach]:
    """The programmes with seats left at the end of the run, and whom they would take by R1, lists apart."""
    expected, claimed = recomputed_vacancies(tables, claims, lines, of_guideline), outcome.vacancies
    if claimed.equals(expected):
        return
    first = claimed.filter(pl.col("programme_id").is_first_distinct())
    missing = expected.join(first, on="programme_id", how="anti")
    surplus = pl.concat(
        [
            first.join(expected, on="programme_id", how="anti"),
            claimed.filter(~pl.col("programme_id").is_first_distinct()),
        ]
    )
    different = first.join(expected, on="programme_id", how="semi").join(expected, on=expected.columns, how="anti")
    for template, rows in ((_MISSING, missing), (_SURPLUS, surplus), (_DIFFERENT, different)):
        if rows.height:
            named = rows.select(pl.col("programme_id").fill_null("")).iter_rows(named=True)
            yield breach("P9", template, rows.height, named)
    if not (missing.height or surplus.height or different.height):
        yield breach("P9", _ROW_ORDER, 1)


def recomputed_vacancies(tables: ScenarioTables, claims: Claims, lines: IntArray, of_guideline: Scopes) -> pl.DataFrame:
    """VACANCIES_SCHEMA: of programmes that are open, all seats of the table less all admissions, where some are left.

    Args:
        lines: (scope,) the control lines in force.
    """
    cohort, settings = tables.scenario.cohort, tables.scenario.settings
    num_programmes = len(cohort.programmes)
    admitted = np.bincount(claims.programme[claims.programme >= 0], minlength=num_programmes)
    left = -admitted
    for batch in tables.batches:
        np.add.at(left, batch.cell_programme, batch.cell_seats)
    left[(cohort.programmes.min_open > 0) & (admitted == 0)] = 0
    waits = claims.programme < 0
    group = settings.pool(OPEN).group
    if group is not None:
        waits = waits & tables.members[group]
    below = np.zeros(len(waits), dtype=np.bool_)
    if len(lines):
        of_scope = lines[of_guideline.of]
        below = (of_scope > LOWEST) & (of_guideline.score < of_scope)
    ids = cohort.programmes.ids
    rows = sorted(np.flatnonzero(left > 0).tolist(), key=ids.__getitem__)
    return pl.DataFrame(
        {
            "programme_id": [ids[p] for p in rows],
            "seats": left[rows],
            "would_take": [_would_take(tables, p, waits, below) for p in rows],
        },
        schema=VACANCIES_SCHEMA,
    )


def _would_take(tables: ScenarioTables, programme: int, waits: BoolArray, below: BoolArray) -> int:
    """How many of those who wait could use the programme's `open` pool, in its own ranking or else the guideline's."""
    cohort, settings = tables.scenario.cohort, tables.scenario.settings
    ranking = settings.rankings[cohort.programmes.ranking[programme] or settings.guideline_ranking]
    could = waits & ~below if cohort.programmes.is_general[programme] else waits
    if ranking.score != PRIORITIES:
        numbers = cohort.applicants.numbers[ranking.score]
        who = np.flatnonzero(could & ~numbers.missing)
        score = numbers.unscaled[who] * 10 ** (tables.scale - numbers.scale)
    elif cohort.priorities is None:
        return 0
    else:
        listed = np.flatnonzero(cohort.priorities.programme == programme)
        listed = listed[could[cohort.priorities.applicant[listed]]]
        score = cohort.priorities.priority.at_scale(tables.scale)[listed]
    least = cohort.programmes.min_score
    floors = [LOWEST if least.missing[programme] else int(least.at_scale(tables.scale)[programme])]
    floor = settings.pool(OPEN).floor
    if floor is not None and floor.score is not None:
        floors.append(at_scale(floor.score, tables.scale))
    return int((score >= max(floors)).sum())
