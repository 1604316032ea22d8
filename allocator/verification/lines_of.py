"""The published lines, recomputed from the assignments alone."""

from __future__ import annotations

import numpy as np
import polars as pl

from allocator.outcome.outcome import LINES_SCHEMA
from allocator.scenario.cohort import IntArray
from allocator.verification.exact import HIGHEST, masked_texts, texts
from allocator.verification.p3_envy import last_admitted
from allocator.verification.priority import hexadecimal
from allocator.verification.standing import Standing
from allocator.verification.tables import NO_CHOICE, BatchTables, ScenarioTables


def recomputed_lines(tables: ScenarioTables, standings: list[Standing]) -> pl.DataFrame:
    """LINES_SCHEMA: by batch, programme and feeder school identifier, pools in written order and `reverted` last."""
    return pl.concat([pl.DataFrame(schema=LINES_SCHEMA), *(_lines(tables, standing) for standing in standings)])


def _lines(tables: ScenarioTables, standing: Standing) -> pl.DataFrame:
    batch, cohort = standing.tables, tables.scenario.cohort
    cell = _listed_cells(tables, batch)
    last = last_admitted(standing)[cell]
    nobody = last < 0
    choice = np.append(batch.number, NO_CHOICE)[np.where(nobody, -1, standing.admissions.row[last])]
    lowest = _lowest_scores(standing)[cell]
    return pl.DataFrame(
        {
            "batch": pl.repeat(batch.rule.name, len(cell), eager=True, dtype=pl.String),
            "programme_id": _named(cohort.programmes.ids, batch.cell_programme[cell]),
            "pool": _named(batch.pool_names, batch.cell_pool[cell]),
            "feeder_school_id": _named(cohort.feeder_school_ids, batch.cell_school[cell]),
            "seats": standing.seats[cell],
            "admitted": standing.admitted[cell],
            "line": masked_texts(lowest, tables.scale, lowest == HIGHEST),
            "line_choice": pl.Series(choice).set(pl.Series(nobody | (choice == NO_CHOICE)), None),
            "line_tie": _ties(tables, batch, batch.cell_programme[cell], last),
        },
        schema=LINES_SCHEMA,
    )


def _listed_cells(tables: ScenarioTables, batch: BatchTables) -> IntArray:
    """The cells in the order of identifiers; of a pool per feeder school, those of the matrix."""
    matrix, cohort = tables.matrix, tables.scenario.cohort
    listed = batch.cell_school < 0
    here = np.flatnonzero(matrix.batch == batch.position)
    if len(here):
        feeder = int(np.flatnonzero(batch.per_school)[0])
        first = batch.cell_first[matrix.programme[here], feeder]
        listed[(first + matrix.feeder_school[here])[first >= 0]] = True
    ids = cohort.programmes.ids
    by_identifier = np.empty(len(ids), dtype=np.int64)
    by_identifier[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    cell = np.flatnonzero(listed)
    # Cells are numbered by programme, pool and feeder school, and feeder schools stand in the order of identifiers.
    return cell[np.argsort(by_identifier[batch.cell_programme[cell]], kind="stable")]


def _lowest_scores(standing: Standing) -> IntArray:
    """(cell,) the lowest admitted score; HIGHEST where nobody was admitted."""
    batch, sat = standing.tables, standing.admissions
    lowest = np.full(batch.num_cells, HIGHEST, dtype=np.int64)
    here = np.flatnonzero((sat.cell >= 0) & (sat.row >= 0))
    np.minimum.at(lowest, sat.cell[here], batch.priority.scores(sat.row[here]))
    return lowest


def _ties(tables: ScenarioTables, batch: BatchTables, programme: IntArray, last: IntArray) -> pl.Series:
    """What broke the tie at each last admission (R2): lottery number, or the value of the last tie-breaker."""
    settings, numbers = tables.scenario.settings, tables.scenario.cohort.applicants.numbers
    names = sorted(set(batch.ranking))
    of_row = np.array([names.index(name) for name in batch.ranking], dtype=np.int64)[programme]
    result = pl.Series([None], dtype=pl.String).new_from_index(0, len(last))
    for i, name in enumerate(names):
        ranking, here = settings.rankings[name], np.flatnonzero((last >= 0) & (of_row == i))
        if ranking.ties == "lottery":
            result = result.scatter(here, hexadecimal(tables.scenario, last[here])) if len(here) else result
        elif ranking.tie_break and len(here):
            column = numbers[ranking.tie_break[-1]]
            result = result.scatter(here, texts(column.unscaled[last[here]], column.scale))
    return result


def _named(names: tuple[str, ...], positions: IntArray) -> pl.Series:
    """The names at positions, null where the position is -1."""
    where = pl.Series(positions, dtype=pl.Int64)
    return pl.Series(names, dtype=pl.String).gather(where.set(where < 0, None))
