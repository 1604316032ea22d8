"""P4: no seat stays empty that somebody would rather have."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import message
from allocator.verification.certificate import Breach, breach
from allocator.verification.reached import Reached
from allocator.verification.standing import Standing
from allocator.verification.tables import ScenarioTables
from allocator.verification.witnesses import of_slots

_WASTE = message("{count} times a seat is empty that an eligible applicant lists above what they got (P4).")


def p4_waste(tables: ScenarioTables, standings: list[Standing], reaches: list[Reached]) -> Iterator[Breach]:
    """P4: no seat of a pool, of the own cell, or reverted, is empty for which an applicant below it is eligible."""
    for standing, reach in zip(standings, reaches, strict=True):
        cell = standing.tables.slots.cell[reach.passed_over]
        slots = reach.passed_over[standing.admitted[cell] < standing.seats[cell]]
        if len(slots):
            yield breach("P4", _WASTE, len(slots), of_slots(tables, standing.tables, slots))
