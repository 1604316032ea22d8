"""Tiny scenarios with optimal batches, solved by trying all assignments, and published with any of the assignments."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl

import allocator
from allocator.optimise.assignment.problem import UNBOUNDED, CountedSet, Problem
from allocator.outcome.outcome import (
    ASSIGNMENTS_SCHEMA,
    FEEDER_SEATS_SCHEMA,
    FLOORS_SCHEMA,
    LINES_SCHEMA,
    ControlLineStep,
    OptimalBatch,
    Outcome,
)
from allocator.scenario.scenario import Scenario
from allocator.verification.certificate import Breach
from allocator.verification.claims import Claims, claimed_admissions, read_claims
from allocator.verification.matrix import matrix_in_force
from allocator.verification.p7_guideline import Scopes, lines_in_force, scopes
from allocator.verification.p9_optimal import p9_optimal
from allocator.verification.rerun import open_alone
from allocator.verification.standing import Standing, walk
from allocator.verification.tables import ScenarioTables, restate
from tests.oracle import optimal, optimal_scenario, reading
from tests.oracle.assignments import Table, Way, only, within_the_seats
from tests.oracle.objectives import MEASURES, Value, best, value
from tests.oracle.random_optimal_scenarios import random_optimal_scenario
from tests.oracle.rules import OracleResult, control_line_search
from tests.oracle.seats import table_seats

Row = Sequence[int]  # an assignment: for each applicant the position among their ways


@dataclass(frozen=True)
class Tried:
    """One optimal batch of a run, with everything around it as the oracle has it."""

    scenario: Scenario
    result: OracleResult
    feeder_seats: pl.DataFrame
    batch: str
    problem: Problem

    @cached_property
    def everything(self) -> Table:
        """All assignments within the seats, whatever else they break."""
        return within_the_seats(self.problem)

    @cached_property
    def lawful(self) -> set[tuple[int, ...]]:
        """Those that R10 allows."""
        return {tuple(row) for row in optimal.within_the_rules(self.problem).taken.tolist()}

    @cached_property
    def optimum(self) -> tuple[int, ...]:
        """The one that ``score`` leaves."""
        solved = optimal.solve(self.problem)
        assert solved is not None
        return self.row_of(optimal.settle(solved[1]))

    def row_of(self, ways: Sequence[Way]) -> tuple[int, ...]:
        return tuple(own.index(way) for own, way in zip(self.everything.ways, ways, strict=True))

    def ways(self, row: Row) -> tuple[Way, ...]:
        return tuple(own[i] for own, i in zip(self.everything.ways, row, strict=True))

    def values(self, row: Row) -> dict[str, Value]:
        """What the objectives measure in one assignment."""
        table = self.everything.where((self.everything.taken == np.array(row)).all(axis=1))
        return {name: value(table, name) for name in self.problem.ladder if name != "score"}

    def atoms(self) -> list[CountedSet]:
        """Programmes that all bounds, the guideline and least sizes treat alike."""
        problem = self.problem
        kinds: dict[tuple[object, ...], list[int]] = {}
        for p in range(problem.num_programmes):
            least = int(problem.min_open[p]) if len(problem.min_open) else 0
            kind = (
                *(bool(bound.members.programmes[p]) for bound in problem.bounds),
                optimal.guideline_counts(problem) and bool(problem.is_general[p]),
                p if least else -1,
            )
            kinds.setdefault(kind, []).append(p)
        return [CountedSet(np.isin(np.arange(problem.num_programmes), atom)) for atom in kinds.values()]

    def counts(self, row: Row) -> list[tuple[CountedSet, int]]:
        admitted = [way.programme for way in self.ways(row) if way.option >= 0]
        return [(atom, sum(bool(atom.programmes[p]) for p in admitted)) for atom in self.atoms()]

    def best_within(self, row: Row) -> tuple[int, ...]:
        """The optimum of those that have the counts of an assignment, and its statuses where they are fixed."""
        table = optimal.within_the_rules(self.problem)
        counts = self.counts(row) if self.structure == "crossing bounds" else []
        for counted, number in counts:
            table = table.where(table.admissions(counted) == number)
        if self.structure == "classes":
            for p in np.flatnonzero(self.problem.min_open).tolist():
                is_open = any(way.programme == p for way in self.ways(row))
                table = table.where((table.admissions(only(self.problem, p)) > 0) == is_open)
        statuses = None
        if optimal.counts_by_area(self.problem):
            statuses = [optimal.status_of(self.problem, way) for way in self.ways(row)]
            for applicant, status in enumerate(statuses):
                kinds = [optimal.status_of(self.problem, way) for way in table.ways[applicant]]
                table = table.where(np.array([kind == status for kind in kinds])[table.taken[:, applicant]])
        for objective in self.problem.ladder:
            if objective != "score":
                table = table.where(best(MEASURES[objective](table), objective))
        return self.row_of(optimal.settle(table, counts, statuses))

    @cached_property
    def structure(self) -> str:
        return structure_of(self.problem)

    def claim(self, row: Row) -> OptimalBatch:
        """What an assignment that is published as the optimum states of itself."""
        ids = self.scenario.cohort.programmes.ids
        counts = self.counts(row) if self.structure == "crossing bounds" else []
        in_order = [{p: i for i, p in enumerate(self.oracle_programmes)}[p] for p in ids]
        return OptimalBatch(
            batch=self.batch,
            structure=self.structure,
            values={name: as_published(stated) for name, stated in self.values(row).items()},
            counts=tuple(
                {"programmes": [p for p, i in zip(ids, in_order, strict=True) if atom.programmes[i]], "count": number}
                for atom, number in counts
            ),
        )

    @cached_property
    def oracle_programmes(self) -> list[str]:
        return list(reading.read(self.scenario.path.parent).programmes)

    @cached_property
    def oracle_applicants(self) -> list[str]:
        return list(reading.read(self.scenario.path.parent).applicants)

    def outcome(self, row: Row, claim: OptimalBatch) -> Outcome:
        """The run with another assignment in this batch, and nothing in later ones."""
        batches = [rule.name for rule in self.scenario.settings.batches]
        rule = self.scenario.settings.batches[batches.index(self.batch)]
        got: dict[str, tuple[str, str, str, int | None]] = {
            applicant: placed
            for applicant, placed in self.result.assignments.items()
            if batches.index(placed[1]) < batches.index(self.batch)
        }
        for applicant, way in zip(self.oracle_applicants, self.ways(row), strict=True):
            if way.option >= 0:
                number = None if rule.mechanism == "reassign" else way.number
                got[applicant] = (self.oracle_programmes[way.programme], self.batch, rule.pools[way.pool], number)
        rows = [(i, *got.get(i, (None,) * 4)) for i in self.scenario.cohort.applicants.ids]
        lines = {scope: as_decimal(line) for scope, line in self.result.control_lines.items()}
        return Outcome(
            assignments=pl.DataFrame(rows, schema=ASSIGNMENTS_SCHEMA, orient="row"),
            lines=LINES_SCHEMA.to_frame(),
            feeder_seats=self.feeder_seats,
            floors=FLOORS_SCHEMA.to_frame(),
            control_line_steps=(ControlLineStep(lines, {}, {}),),
            optimal=(claim,),
        )

    def restated(self, outcome: Outcome) -> tuple[ScenarioTables, Claims, Standing, Scopes]:
        """What the verifier makes of the scenario, the assignments and this batch."""
        tables = restate(self.scenario, matrix_in_force(self.scenario, outcome))
        claims, of_guideline = read_claims(self.scenario, outcome), scopes(tables)
        assert claims.breaches == ()
        standings = walk(
            tables,
            lines_in_force(tables, outcome, of_guideline),
            of_guideline.of,
            of_guideline.score,
            lambda setting: claimed_admissions(claims, setting, self.scenario.cohort.applicants.feeder_school),
            open_alone,
        )
        (here,) = [standing for standing in standings if standing.tables.rule.name == self.batch]
        return tables, claims, here, of_guideline

    def breaches(self, row: Row, claim: OptimalBatch) -> tuple[list[Breach], dict[str, int]]:
        """P9 of this batch, with an assignment published as its optimum."""
        outcome = self.outcome(row, claim)
        tables, claims, here, of_guideline = self.restated(outcome)
        breaches, checked = p9_optimal(tables, claims, outcome, [here], of_guideline)
        return breaches, dict(checked)


def as_published(stated: Value) -> int | str | list[int]:
    if isinstance(stated, tuple):
        return list(stated)
    number = Fraction(stated)
    return int(number) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"


def as_decimal(number: Fraction) -> str:
    return optimal.decimal(number)


def tried(seed: int, folder: Path) -> list[Tried]:
    """The optimal batches of the random scenario of a seed; none where one has no assignment."""
    random_optimal_scenario(random.Random(seed), folder)
    scenario, told = allocator.load(folder), reading.read(folder)
    seats = table_seats(told)
    problems: dict[str, Problem] = {}
    as_problem = optimal_scenario.as_problem

    def remembered(of: reading.Scenario, batch: reading.Batch, *rest: object) -> Problem:
        problems[batch.name] = as_problem(of, batch, *rest)  # type: ignore[arg-type]  # as they come
        return problems[batch.name]

    with patch.object(optimal_scenario, "as_problem", remembered):
        result = control_line_search(told, seats)
    if result.infeasible is not None:
        return []
    rows = [
        (batch.name, programme, school, number)
        for batch in told.batches
        for programme, pools in seats[batch.name].items()
        for pool, cells in pools.items()
        if told.pools[pool].per_school
        for school, number in cells.items()
    ]
    frame = pl.DataFrame(rows, schema=FEEDER_SEATS_SCHEMA, orient="row")
    return [Tried(scenario, result, frame, name, problem) for name, problem in problems.items()]


def structure_of(problem: Problem) -> str:
    """Whether the sets that the ladder counts cross: they meet, and neither contains the other."""
    goals = "targets" in problem.ladder or "worst_target" in problem.ladder
    sets = [
        bound.members.programmes
        for bound in problem.bounds
        if bound.at_least > 0 or bound.at_most < UNBOUNDED or (goals and bound.target is not None)
    ]
    rule = problem.guideline
    if rule is not None and optimal.guideline_counts(problem):
        ladder = list(problem.ladder)
        is_known = "placed" in ladder and "guideline" in ladder[ladder.index("placed") :] and not rule.is_constraint
        if any(rule.scope_names) or (rule.basis_grows and not is_known):
            return "crossing bounds"
        sets.append(problem.is_general)
    if any((a & b).any() and (a & ~b).any() and (b & ~a).any() for a in sets for b in sets):
        return "crossing bounds"
    offered = (problem.cells.first >= 0).any(axis=1)
    return "classes" if len(problem.min_open) and problem.min_open[offered].any() else "network"
