"""P3: no justified envy; and P5 as far as it shows in who was refused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.errors import message
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.verification.certificate import Breach, breach
from allocator.verification.reached import Reached
from allocator.verification.standing import Standing
from allocator.verification.tables import ScenarioTables
from allocator.verification.witnesses import of_slots

_ENVY = message("{count} times an applicant was refused where somebody of lower priority was admitted (P3).")
_ORDER = message(
    "{count} times an applicant was refused for somebody whose score is not lower, but who comes after them by the "
    "tie-breakers, the lottery number or the choice number (P5, R2, R3)."
)


def p3_envy(tables: ScenarioTables, standings: list[Standing], reaches: list[Reached]) -> Iterator[Breach]:
    """P3: nobody is refused, above what they got, where somebody of lower priority got a seat that they could use.

    Where equals are admitted together (``admit_all``), somebody of equal priority is enough.
    """
    for standing, reach in zip(standings, reaches, strict=True):
        slots = envied(standing, reach)
        if len(slots):
            yield breach("P3", _ENVY, len(slots), of_slots(tables, standing.tables, slots))


def p5_refusals(tables: ScenarioTables, standings: list[Standing], reaches: list[Reached]) -> Iterator[Breach]:
    """P5: the order is R2 and R3 to the last digit, where the score alone would not refuse an envied admission."""
    for standing, reach in zip(standings, reaches, strict=True):
        slots = envied(standing, reach)
        wrong = slots[_by_more_than_the_score(standing, slots)]
        if len(wrong):
            yield breach("P5", _ORDER, len(wrong), of_slots(tables, standing.tables, wrong))


def _by_more_than_the_score(standing: Standing, slots: IntArray) -> BoolArray:
    """(slot,) whether somebody behind the applicant by R2 and R3, but not by score, was admitted there."""
    batch, sat = standing.tables, standing.admissions
    cell, key = batch.slots.cell[slots], batch.slots.key[slots]
    own = batch.priority.scores(batch.slots.place[slots] // batch.width)
    result = np.zeros(len(slots), dtype=np.bool_)
    for c in sorted(set(cell.tolist())):
        rows = sat.row[(sat.cell == c) & (sat.row >= 0)]
        behind, scores = batch.priority.key[rows], batch.priority.scores(rows)
        for i in np.flatnonzero(cell == c).tolist():
            result[i] = bool(((behind > key[i]) & (scores >= own[i])).any())
    return result


def envied(standing: Standing, reach: Reached) -> IntArray:
    """The slots at which an applicant was refused with justified envy."""
    batch, slots = standing.tables, reach.passed_over
    cell = batch.slots.cell[slots]
    key, worst = batch.slots.key[slots], standing.worst[cell]
    together = batch.admit_all[batch.cell_programme[cell]]
    result: IntArray = slots[(worst > key) | (together & (worst == key))]
    return result


def last_admitted(standing: Standing) -> IntArray:
    """(cell,) the applicant of the last admission; of equals, one with the largest choice number. -1 if none."""
    batch, sat = standing.tables, standing.admissions
    here = np.flatnonzero((sat.cell >= 0) & (sat.row >= 0))
    here = here[batch.priority.key[sat.row[here]] == standing.worst[sat.cell[here]]]
    if batch.admit_all.any():
        here = here[np.argsort(batch.number[sat.row[here]], kind="stable")]
    last = np.full(batch.num_cells, -1, dtype=np.int64)
    last[sat.cell[here]] = here
    return last
