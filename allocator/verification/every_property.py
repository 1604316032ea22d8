"""Verification: P1 to P10, recomputed from the scenario and the outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario
from allocator.verification.certificate import Breach, Certificate
from allocator.verification.claims import Claims, claimed_admissions, read_claims
from allocator.verification.closed import closed_programmes, with_closed
from allocator.verification.closures import closures_breaches
from allocator.verification.matrix import matrix_in_force
from allocator.verification.p1_admissions import p1_admissions, p1_floors
from allocator.verification.p2_seats import p2_seats
from allocator.verification.p3_envy import p3_envy, p5_refusals
from allocator.verification.p4_waste import p4_waste
from allocator.verification.p6_balance import p6_balance
from allocator.verification.p7_guideline import Scopes, can_be_rerun, lines_in_force, p7_guideline, scopes
from allocator.verification.p7_summary import p7_summary
from allocator.verification.p8_feeder_seats import p8_feeder_seats
from allocator.verification.p9_optimal import p9_optimal
from allocator.verification.p9_vacancies import p9_vacancies
from allocator.verification.p10_lines import p10_decided, p10_published
from allocator.verification.reached import reached
from allocator.verification.rerun import open_alone
from allocator.verification.standing import Admissions, Setting, Standing, walk
from allocator.verification.tables import ScenarioTables, restate


def verify(scenario: Scenario, outcome: Outcome) -> Certificate:
    """Check an outcome against its scenario: every property, every breach, with witnesses.

    Nothing here is shared with the market, the mechanisms or the optimiser; what the outcome states about itself
    (lines, floors, feeder seats, rounds of the control line, summary) is a claim that is recomputed.
    """
    all_open = restate(scenario, matrix_in_force(scenario, outcome))
    tables = with_closed(all_open, closed_programmes(scenario, outcome.closures.filter("closed")["programme_id"]))
    claims = read_claims(scenario, outcome)
    of_guideline = scopes(tables)
    standings = _claimed_standings(tables, claims, outcome, of_guideline)
    of_optimal, checked = p9_optimal(tables, claims, outcome, standings, of_guideline)
    lines = lines_in_force(tables, outcome, of_guideline)
    breaches = [
        *_breaches(tables, claims, outcome, standings),
        *p7_guideline(all_open, outcome, of_guideline, claims.programme),
        *of_optimal,
        *closures_breaches(all_open, outcome, claims, lines, of_guideline),
        *p9_vacancies(tables, claims, outcome, lines, of_guideline),
    ]
    breaches.sort(key=lambda breach: int(breach.property[1:]))
    return Certificate(tuple(breaches), {**_checked(tables, claims, outcome, standings), "P9": checked})


def _claimed_standings(
    tables: ScenarioTables, claims: Claims, outcome: Outcome, of_guideline: Scopes
) -> list[Standing]:
    """The books of all batches with the claimed admissions, under the claimed control lines."""
    feeder_school = tables.scenario.cohort.applicants.feeder_school

    def claimed(setting: Setting) -> Admissions:
        return claimed_admissions(claims, setting, feeder_school)

    lines = lines_in_force(tables, outcome, of_guideline)
    return walk(tables, lines, of_guideline.of, of_guideline.score, claimed, open_alone)


def _breaches(tables: ScenarioTables, claims: Claims, outcome: Outcome, standings: list[Standing]) -> Iterator[Breach]:
    stable = _stable(standings)
    reaches = [reached(standing) for standing in stable]
    yield from p1_admissions(tables, claims, standings)
    yield from p1_floors(tables, outcome, standings)
    yield from p2_seats(tables, standings)
    yield from p3_envy(tables, stable, reaches)
    yield from p4_waste(tables, stable, reaches)
    yield from p5_refusals(tables, stable, reaches)
    yield from p6_balance(tables, claims, outcome)
    yield from p7_summary(tables.scenario, claims, outcome)
    yield from p8_feeder_seats(tables, outcome)
    yield from p10_decided(tables, stable, reaches)
    yield from p10_published(tables, outcome, standings)


def _stable(standings: list[Standing]) -> list[Standing]:
    """The batches of R7: what is stable there need not be so in an optimal one."""
    return [standing for standing in standings if standing.tables.rule.mechanism == "stable"]


def _checked(
    tables: ScenarioTables, claims: Claims, outcome: Outcome, standings: list[Standing]
) -> Mapping[str, Mapping[str, int]]:
    """How many of what each property was checked on."""
    num_slots = sum(len(standing.tables.slots.key) for standing in _stable(standings))
    num_rounds = len(outcome.control_line_steps)
    not_rerun = int(num_rounds > 1 and not can_be_rerun(tables.scenario))
    num_cells = sum(standing.tables.num_cells for standing in standings)
    return {
        "P1": {"applicants": len(claims.programme), "admissions": int((claims.programme >= 0).sum())},
        "P2": {"cells": num_cells},
        "P3": {"choices and pools": num_slots},
        "P4": {"choices and pools": num_slots},
        "P5": {"lottery numbers that decide": sum(order.num_lottery for order in tables.orders.values())},
        "P6": {"programmes": len(tables.scenario.cohort.programmes)},
        "P7": {"rounds": num_rounds, **({"rounds that were not run again": not_rerun} if not_rerun else {})},
        "P8": {"cells": outcome.feeder_seats.height},
        "P10": {"choices and pools": num_slots, "lines": outcome.lines.height},
    }
