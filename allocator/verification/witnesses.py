"""Witnesses of a breach: identifiers, and no other data of a person."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.scenario.cohort import IntArray
from allocator.verification.certificate import SHOWN_WITNESSES, Witness
from allocator.verification.tables import BatchTables, ScenarioTables


def of_applicants(
    tables: ScenarioTables, batch: BatchTables, applicants: IntArray, programmes: IntArray | None = None
) -> Iterator[Witness]:
    """Applicants in a batch, with the programme concerned if there is one."""
    cohort = tables.scenario.cohort
    for i, applicant in enumerate(applicants[:SHOWN_WITNESSES].tolist()):
        witness = {"applicant_id": cohort.applicants.ids[applicant], "batch": batch.rule.name}
        if programmes is not None and programmes[i] >= 0:
            witness["programme_id"] = cohort.programmes.ids[int(programmes[i])]
        yield witness


def of_cells(tables: ScenarioTables, batch: BatchTables, cells: IntArray) -> Iterator[Witness]:
    """Pools, or cells of a pool per feeder school."""
    for cell in cells[:SHOWN_WITNESSES].tolist():
        yield cell_names(tables, batch, cell)


def of_slots(tables: ScenarioTables, batch: BatchTables, slots: IntArray) -> Iterator[Witness]:
    """An applicant together with the pool or cell that was to be had."""
    cohort = tables.scenario.cohort
    for slot in slots[:SHOWN_WITNESSES].tolist():
        applicant = int(batch.applicant[int(batch.slots.place[slot]) // batch.width])
        yield {
            "applicant_id": cohort.applicants.ids[applicant],
            **cell_names(tables, batch, int(batch.slots.cell[slot])),
        }


def cell_names(tables: ScenarioTables, batch: BatchTables, cell: int) -> dict[str, str]:
    cohort = tables.scenario.cohort
    names = {
        "batch": batch.rule.name,
        "programme_id": cohort.programmes.ids[int(batch.cell_programme[cell])],
        "pool": batch.pool_names[int(batch.cell_pool[cell])],
    }
    if batch.cell_school[cell] >= 0:
        names["feeder_school_id"] = cohort.feeder_school_ids[int(batch.cell_school[cell])]
    return names
