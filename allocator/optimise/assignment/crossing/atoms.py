"""Atoms: programmes that no counted set tells apart. Their admissions are what a crossing optimum publishes (R10).

With the count of every atom fixed, every counted set has its count too, and the atoms do not meet: what is left to
decide is a network.
"""

from __future__ import annotations

import numpy as np

from allocator.market.market import BoolArray, IntArray
from allocator.optimise.assignment.problem import CountedSet, Problem


def guideline_counts(problem: Problem) -> bool:
    """Whether the guideline is an objective or a constraint here, and not only a report."""
    return problem.guideline is not None and (problem.guideline.is_constraint or "guideline" in problem.ladder)


def atom_of(problem: Problem) -> tuple[IntArray, int]:
    """(programme,) the atom of each programme, and how many atoms there are.

    Programmes are together if they are in the same caps, and of the same track where the guideline counts. One with a
    least size is alone, so that its count says whether it opens.
    """
    marks: list[BoolArray | IntArray] = [bound.members.programmes for bound in problem.bounds]
    if guideline_counts(problem):
        marks.append(problem.is_general)
    if (problem.min_open > 1).any():
        marks.append(np.where(problem.min_open > 1, np.arange(problem.num_programmes), -1))
    if not marks:
        return np.zeros(problem.num_programmes, dtype=np.int64), 1
    table = np.stack([np.asarray(mark, dtype=np.int64) for mark in marks], axis=1)
    rows, atom = np.unique(table, axis=0, return_inverse=True)
    return atom.reshape(-1).astype(np.int64), len(rows)


def counts(problem: Problem, programme: IntArray) -> tuple[tuple[CountedSet, int], ...]:
    """The count of every atom, from the programmes of all who are admitted."""
    atom, num_atoms = atom_of(problem)
    admitted = np.bincount(atom[programme], minlength=num_atoms)
    return tuple((CountedSet(atom == a), int(admitted[a])) for a in range(num_atoms))
