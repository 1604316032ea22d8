"""The counts of the atoms as a linear model: every constraint on counts, and what flows have shown of costs.

Constraints and convex terms speak of counts alone, so they are the same here as in one model of everybody. What the
lists of applicants allow, and what counts cost, is known through cuts, which hold for every assignment.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.crossing.constraints import CONSTRAINTS
from allocator.optimise.assignment.crossing.linear_model import LinearModel
from allocator.optimise.assignment.crossing.priced_flow import Cut
from allocator.optimise.assignment.crossing.ways import Ways
from allocator.optimise.assignment.problem import CountedSet, Problem


@dataclass
class Master:
    """The variables are the counts of the atoms, first of all, and then what constraints and levels add."""

    problem: Problem
    ways: Ways
    model: LinearModel
    inside: dict[int, IntArray] = field(default_factory=dict)  # counted variable → its atoms
    cuts: list[Cut | None] = field(default_factory=list)  # (row,) the cut that the row is

    def count(self, members: CountedSet) -> int:
        """The variable that is how many are admitted in a counted set; the set consists of atoms."""
        assert members.applicants is None
        atoms = np.unique(self.ways.programme_atom[members.programmes])
        for variable, known in self.inside.items():
            if np.array_equal(known, atoms):
                return variable
        variable = self.model.variable(f"count {len(self.inside)}", 0, sum(self.model.high[a] for a in atoms))
        self.model.row("count", len(self.inside), [*((int(a), 1) for a in atoms), (variable, -1)], 0, 0)
        self.inside[variable] = atoms
        return variable

    def cut(self, kind: str, cut: Cut, terms: list[tuple[int, int]], low: int) -> None:
        """Add a row that is a cut."""
        self.model.row(kind, len(self.model.rows), terms, low=low)
        self.cuts.extend([None] * (len(self.model.rows) - 1 - len(self.cuts)))
        self.cuts.append(cut)

    def atom_prices(self, price: list[int]) -> tuple[IntArray, IntArray, int]:
        """What the rows' prices come to: of each cell and each atom, and what the rows' bounds are worth.

        Args:
            price: (row,) as the relaxation has them.
        """
        of_cell = np.zeros(len(self.ways.seats), dtype=np.int64)
        of_atom = np.zeros(self.ways.num_atoms, dtype=np.int64)
        worth = 0
        free = np.zeros(len(self.model.names), dtype=object)  # reduced costs of what is neither atom nor count
        cuts = [*self.cuts, *[None] * (len(self.model.rows) - len(self.cuts))]
        for row, y, cut in zip(self.model.rows, price, cuts, strict=True):
            if y == 0 or row.kind == "count":
                continue
            if cut is not None:
                of_cell += y * cut.of_cell
                continue
            if row.kind == "seats":
                of_cell[self.ways.cell_atom == row.variables[0]] -= y
                continue
            worth += y * (row.low if y > 0 else row.high)
            for v, c in zip(row.variables, row.coefficients, strict=True):
                if v < self.ways.num_atoms:
                    of_atom[v] -= y * c
                elif v in self.inside:
                    of_atom[self.inside[v]] -= y * c
                else:
                    free[v] -= y * c
        for v in np.flatnonzero(free).tolist():
            worth += int(free[v]) * (self.model.low[v] if free[v] > 0 else self.model.high[v])
        return of_cell, of_atom, worth


def master_of(problem: Problem, ways: Ways) -> Master:
    """The counts with all constraints, and no cost yet."""
    model = LinearModel()
    seats = np.zeros(ways.num_atoms, dtype=np.int64)
    np.add.at(seats, ways.cell_atom[ways.cell_atom >= 0], ways.seats[ways.cell_atom >= 0])
    for a in range(ways.num_atoms):
        model.variable(f"atom {a}", 0, problem.num_applicants)
    for a in range(ways.num_atoms):
        model.row("seats", a, [(a, 1)], high=int(seats[a]))
    master = Master(problem, ways, model)
    for constrain in CONSTRAINTS.values():
        constrain(master)
    return master
