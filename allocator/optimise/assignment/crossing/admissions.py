"""Admissions as a linear model: who gets which option, within the seats of the cells (R1, R10).

An option that may use one cell only is counted there. Options that may use the same several cells share an *entry*,
from which a whole number goes to each of the cells; who sits where is of no account before ``score``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.crossing.linear_model import LinearModel
from allocator.optimise.assignment.network import usable_cells
from allocator.optimise.assignment.problem import CountedSet, Problem


class Counting(Protocol):
    """A model in which admissions can be counted: all that constraints and convex terms need."""

    @property
    def problem(self) -> Problem: ...

    @property
    def model(self) -> LinearModel: ...

    def count(self, members: CountedSet) -> int:
        """The variable that is how many are admitted in a counted set."""


@dataclass
class Admissions:
    """The variables of a problem in a model."""

    problem: Problem
    model: LinearModel
    option_variable: IntArray  # (option,) 1 if it is somebody's admission; -1 where no cell has a seat
    cell_terms: list[list[int]]  # (cell,) variables that add up to its admissions
    counts: dict[tuple[bytes, bytes], int] = field(default_factory=dict)  # counted set → variable

    def count(self, members: CountedSet) -> int:
        """The variable that is how many are admitted in a counted set."""
        key = (members.programmes.tobytes(), b"" if members.applicants is None else members.applicants.tobytes())
        if key not in self.counts:
            options = options_in(self.problem, members)
            inside = [int(v) for v in self.option_variable[options] if v >= 0]
            variable = self.model.variable(f"count {len(self.counts)}", 0, len(inside))
            self.model.row("count", len(self.counts), [(v, 1) for v in inside] + [(variable, -1)], 0, 0)
            self.counts[key] = variable
        return self.counts[key]

    def of_options(self, cost: IntArray) -> Iterable[tuple[int, int]]:
        """Terms of a cost by option."""
        given = np.flatnonzero((cost != 0) & (self.option_variable >= 0))
        return zip(self.option_variable[given].tolist(), cost[given].tolist(), strict=True)

    def of_cells(self, cost: IntArray) -> Iterable[tuple[int, int]]:
        """Terms of a cost by cell."""
        return ((v, int(cost[c])) for c in np.flatnonzero(cost) for v in self.cell_terms[c])


def options_in(problem: Problem, members: CountedSet) -> IntArray:
    """The options that count in a set."""
    inside = members.programmes[problem.options.programme]
    if members.applicants is not None:
        inside = inside & members.applicants[problem.options.applicant]
    return np.flatnonzero(inside)


def admissions(problem: Problem) -> Admissions:
    """The model of seats: everybody gets one option at most, and no cell more than its seats."""
    model = LinearModel()
    cells_of = usable_cells(problem, np.arange(len(problem.options.programme)))
    start = problem.options.start
    option_variable = np.full(len(problem.options.programme), -1, dtype=np.int64)
    cell_terms: list[list[int]] = [[] for _ in problem.cells.seats]
    entries: dict[tuple[int, ...], list[int]] = {}
    for i in range(problem.num_applicants):
        mine = []
        for o in range(int(start[i]), int(start[i + 1])):
            usable = tuple(int(c) for c in cells_of[o] if c >= 0)
            if not usable:
                continue
            option_variable[o] = model.variable(f"option {o}", 0, 1)
            mine.append((int(option_variable[o]), 1))
            if len(usable) == 1:
                cell_terms[usable[0]].append(int(option_variable[o]))
            else:
                entries.setdefault(usable, []).append(int(option_variable[o]))
        if mine:
            model.row("applicant", i, mine, high=1)
    for e, (usable, inside) in enumerate(entries.items()):
        parts = []
        for c in usable:
            parts.append(model.variable(f"entry {e} cell {c}", 0, min(len(inside), int(problem.cells.seats[c]))))
            cell_terms[c].append(parts[-1])
        model.row("entry", e, [(v, 1) for v in inside] + [(v, -1) for v in parts], 0, 0)
    for c, inside in enumerate(cell_terms):
        if inside:
            model.row("cell", c, [(v, 1) for v in inside], high=int(problem.cells.seats[c]))
    return Admissions(problem, model, option_variable, cell_terms)
