"""An optimal batch of a whole city beside OR-Tools alone on the plain graph: the same applicants, in one run, in turn.

The batch has reserved pools (8,000 feeder cells), laminar caps, lower bounds among them, and every step that the rules
ask for: the exact objectives, the certificate, and ``score``. The plain graph has one node for a programme and
nothing else: applicants, choices, seats.
"""

from __future__ import annotations

import time
from fractions import Fraction
from statistics import median
from typing import Any

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from allocator.market.market import IntArray
from allocator.optimise.assignment.network import cell_programmes
from allocator.optimise.assignment.problem import (
    Bound,
    Cells,
    CountedSet,
    GuidelineTerm,
    Options,
    Problem,
    Solved,
)
from allocator.optimise.assignment.solve import solve
from benchmarks.child import call
from benchmarks.instances import NUM_CHOICES, NUM_PROGRAMMES, make_instance
from benchmarks.workload import Figures, workload

NUM_SCHOOLS = 100
WITH_FEEDER_SEATS = 80  # programmes, times schools: 8,000 cells
NUM_AREAS = 8
SHORT_LADDER = ("placed", "choice", "score")
LONG_LADDER = ("placed", "guideline", "feeder", "choice", "score")


@workload("optimal batch, [placed, choice]", "pools, laminar caps, certificate and score, beside the plain flow")
def short_ladder(num_applicants: int, short: bool) -> Figures:
    return _in_child(num_applicants, SHORT_LADDER, short)


@workload("optimal batch, four objectives", "the same for [placed, guideline, feeder, choice]")
def long_ladder(num_applicants: int, short: bool) -> Figures:
    return _in_child(num_applicants, LONG_LADDER, short)


def _in_child(num_applicants: int, ladder: tuple[str, ...], short: bool) -> Figures:
    figures, spent = call("optimal_batch:measure", num_applicants, ladder, short)
    return {**figures, "peak_mb": round(spent.peak_mb)}


def measure(num_applicants: int, ladder: tuple[str, ...], short: bool) -> dict[str, Any]:
    """Medians over rounds; in each both solve once, one after the other."""
    problem = make_problem(num_applicants, ladder)
    solve(make_problem(1_000, ladder))  # compiles, or loads what is kept
    ours, plain = [], []
    for _ in range(1 if short else 5):
        begin = time.perf_counter()
        num_plain = plain_flow(problem)
        middle = time.perf_counter()
        solved = solve(problem)
        ours.append(time.perf_counter() - middle)
        plain.append(middle - begin)
    assert isinstance(solved, Solved)
    return {
        "seconds": median(ours),
        "plain_seconds": median(plain),
        "ratio_to_plain": round(median(a / b for a, b in zip(ours, plain, strict=True)), 3),
        "structure": solved.structure,
        "admitted": int((solved.assignment.option >= 0).sum()),
        "admitted_plain": num_plain,
        **{name: str(value) for name, value in solved.values.items()},
    }


def make_problem(num_applicants: int, ladder: tuple[str, ...]) -> Problem:
    """The city of the kernel's benchmark with fewer feeder schools, caps on areas and on half of the city."""
    instance = make_instance(num_applicants, own_rankings=False)
    seats = instance.open_seats + instance.feeder_seats.sum(axis=1)
    has_cells = np.arange(NUM_PROGRAMMES) < WITH_FEEDER_SEATS
    first = np.full((NUM_PROGRAMMES, 2), -1, dtype=np.int32)
    cells: list[int] = []
    for p in range(NUM_PROGRAMMES):
        reserved = np.zeros(0, dtype=np.int64)
        if has_cells[p]:
            reserved = instance.feeder_seats[p].reshape(NUM_SCHOOLS, -1).sum(axis=1)
            first[p, 1] = len(cells) + 1
        first[p, 0] = len(cells)
        cells += [int(seats[p] - reserved.sum()), *reserved.tolist()]
    programme = instance.choice_programme.ravel()
    areas = np.arange(NUM_PROGRAMMES) * NUM_AREAS // NUM_PROGRAMMES
    bounds = [
        Bound(
            name=f"area {area}",
            members=CountedSet(areas == area),
            at_least=int(0.3 * seats[areas == area].sum()),
            at_most=int(0.95 * seats[areas == area].sum()),
            target=None,
            earlier=0,
        )
        for area in range(NUM_AREAS)
    ]
    half = areas < NUM_AREAS // 2
    bounds.append(Bound("half of the city", CountedSet(half), 0, int(0.9 * seats[half].sum()), None, 0))
    return Problem(
        options=Options(
            start=np.arange(0, len(programme) + 1, NUM_CHOICES),
            programme=programme,
            number=np.tile(np.arange(1, NUM_CHOICES + 1, dtype=np.int32), num_applicants),
            pools=np.where(has_cells[programme], 3, 1).astype(np.uint64),
            choice=np.arange(len(programme)),
            in_own_area=np.zeros(len(programme), dtype=np.bool_),
        ),
        cells=Cells(first, np.array([False, True]), NUM_SCHOOLS, np.array(cells, dtype=np.int64)),
        applicant_school=instance.applicant_school // 3,
        is_general=areas < NUM_AREAS * 5 // 8,  # half of the city lies inside: the counted sets are laminar
        order=np.argsort(-instance.score, kind="stable"),
        programme_order=np.arange(NUM_PROGRAMMES),
        ladder=ladder,
        bounds=tuple(bounds),
        guideline=GuidelineTerm(
            share=Fraction(6, 10),
            tolerance=Fraction(1, 100),
            basis_grows=False,
            is_constraint=False,
            scope=np.zeros(num_applicants, dtype=np.int32),
            scope_names=("",),
            earlier_general=np.zeros(1, dtype=np.int64),
            earlier_basis=np.array([num_applicants]),
        ),
    )


def plain_flow(problem: Problem) -> int:
    """[placed, choice] by OR-Tools alone, without pools, caps, certificate or ``score``: how many are placed."""
    options, num_applicants = problem.options, problem.num_applicants
    seats = np.zeros(problem.num_programmes, dtype=np.int64)
    np.add.at(seats, cell_programmes(problem), problem.cells.seats)
    person = np.arange(num_applicants)
    programme_node: IntArray = num_applicants + np.arange(problem.num_programmes)
    sink = num_applicants + problem.num_programmes
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([options.applicant, person, programme_node]),
        np.concatenate([num_applicants + options.programme, np.full(num_applicants + len(programme_node), sink)]),
        np.concatenate([np.ones(len(options.programme) + num_applicants, dtype=np.int64), seats]),
        np.concatenate(
            [options.number - 10 * NUM_CHOICES, np.zeros(num_applicants + len(programme_node), dtype=np.int64)]
        ),
    )
    solver.set_nodes_supplies(person, np.ones(num_applicants, dtype=np.int64))
    solver.set_node_supply(sink, -num_applicants)
    assert solver.solve() == solver.OPTIMAL
    return int(solver.flows(arcs[: len(options.programme)]).sum())
