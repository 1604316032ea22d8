"""A made town in which every rule happens, its true outcome, and false outcomes that agree with themselves.

A false outcome is published as carefully as a true one: lines, counts and summary are those of its assignments. So it
is the assignments that a property must catch, not a forgotten line.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl

import allocator
from allocator.outcome.outcome import ASSIGNMENTS_SCHEMA, Outcome
from allocator.outcome.summary import summarise
from allocator.scenario.scenario import Scenario
from allocator.verification.claims import claimed_admissions, read_claims
from allocator.verification.lines_of import recomputed_lines
from allocator.verification.matrix import matrix_in_force
from allocator.verification.p7_guideline import lines_in_force, scope_counts, scopes
from allocator.verification.p9_vacancies import recomputed_vacancies
from allocator.verification.rerun import open_alone
from allocator.verification.standing import BARRED, Standing, walk
from allocator.verification.tables import ScenarioTables, restate

RULES = """
version: 1
name: town
lottery_seed: "a town's seed"
tables: {applicants: a.csv, programmes: p.csv, seats: s.csv, choices: c.csv, priorities: r.csv}
rankings:
  exam: {score: total, tie_break: [cme]}
  together: {score: total, tie_break: [cme], ties: admit_all}
  interview: {score: priorities}
groups:
  long: {years: {at_least: 3}}
  poor: {poor: true}
pools:
  feeder: {per: feeder_school, group: long, floor: {below_line: 15, of: provisional, score: 30}}
  poor: {group: poor, floor: {below_line: 20, of: quota}}
  lapsing: {group: poor, unfilled: lapse}
batches:
  - {name: early, ranking: interview, pools: [lapsing, open]}
  - {name: quota, ranking: exam, pools: [feeder, open]}
  - {name: main, ranking: exam, pools: [poor, open], order: banded, band_width: 10, choice_tier: 2}
  - {name: late, ranking: together, pools: [open], order: choice_first}
  - {name: last, ranking: exam, pools: [open], seats: leftover}
guideline: {general_share: 0.5, tolerance: 0.02, enforce: control_line, scope: area, ranking: exam}
"""

SEATS = """batch,programme_id,pool,seats
early,G1,lapsing,2
early,G1,open,1
quota,G1,feeder,9
quota,G1,open,4
quota,G2,feeder,8
quota,G2,open,3
quota,V1,feeder,4
main,G1,poor,3
main,G1,open,2
main,G2,open,4
main,V1,open,6
main,V2,poor,2
main,V2,open,5
main,V3,poor,3
late,G2,open,3
late,V1,open,4
late,V2,open,6
late,V3,open,5
"""

SEED = 134  # a cohort that uses reserved, reverted, carried and leftover seats, ties and two control lines

PROGRAMMES = """programme_id,track,ranking,min_score
G1,general,,35
G2,general,,
V1,vocational,,
V2,vocational,,
V3,vocational,,12
"""


@dataclass(frozen=True)
class Chance:
    """A pool or cell that an applicant could be admitted through."""

    applicant: str
    programme: str
    batch: str
    pool: str
    choice: int
    key: int  # R3, smaller is better
    seats: int
    admitted: int
    last: int  # key of the last admission
    is_held: bool

    @property
    def seat(self) -> tuple[str, str, str, int]:
        return (self.programme, self.batch, self.pool, self.choice)


@dataclass(frozen=True)
class Town:
    """A scenario with its true outcome."""

    scenario: Scenario
    outcome: Outcome

    @cached_property
    def tables(self) -> ScenarioTables:
        return restate(self.scenario, matrix_in_force(self.scenario, self.outcome))

    @cached_property
    def standings(self) -> list[Standing]:
        return standings_of(self.scenario, self.outcome)

    def row(self, applicant_id: str) -> tuple[str | int | None, ...]:
        return self.outcome.assignments.row(by_predicate=pl.col("applicant_id") == applicant_id)

    def score(self, applicant_id: str, column: str = "total") -> int | None:
        position = self.scenario.cohort.applicants.ids.index_of(applicant_id)
        assert position is not None
        number = self.scenario.cohort.applicants.numbers[column].decimal(position)
        return None if number is None else int(number)

    def lists(self) -> Iterable[tuple[str, str, int, str]]:
        """Every choice: applicant, batch, number, programme."""
        cohort, batches = self.scenario.cohort, self.scenario.settings.batches
        rows = cohort.choices
        for b, a, n, p in zip(
            *(x.tolist() for x in (rows.batch, rows.applicant, rows.number, rows.programme)), strict=True
        ):
            yield cohort.applicants.ids[a], batches[b].name, n, cohort.programmes.ids[p]

    def chances(self, batch_name: str) -> list[Chance]:
        """Everything that R1 lets somebody use who is not admitted before this batch."""
        standing = next(s for s in self.standings if s.tables.rule.name == batch_name)
        batch, cohort, setting = standing.tables, self.scenario.cohort, standing.setting
        found = []
        for slot, (place, cell, key) in enumerate(
            zip(batch.slots.place.tolist(), batch.slots.cell.tolist(), setting.key.tolist(), strict=True)
        ):
            row = place // batch.width
            if key != BARRED:
                found.append(
                    Chance(
                        applicant=cohort.applicants.ids[int(batch.applicant[row])],
                        programme=cohort.programmes.ids[int(batch.programme[row])],
                        batch=batch_name,
                        pool=batch.pool_names[place % batch.width],
                        choice=int(batch.number[row]),
                        key=key,
                        seats=int(standing.seats[cell]),
                        admitted=int(standing.admitted[cell]),
                        last=int(standing.worst[cell]),
                        is_held=int(standing.admissions.slot[int(batch.applicant[row])]) == slot,
                    )
                )
        return found

    def admitted(self, **where: str) -> list[str]:
        """Those admitted to this programme, batch, pool."""
        return self.outcome.assignments.filter(**where)["applicant_id"].to_list()

    def with_assignment(self, applicant_id: str, *what: str | int | None) -> Outcome:
        """The outcome in which one applicant has another result (programme, batch, pool, choice), published as one."""
        return self.with_assignments({applicant_id: what})

    def with_assignments(self, changes: dict[str, tuple[str | int | None, ...]]) -> Outcome:
        rows = [(row[0], *changes.get(row[0], row[1:])) for row in self.outcome.assignments.iter_rows()]
        assert rows != self.outcome.assignments.rows(), "the false outcome is the true one"
        return published(self.scenario, self.outcome, pl.DataFrame(rows, schema=ASSIGNMENTS_SCHEMA, orient="row"))


def allocated(scenario: Scenario) -> Outcome:
    """The outcome of a scenario that has one."""
    outcome = allocator.run(scenario)
    assert isinstance(outcome, Outcome)
    return outcome


def town(folder: Path, seed: int = SEED, rules: str = RULES) -> Town:
    scenario = allocator.load(write_town(folder, seed, rules))
    return Town(scenario, allocated(scenario))


def write_town(folder: Path, seed: int = SEED, rules: str = RULES) -> Path:
    """A hundred and twenty applicants of three feeder schools and two areas; many equal scores, a few missing ones."""
    rng = random.Random(seed)
    applicants, choices, priorities = [], [], []
    offered = {
        "early": ["G1"],
        "quota": ["G1", "G2", "V1"],
        "main": ["G1", "G2", "V1", "V2", "V3"],
        "late": ["G2", "V1", "V2", "V3"],
        "last": ["G1", "G2", "V1", "V2", "V3"],
    }
    for i in range(120):
        name = f"{i:03d}"
        school, area = rng.choice(["J1", "J2", "J3", ""]), rng.choice("AB")
        total = rng.choice([*[""] * 4, *[str(n) for n in range(10, 70, 2)] * 2])
        cme = rng.choice(["", "1", "2", "3"])
        applicants.append(f"{name},{school},{area},{total},{cme},{rng.randint(1, 4)},{rng.choice(['yes', 'no', ''])}")
        for batch, programmes in offered.items():
            listed = sorted(rng.sample(programmes, rng.randint(0, len(programmes))), key=lambda p: (p[0], rng.random()))
            number = 0
            for programme in listed:
                number += rng.choice([1, 1, 2])
                choices.append(f"{name},{batch},{number},{programme}")
        if rng.random() < 0.3:
            priorities.append(f"G1,{name},{rng.randint(33, 40)}")
    texts = {
        "scenario.yaml": rules,
        "a.csv": "applicant_id,feeder_school_id,area,total,cme,years,poor\n" + "\n".join(applicants) + "\n",
        "c.csv": "applicant_id,batch,choice,programme_id\n" + "\n".join(choices) + "\n",
        "r.csv": "programme_id,applicant_id,priority\n" + "\n".join(priorities) + "\n",
        "p.csv": PROGRAMMES,
        "s.csv": SEATS,
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def standings_of(scenario: Scenario, outcome: Outcome) -> list[Standing]:
    tables = restate(scenario, matrix_in_force(scenario, outcome))
    claims, of_guideline = read_claims(scenario, outcome), scopes(tables)
    return walk(
        tables,
        lines_in_force(tables, outcome, of_guideline),
        of_guideline.of,
        of_guideline.score,
        lambda setting: claimed_admissions(claims, setting, scenario.cohort.applicants.feeder_school),
        open_alone,
    )


def published(scenario: Scenario, outcome: Outcome, assignments: pl.DataFrame) -> Outcome:
    """The outcome with other assignments, its lines, last round and summary made to agree with them."""
    false = replace(outcome, assignments=assignments)
    tables = restate(scenario, matrix_in_force(scenario, false))
    lines = recomputed_lines(tables, standings_of(scenario, false))
    steps, guideline = outcome.control_line_steps, scenario.settings.guideline
    if guideline is not None:
        of_guideline, programme = scopes(tables), read_claims(scenario, false).programme
        general, basis = scope_counts(scenario, guideline, of_guideline, programme)
        last = replace(
            steps[-1],
            general=dict(zip(of_guideline.names, general.tolist(), strict=True)),
            basis=dict(zip(of_guideline.names, basis.tolist(), strict=True)),
        )
        steps = (*steps[:-1], last)
    summary = summarise(scenario, assignments, lines, steps)
    return with_vacancies(scenario, replace(false, lines=lines, control_line_steps=steps, summary=summary))


def with_vacancies(scenario: Scenario, outcome: Outcome) -> Outcome:
    """The outcome with the vacancies that its assignments leave."""
    tables, claims = restate(scenario, matrix_in_force(scenario, outcome)), read_claims(scenario, outcome)
    lines = lines_in_force(tables, outcome, scopes(tables))
    return replace(outcome, vacancies=recomputed_vacancies(tables, claims, lines, scopes(tables)))
