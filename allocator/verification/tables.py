"""A batch restated from the tables: its cells and seats, and what each choice may use whatever happens in the run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN, REVERTED, Batch
from allocator.verification.exact import LOWEST, common_scale
from allocator.verification.matrix import Matrix
from allocator.verification.membership import group_members
from allocator.verification.priority import ChoicePriority, Int32Array, Order, choice_priority, orders

NO_CHOICE = 0  # choice number of an option in a reassignment, where nobody has a list
STRETCH = 2**16  # choices that are worked on at a time


@dataclass(frozen=True)
class Slots:
    """The triples (choice, pool, cell) that R1 allows but for floors, control lines and earlier admissions.

    Grouped by applicant, in the order in which an applicant comes to them: choices best first, in each the pools in
    written order and reverted seats last. The arrays are large, hence 32 bits.
    """

    start: IntArray  # (applicant + 1,) where each applicant's slots begin
    place: Int32Array  # (slot,) choice × (pools + 1) + pool, rising; the pool after the last is `reverted`
    cell: Int32Array  # (slot,)
    key: Int32Array  # (slot,) R3, smaller is better

    def find(self, place: IntArray) -> IntArray:
        """The slots at these places, -1 where there is none."""
        if not len(self.place):
            return np.full(len(place), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.place, place.astype(np.int32)), len(self.place) - 1)
        return np.where(self.place[found] == place, found, -1)


@dataclass(frozen=True)
class BatchTables:
    """One batch; a programme has the same position in every batch. The pool after the last one is `reverted`."""

    position: int
    rule: Batch
    pool_names: tuple[str, ...]  # with `reverted` at the end
    open_pool: int  # -1 if the batch does not list `open`
    applicant: IntArray  # (choice,)
    programme: IntArray  # (choice,)
    number: IntArray  # (choice,) as written on the form
    priority: ChoicePriority  # of every choice
    ranking: tuple[str, ...]  # (programme,) name of the ranking in force here
    admit_all: BoolArray  # (programme,)
    cell_first: IntArray  # (programme, pools + 1) first cell, -1 if there is none
    per_school: BoolArray  # (pools + 1,) one cell per feeder school
    reverts: BoolArray  # (pools + 1,) unfilled seats go to `open`
    cell_programme: IntArray  # (cell,)
    cell_pool: IntArray  # (cell,)
    cell_school: IntArray  # (cell,) -1 where the pool has no cells
    cell_seats: IntArray  # (cell,) seats of the tables
    reverts_to: IntArray  # (cell,) the programme's cell of reverted seats, -1 if its seats do not revert here
    carries_to: IntArray  # (programme,) R7: the batch that receives unfilled seats, -1 if there is none
    slots: Slots

    @property
    def num_cells(self) -> int:
        return len(self.cell_seats)

    @property
    def width(self) -> int:
        """Pools, and one for reverted seats."""
        return len(self.pool_names)


@dataclass(frozen=True)
class ScenarioTables:
    """All batches, with what they share."""

    scenario: Scenario
    scale: int  # decimal places of every score
    orders: dict[str, Order]
    members: dict[str, BoolArray]  # by group
    matrix: Matrix
    batches: tuple[BatchTables, ...]


def restate(scenario: Scenario, matrix: Matrix) -> ScenarioTables:
    """The scenario's batches as the checkers read them."""
    scale = common_scale(scenario)
    order_of, members = orders(scenario, scale), group_members(scenario)
    has = _pools_of_programmes(scenario, matrix)
    batches = tuple(
        _batch(scenario, position, has, matrix, order_of, members, scale)
        for position in range(len(scenario.settings.batches))
    )
    return ScenarioTables(scenario, scale, order_of, members, matrix, batches)


def _pools_of_programmes(scenario: Scenario, matrix: Matrix) -> list[BoolArray]:
    """For each batch (programme, pool): the programme has the pool there. A row of 0 seats counts."""
    seats, batches = scenario.cohort.seats, scenario.settings.batches
    has = [np.zeros((len(scenario.cohort.programmes), len(batch.pools)), dtype=np.bool_) for batch in batches]
    for b, programme, pool in zip(seats.batch.tolist(), seats.programme.tolist(), seats.pool, strict=True):
        if pool in batches[b].pools:
            has[b][programme, batches[b].pools.index(pool)] = True
    for b, batch in enumerate(batches):
        feeder = scenario.settings.feeder_pool(batch)
        if feeder is not None and matrix.is_given[b]:
            has[b][matrix.programme[matrix.batch == b], batch.pools.index(feeder)] = True
        if batch.seats == "leftover":
            for earlier in has[:b]:
                has[b][:, 0] |= earlier.any(axis=1)
    return has


def _batch(
    scenario: Scenario,
    position: int,
    has_pool: list[BoolArray],
    matrix: Matrix,
    order_of: dict[str, Order],
    members: dict[str, BoolArray],
    scale: int,
) -> BatchTables:
    settings, cohort = scenario.settings, scenario.cohort
    rule, has = settings.batches[position], has_pool[position]
    first, last = np.searchsorted(cohort.choices.batch, [position, position + 1])
    applicant = cohort.choices.applicant[first:last]
    programme = cohort.choices.programme[first:last]
    number = cohort.choices.number[first:last]
    ranking = tuple(own or rule.ranking for own in cohort.programmes.ranking)

    per_school = np.array([settings.pool(name).per is not None for name in rule.pools] + [False])
    reverts = np.array([name != OPEN and settings.pool(name).unfilled == "open" for name in rule.pools] + [False])
    open_pool = rule.pools.index(OPEN) if OPEN in rule.pools else -1
    has_reverted = np.zeros(len(cohort.programmes), dtype=np.bool_)
    if open_pool >= 0 and rule.mechanism == "stable":  # reserved seats are for their own pools alone in R10
        has_reverted = has[:, open_pool] & (has & reverts[:-1]).any(axis=1)
    num_schools = len(cohort.feeder_school_ids)
    there = np.column_stack([has, has_reverted])
    width = np.where(there, np.where(per_school, num_schools, 1), 0)
    end = np.cumsum(width.ravel()).reshape(width.shape)
    cell_first = np.where(there, end - width, -1)
    cell_place = np.repeat(np.arange(width.size), width.ravel())
    cell_programme, cell_pool = np.divmod(cell_place, width.shape[1])
    cell = np.arange(len(cell_place))
    cell_school = np.where(per_school[cell_pool], cell - cell_first.ravel()[cell_place], -1)
    reverts_to = np.where(reverts[cell_pool], cell_first[cell_programme, -1], -1)

    priority = choice_priority(cohort, rule, ranking, order_of, programme, applicant, number, scale)
    usable = _usability(scenario, rule, there, per_school, open_pool, members, scale)
    return BatchTables(
        position=position,
        rule=rule,
        pool_names=(*rule.pools, REVERTED),
        open_pool=open_pool,
        applicant=applicant,
        programme=programme,
        number=number,
        priority=priority,
        ranking=ranking,
        admit_all=np.array([settings.rankings[name].ties == "admit_all" for name in ranking], dtype=np.bool_),
        cell_first=cell_first,
        per_school=per_school,
        reverts=reverts,
        cell_programme=cell_programme,
        cell_pool=cell_pool,
        cell_school=cell_school,
        cell_seats=_cell_seats(scenario, rule, position, matrix, cell_first, len(cell)),
        reverts_to=reverts_to,
        carries_to=_carries_to(scenario, position, has_pool),
        slots=_slots(usable, priority, applicant, programme, cell_first, per_school, cohort.applicants.feeder_school),
    )


def with_options(tables: ScenarioTables, batch: BatchTables, applicant: IntArray, programme: IntArray) -> BatchTables:
    """R11: the batch with options in the place of choice lists, all of number NO_CHOICE.

    Args:
        applicant, programme: (option,) grouped by applicant.
    """
    scenario, rule = tables.scenario, batch.rule
    number = np.full(len(applicant), NO_CHOICE, dtype=np.int64)
    priority = choice_priority(
        scenario.cohort, rule, batch.ranking, tables.orders, programme, applicant, number, tables.scale
    )
    there = batch.cell_first >= 0
    usable = _usability(scenario, rule, there, batch.per_school, batch.open_pool, tables.members, tables.scale)
    feeder_school = scenario.cohort.applicants.feeder_school
    slots = _slots(usable, priority, applicant, programme, batch.cell_first, batch.per_school, feeder_school)
    return replace(batch, applicant=applicant, programme=programme, number=number, priority=priority, slots=slots)


@dataclass(frozen=True)
class _Usability:
    """What R1 asks, but for floors and control lines: of programmes, and of applicants, pool by pool."""

    there: BoolArray  # (programme, pools + 1) the programme has the pool
    may_use: tuple[BoolArray | None, ...]  # (pool,) of (applicant,); None: everybody
    least: IntArray | None  # (programme,) LOWEST if it has none
    open_pool: int


def _usability(
    scenario: Scenario,
    rule: Batch,
    there: BoolArray,
    per_school: BoolArray,
    open_pool: int,
    members: dict[str, BoolArray],
    scale: int,
) -> _Usability:
    may_use: list[BoolArray | None] = []
    for j, name in enumerate(rule.pools):
        group = scenario.settings.pool(name).group
        inside = None if group is None else members[group]
        if per_school[j]:
            in_school = scenario.cohort.applicants.feeder_school >= 0
            inside = in_school if inside is None else inside & in_school
        may_use.append(inside)
    min_score = scenario.cohort.programmes.min_score
    least = np.where(min_score.missing, LOWEST, min_score.at_scale(scale)) if not min_score.missing.all() else None
    return _Usability(there, tuple(may_use), least, open_pool)


def _slots(
    usability: _Usability,
    priority: ChoicePriority,
    applicant: IntArray,
    programme: IntArray,
    cell_first: IntArray,
    per_school: BoolArray,
    feeder_school: IntArray,
) -> Slots:
    """All slots, a stretch of choices at a time, so that what is only needed on the way stays small."""
    width = cell_first.shape[1]
    cell_column = cell_first.astype(np.int32).T.copy()
    school = feeder_school.astype(np.int32)
    places: list[Int32Array] = [np.zeros(0, dtype=np.int32)]
    cells: list[Int32Array] = [np.zeros(0, dtype=np.int32)]
    keys: list[Int32Array] = [np.zeros(0, dtype=np.int32)]
    per_applicant = np.zeros(len(feeder_school), dtype=np.int64)
    for first in range(0, len(applicant), STRETCH):
        rows = slice(first, first + STRETCH)
        a, p = applicant[rows], programme[rows]
        usable = _usable(usability, priority, rows, a, p)
        cell = np.empty(usable.shape, dtype=np.int32)
        for j in range(width):
            cell[:, j] = cell_column[j][p]
            if per_school[j]:
                cell[:, j] += school[a]
        place = np.flatnonzero(usable)
        num_usable = np.add.reduce(usable, axis=1, dtype=np.int64)
        if len(a):
            # a is sorted: each applicant's sum, from the running sum at the ends of their rows
            ends = np.flatnonzero(np.append(a[1:] != a[:-1], True))
            per_applicant[a[ends]] += np.diff(np.cumsum(num_usable)[ends], prepend=0)
        places.append((place + first * width).astype(np.int32))
        cells.append(cell.ravel()[place])
        keys.append(np.repeat(priority.key[rows], num_usable))
    return Slots(
        start=np.concatenate(([0], np.cumsum(per_applicant))),
        place=np.concatenate(places),
        cell=np.concatenate(cells),
        key=np.concatenate(keys),
    )


def _usable(
    usability: _Usability, priority: ChoicePriority, rows: slice, applicant: IntArray, programme: IntArray
) -> BoolArray:
    """R1 but for floors and control lines, of a stretch of choices; (choice, pools + 1)."""
    there = usability.there
    usable = np.empty((len(programme), there.shape[1]), dtype=np.bool_)
    reaches = None if priority.scored is None else priority.scored[rows].copy()
    if usability.least is not None:
        enough = priority.scores(np.arange(len(programme)) + rows.start) >= usability.least[programme]
        reaches = enough if reaches is None else reaches & enough
    for j, may_use in enumerate(usability.may_use):
        column = there[:, j].copy()[programme]
        if may_use is not None:
            column &= may_use[applicant]
        if reaches is not None:
            column &= reaches
        usable[:, j] = column
    usable[:, -1] = False
    if usability.open_pool >= 0:
        usable[:, -1] = usable[:, usability.open_pool] & there[:, -1].copy()[programme]
    return usable


def _cell_seats(
    scenario: Scenario, rule: Batch, position: int, matrix: Matrix, cell_first: IntArray, num_cells: int
) -> IntArray:
    """The seats of the tables, cell by cell: none in cells that the matrix leaves out, nor of reverted seats."""
    rows, feeder = scenario.cohort.seats, scenario.settings.feeder_pool(rule)
    seats = np.zeros(num_cells, dtype=np.int64)
    for row in np.flatnonzero(rows.batch == position).tolist():
        if rows.pool[row] != feeder and rows.pool[row] in rule.pools:
            seats[cell_first[rows.programme[row], rule.pools.index(rows.pool[row])]] = rows.seats[row]
    if feeder is not None:
        here = matrix.batch == position
        first = cell_first[matrix.programme[here], rule.pools.index(feeder)]
        known = first >= 0
        cells = first[known] + matrix.feeder_school[here][known]
        seats[cells] = matrix.seats[here][known]
    return seats


def _carries_to(scenario: Scenario, position: int, has_pool: list[BoolArray]) -> IntArray:
    """R7: where the unfilled seats of a programme without an `open` pool here go; in R10 also those of the others."""
    batches = scenario.settings.batches
    target = np.full(len(scenario.cohort.programmes), -1, dtype=np.int64)
    if batches[position].seats == "leftover":
        return target
    for later in range(len(batches) - 1, position, -1):
        if OPEN in batches[later].pools and batches[later].seats != "leftover":
            target[has_pool[later][:, batches[later].pools.index(OPEN)]] = later
    if OPEN in batches[position].pools and batches[position].mechanism == "stable":
        target[has_pool[position][:, batches[position].pools.index(OPEN)]] = -1
    return target
