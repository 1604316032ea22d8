"""R5 to R7 as books: seats in force, floors and who may use what, batch after batch, for given admissions.

The admissions come from the outcome (``walk`` with its claims) or from an independent run (``rerun``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.settings import Floor
from allocator.verification.exact import HIGHEST, LOWEST, at_scale
from allocator.verification.priority import Int32Array
from allocator.verification.tables import STRETCH, BatchTables, ScenarioTables, with_options

BARRED = 2**31 - 1  # the key of a slot that R1 closes in this run
ANY_KEY = 2**31 - 2  # the line of a cell that is not full: every key that is not barred meets it


@dataclass(frozen=True)
class Admissions:
    """Who was admitted in one batch."""

    cell: IntArray  # (applicant,) -1 if not admitted here, or to a cell that does not exist
    row: IntArray  # (applicant,) choice of the batch, -1 if not admitted here, or not to a choice
    slot: IntArray  # (applicant,) the slot of choice and cell, -1 if there is none
    programme: IntArray  # (applicant,) -1 if not admitted here


@dataclass(frozen=True)
class Setting:
    """What is fixed before a batch runs."""

    tables: BatchTables
    placed: BoolArray  # (applicant,) admitted in an earlier batch
    seats: IntArray  # (cell,) of the table, carried in or left over; 0 for reverted seats
    floor: IntArray  # (programme, pools + 1) LOWEST if there is none; of `reverted` the floor of `open`
    provisional_line: IntArray  # (programme,) HIGHEST where there is none or none was needed
    key: Int32Array  # (slot,) BARRED where floors, the control line or an earlier admission close the slot


@dataclass(frozen=True)
class Standing:
    """A batch that has run."""

    setting: Setting
    admissions: Admissions
    seats: IntArray  # (cell,) with those that reverted
    admitted: IntArray  # (cell,)
    worst: IntArray  # (cell,) key of the last admission, -1 if nobody was admitted
    open_line: IntArray  # (programme,) R6, HIGHEST if there is none

    @property
    def tables(self) -> BatchTables:
        return self.setting.tables

    @property
    def line(self) -> IntArray:
        """(cell,) P10: the key that meets the line: of the last admission if the cell is full, else any."""
        return np.where(self.admitted >= self.seats, self.worst, ANY_KEY)


Fill = Callable[[Setting], Admissions]
Provisional = Callable[[Setting], Admissions]


def walk(
    tables: ScenarioTables, lines: IntArray, scope: IntArray, line_score: IntArray, fill: Fill, alone: Provisional
) -> list[Standing]:
    """All batches in turn.

    Args:
        lines: (scope,) control lines, LOWEST where there is none (R8).
        scope: (applicant,) whose line applies.
        line_score: (applicant,) score that the line is compared with, below every line where it is missing.
        fill: the admissions of a batch.
        alone: the admissions of a batch through its `open` pools alone (R6).
    """
    num_applicants, num_programmes = len(scope), len(tables.scenario.cohort.programmes)
    below = (line_score < lines[scope]) & (lines[scope] > LOWEST) if len(lines) else np.zeros(num_applicants, np.bool_)
    placed = np.zeros(num_applicants, dtype=np.bool_)
    carried = np.zeros((len(tables.batches), num_programmes), dtype=np.int64)
    offered, taken = np.zeros(num_programmes, dtype=np.int64), np.zeros(num_programmes, dtype=np.int64)
    standings: list[Standing] = []
    for batch in tables.batches:
        seats = batch.cell_seats.copy()
        if batch.open_pool >= 0:
            cells = batch.cell_first[:, batch.open_pool]
            there = cells >= 0
            if batch.rule.seats == "leftover":
                seats[cells[there]] = np.maximum(offered - taken, 0)[there]
            else:
                seats[cells[there]] += carried[batch.position][there]
        if batch.rule.mechanism == "reassign":
            is_open = (tables.scenario.cohort.programmes.min_open == 0) | (taken > 0)
            batch = _of_everybody_left(tables, batch, seats, placed, is_open)
        setting = _setting(tables, batch, seats, placed, below, standings, alone)
        standing = settle(setting, fill(setting))
        standings.append(standing)
        placed = placed | (standing.admissions.programme >= 0)
        programme = standing.admissions.programme
        taken += np.bincount(programme[programme >= 0], minlength=num_programmes)
        np.add.at(offered, batch.cell_programme, batch.cell_seats)
        _carry(standing, carried)
    return standings


def _of_everybody_left(
    tables: ScenarioTables, batch: BatchTables, seats: IntArray, placed: BoolArray, is_open: BoolArray
) -> BatchTables:
    """R11: the options of everybody in the batch's group who is unplaced: every programme with seats left over.

    Args:
        is_open: (programme,) it has no least size, or earlier batches admitted to it.
    """
    takes_part = ~placed if batch.rule.group is None else ~placed & tables.members[batch.rule.group]
    who = np.flatnonzero(takes_part)
    has_seats = (seats > 0) & (batch.cell_pool == batch.open_pool)
    offered = np.sort(batch.cell_programme[has_seats & is_open[batch.cell_programme]])
    return with_options(tables, batch, np.repeat(who, len(offered)), np.tile(offered, len(who)))


def settle(setting: Setting, admissions: Admissions) -> Standing:
    """The books of a batch after its admissions."""
    batch = setting.tables
    sat = np.flatnonzero(admissions.cell >= 0)
    admitted = np.bincount(admissions.cell[sat], minlength=batch.num_cells)
    unfilled = np.maximum(setting.seats - admitted, 0)
    seats = setting.seats.copy()
    back = np.flatnonzero(batch.reverts_to >= 0)
    np.add.at(seats, batch.reverts_to[back], unfilled[back])
    keyed = sat[admissions.row[sat] >= 0]
    worst = np.full(batch.num_cells, -1, dtype=np.int64)
    np.maximum.at(worst, admissions.cell[keyed], batch.priority.key[admissions.row[keyed]])
    return Standing(
        setting, admissions, seats, admitted, worst, open_line(batch, seats, admitted, admissions.cell, admissions.row)
    )


def open_line(batch: BatchTables, seats: IntArray, admitted: IntArray, cell: IntArray, row: IntArray) -> IntArray:
    """R6: the lowest score admitted through `open`, where a programme has open seats and all were taken."""
    line = np.full(len(batch.cell_first), HIGHEST, dtype=np.int64)
    if batch.open_pool < 0:
        return line
    sat = np.flatnonzero((cell >= 0) & (row >= 0))
    through_open = sat[batch.cell_pool[cell[sat]] == batch.open_pool]
    np.minimum.at(line, batch.programme[row[through_open]], batch.priority.scores(row[through_open]))
    cells = batch.cell_first[:, batch.open_pool]
    full = (cells >= 0) & (seats[cells] > 0) & (admitted[cells] >= seats[cells]) if batch.num_cells else cells >= 0
    line[~full] = HIGHEST
    return line


def _setting(
    tables: ScenarioTables,
    batch: BatchTables,
    seats: IntArray,
    placed: BoolArray,
    below: BoolArray,
    earlier: list[Standing],
    alone: Provisional,
) -> Setting:
    settings, scale = tables.scenario.settings, tables.scale
    names = [b.name for b in settings.batches]
    rules = [settings.pool(name).floor for name in batch.rule.pools]
    floor = np.full(batch.cell_first.shape, LOWEST, dtype=np.int64)
    provisional = np.full(len(floor), HIGHEST, dtype=np.int64)
    for j, rule in enumerate(rules):
        if rule is not None and rule.score is not None:
            floor[:, j] = at_scale(rule.score, scale)
        if rule is not None and rule.of in names:
            _raise_floor(floor[:, j], rule, earlier[names.index(rule.of)].open_line, scale)
    general = tables.scenario.cohort.programmes.is_general
    shut = _shut_to_applicants(batch, placed, below, general)
    if any(rule is not None and rule.of == "provisional" for rule in rules) and batch.open_pool >= 0:
        setting = Setting(batch, placed, seats, floor, provisional, _keys(batch, floor, shut))
        lone = alone(setting)
        admitted = np.bincount(lone.cell[lone.cell >= 0], minlength=batch.num_cells)
        provisional = open_line(batch, seats, admitted, lone.cell, lone.row)
        for j, rule in enumerate(rules):
            if rule is not None and rule.of == "provisional":
                _raise_floor(floor[:, j], rule, provisional, scale)
    return Setting(batch, placed, seats, floor, provisional, _keys(batch, floor, shut))


def _raise_floor(floor: IntArray, rule: Floor, line: IntArray, scale: int) -> None:
    """The part of a floor that hangs on a line; absent where there is none."""
    assert rule.below_line is not None
    np.maximum(floor, np.where(line == HIGHEST, LOWEST, line - at_scale(rule.below_line, scale)), out=floor)


def _shut_to_applicants(
    batch: BatchTables, placed: BoolArray, below: BoolArray, general: BoolArray
) -> BoolArray | None:
    """(slot,) closed to those placed earlier, and in the general track to those below the control line.

    None if no slot is.
    """
    if not placed.any() and not below.any():
        return None
    num_slots = np.diff(batch.slots.start)
    shut = np.repeat(placed | below, num_slots)
    if below.any():
        inside = np.flatnonzero(np.repeat(below & ~placed, num_slots))
        shut[inside] = general[batch.programme[batch.slots.place[inside] // batch.width]]
    return shut


def _keys(batch: BatchTables, floor: IntArray, shut: BoolArray | None) -> Int32Array:
    """The keys of the slots, BARRED where R1 closes them in this run."""
    if batch.open_pool >= 0:
        floor[:, -1] = floor[:, batch.open_pool]
    slots = batch.slots
    if not (floor > LOWEST).any():
        return slots.key if shut is None else np.where(shut, np.int32(BARRED), slots.key)
    key = slots.key.copy() if shut is None else np.where(shut, np.int32(BARRED), slots.key)
    of_cell = floor[batch.cell_programme, batch.cell_pool]
    has_floor = of_cell > LOWEST
    for first in range(0, len(key), STRETCH):
        cell = slots.cell[first : first + STRETCH]
        inside = np.flatnonzero(has_floor[cell])
        row = slots.place[first : first + STRETCH][inside] // np.int32(batch.width)
        under = inside[batch.priority.scores(row) < of_cell[cell[inside]]]
        key[first + under] = BARRED
    return key


def _carry(standing: Standing, carried: IntArray) -> None:
    """R7: unfilled seats of a programme without an `open` pool here go to its first later one."""
    batch = standing.tables
    left = np.maximum(standing.seats - standing.admitted, 0)
    target = batch.carries_to[batch.cell_programme]
    goes = np.flatnonzero(batch.reverts[batch.cell_pool] & (target >= 0) & (left > 0))
    np.add.at(carried, (target[goes], batch.cell_programme[goes]), left[goes])
