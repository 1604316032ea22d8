"""R10: all assignments of an optimal batch, a row each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from allocator.optimise.assignment.problem import CountedSet, GuidelineTerm, Problem

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Way:
    """One of the things that can happen to an applicant: an option and a cell, or no admission."""

    option: int = -1
    cell: int = -1
    programme: int = -1
    number: int = -1  # choice number
    pool: int = -1  # position among the batch's pools


@dataclass(frozen=True)
class Table:
    """Assignments, one a row."""

    problem: Problem
    ways: tuple[tuple[Way, ...], ...]  # of each applicant; the first is no admission
    taken: IntArray  # (assignment, applicant) position among the applicant's ways

    def where(self, rows: BoolArray) -> Table:
        return replace(self, taken=self.taken[rows])

    def of_ways(self, key: Callable[[int, Way], int]) -> IntArray:
        """(assignment, applicant) a number that depends on the applicant and what happens to them."""
        columns = [
            np.array([key(a, way) for way in ways], dtype=np.int64)[self.taken[:, a]]
            for a, ways in enumerate(self.ways)
        ]
        return np.stack(columns, axis=1) if columns else np.zeros((len(self.taken), 0), dtype=np.int64)

    def admissions(self, counted: CountedSet) -> IntArray:
        """(assignment,) how many of a set's applicants its programmes admit."""
        number: IntArray = self.of_ways(
            lambda a, way: (
                way.option >= 0
                and bool(counted.programmes[way.programme])
                and (counted.applicants is None or bool(counted.applicants[a]))
            )
        ).sum(axis=1)
        return number


def within_the_seats(problem: Problem) -> Table:
    """All assignments in which no cell holds more than its seats."""
    ways = tuple(ways_of(problem, applicant) for applicant in range(problem.num_applicants))
    taken = np.zeros((1, 0), dtype=np.int64)
    used = np.zeros((1, len(problem.cells.seats) + 1), dtype=np.int64)  # the last column is for no admission
    for own in ways:
        seat = np.eye(used.shape[1], dtype=np.int64)
        used = np.concatenate([used + seat[way.cell] for way in own])
        taken = np.concatenate([np.column_stack([taken, np.full(len(taken), i)]) for i in range(len(own))])
        fits = (used[:, :-1] <= problem.cells.seats).all(axis=1)
        taken, used = taken[fits], used[fits]
    return Table(problem, ways, taken)


def ways_of(problem: Problem, applicant: int) -> tuple[Way, ...]:
    """Everything that can happen to an applicant, by R1."""
    options, cells, school = problem.options, problem.cells, int(problem.applicant_school[applicant])
    ways = [Way()]
    for option in range(int(options.start[applicant]), int(options.start[applicant + 1])):
        programme = int(options.programme[option])
        for pool, per_school in enumerate(cells.per_school):
            first = int(cells.first[programme, pool])
            if int(options.pools[option]) >> pool & 1 and first >= 0 and not (per_school and school < 0):
                cell = first + school if per_school else first
                ways.append(Way(option, cell, programme, int(options.number[option]), pool))
    return tuple(ways)


def only(problem: Problem, programme: int) -> CountedSet:
    return CountedSet(np.arange(problem.num_programmes) == programme)


def general_and_basis(table: Table, rule: GuidelineTerm, scope: int) -> tuple[IntArray, IntArray]:
    """(assignment,) G and B of a scope, earlier batches included."""
    people = rule.scope == scope
    everything = np.ones(table.problem.num_programmes, dtype=np.bool_)
    general = rule.earlier_general[scope] + table.admissions(CountedSet(table.problem.is_general, people))
    basis = rule.earlier_basis[scope] + table.admissions(CountedSet(everything, people)) * rule.basis_grows
    return general, basis
