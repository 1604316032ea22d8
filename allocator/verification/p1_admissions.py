"""P1: who was admitted, and whether they could be."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.certificate import Breach, breach
from allocator.verification.claims import Claims
from allocator.verification.exact import HIGHEST, LOWEST, masked_texts, texts
from allocator.verification.standing import BARRED, Standing
from allocator.verification.tables import ScenarioTables
from allocator.verification.witnesses import of_applicants

_NOT_LISTED = message("{count} applicants were admitted to a programme that is not on their list in that batch (P1).")
_NOT_OFFERED = message(
    "{count} applicants were reassigned who do not take part, or to a programme without seats left (P1, R11)."
)
_OTHER_CHOICE = message("{count} admissions carry another choice number than the list has (P1).")
_NO_POOL = message(
    "{count} applicants were admitted through a pool or cell that the programme does not have there (P1)."
)
_NOT_ELIGIBLE = message("{count} applicants were admitted through a pool for which they are not eligible (P1, R1).")
_FLOORS = message("The published floors differ from those of R6 in {count} rows.")


def p1_admissions(tables: ScenarioTables, claims: Claims, standings: list[Standing]) -> Iterator[Breach]:
    """P1: at most one admission, from the list of that batch or by R11, through a pool for which R1 lets them in."""
    yield from claims.breaches
    for standing in standings:
        batch, sat = standing.tables, standing.admissions
        here = np.flatnonzero(sat.programme >= 0)
        row, cell, slot = sat.row[here], sat.cell[here], sat.slot[here]
        listed, exists = row >= 0, cell >= 0
        renumbered = listed.copy()
        is_list = batch.rule.mechanism != "reassign"
        number = batch.number[row[listed]] if is_list else -1
        renumbered[listed] = number != claims.choice[here[listed]]
        closed = slot < 0
        closed[~closed] = standing.setting.key[slot[~closed]] == BARRED
        kinds: list[tuple[str, BoolArray]] = [
            (_NOT_LISTED if is_list else _NOT_OFFERED, ~listed),
            (_OTHER_CHOICE, renumbered),
            (_NO_POOL, ~exists),
            (_NOT_ELIGIBLE, closed & listed & exists),
        ]
        for template, wrong in kinds:
            if wrong.any():
                who: IntArray = here[wrong]
                yield breach("P1", template, len(who), of_applicants(tables, batch, who, sat.programme[who[:100]]))


def p1_floors(tables: ScenarioTables, outcome: Outcome, standings: list[Standing]) -> Iterator[Breach]:
    """P1 rests on R6: the published floors and provisional lines are those of an independent run."""
    expected = pl.concat([outcome.floors.clear(), *(_floors(tables, standing) for standing in standings)])
    claimed = outcome.floors
    if not claimed.equals(expected):
        keys = ["batch", "programme_id", "pool"]
        odd = pl.concat(
            [
                expected.join(claimed, on=expected.columns, how="anti", nulls_equal=True),
                claimed.join(expected, on=expected.columns, how="anti", nulls_equal=True),
            ]
        ).unique(keys, maintain_order=True)
        yield breach(
            "P1", _FLOORS, max(1, odd.height), odd.select(keys).cast(pl.String).fill_null("").iter_rows(named=True)
        )


def _floors(tables: ScenarioTables, standing: Standing) -> pl.DataFrame:
    """One row for every programme and pool with a floor, in the order of identifiers."""
    setting, batch, ids = standing.setting, standing.tables, tables.scenario.cohort.programmes.ids
    floor = setting.floor[:, :-1]
    programme, pool = np.nonzero((floor > LOWEST) & (batch.cell_first[:, :-1] >= 0))
    order = sorted(range(len(programme)), key=lambda i: (ids[programme[i]], pool[i]))
    programme, pool = programme[order], pool[order]
    rules = [tables.scenario.settings.pool(name).floor for name in batch.rule.pools]
    relative = np.array([rule is not None and rule.of == "provisional" for rule in rules], dtype=np.bool_)
    line = np.where(relative[pool], setting.provisional_line[programme], HIGHEST)
    return pl.DataFrame(
        {
            "batch": pl.Series([batch.rule.name] * len(programme), dtype=pl.String),
            "programme_id": pl.Series([ids[p] for p in programme], dtype=pl.String),
            "pool": pl.Series([batch.pool_names[j] for j in pool], dtype=pl.String),
            "floor": texts(floor[programme, pool], tables.scale),
            "provisional_line": masked_texts(line, tables.scale, line == HIGHEST),
        }
    )
