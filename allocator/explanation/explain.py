"""Why one applicant got what they got, batch by batch: by the published lines (P10), or by objectives (P9)."""

from __future__ import annotations

import numpy as np

from allocator.errors import UsageError
from allocator.explanation.by_lines import judged_by_lines
from allocator.explanation.by_objectives import left_over, optimal_batch, reassignment_batch
from allocator.explanation.choice import Case, Choice, not_reached
from allocator.explanation.explanation import Admission, BatchExplanation, ChoiceVerdict, Explanation
from allocator.explanation.published import contradicts_assignments, published
from allocator.explanation.vacancies import vacancies_for
from allocator.outcome.outcome import Outcome
from allocator.scenario.cohort import IntArray
from allocator.scenario.scenario import Scenario


def explain(scenario: Scenario, outcome: Outcome, applicant_id: str) -> Explanation:
    """One applicant's result, choice by choice, with the rule and the line that decided each.

    In stable batches the result is derived from the published lines alone (P10) and must be that of the assignments;
    in batches that objectives decide, the assignment must be one that R1 and the lines allow.

    Raises:
        UsageError: if there is no such applicant, or the outcome is of other applicants.
        ContradictionError: if the outcome contradicts itself.
    """
    found = (scenario.cohort.applicants.ids == applicant_id).arg_true()
    if len(found) == 0:
        raise UsageError(
            'no applicant has the identifier "{found}"; write it as in the applicants table, leading zeros included',
            found=applicant_id,
        )
    applicant = int(found[0])
    rows = np.flatnonzero(scenario.cohort.choices.applicant == applicant)
    case = Case(
        scenario, outcome, published(scenario, outcome, _programmes(scenario, outcome, applicant, rows)), applicant
    )
    admission: Admission | None = None
    batches: list[BatchExplanation] = []
    for index in range(len(scenario.settings.batches)):
        here = _choices(case, rows[scenario.cohort.choices.batch[rows] == index])
        explained = _takes_no_part(case, index, here, admission.batch) if admission else _batch(case, index, here)
        batches.append(explained)
        admission = admission or _admission(explained)
    _must_be_the_assignment(outcome, applicant, admission)
    return Explanation(applicant_id, admission, tuple(batches), () if admission else vacancies_for(case))


def _choices(case: Case, rows: IntArray) -> list[Choice]:
    choices = case.scenario.cohort.choices
    return [
        Choice(case, int(choices.batch[row]), int(choices.programme[row]), int(choices.number[row])) for row in rows
    ]


def _programmes(scenario: Scenario, outcome: Outcome, applicant: int, rows: IntArray) -> set[str]:
    """The programmes that can be spoken of: those on the list, and what a reassignment had for the unplaced."""
    listed = {scenario.cohort.programmes.ids[p] for p in scenario.cohort.choices.programme[rows]}
    got = outcome.assignments.row(applicant, named=True)["batch"]
    for batch in scenario.settings.batches:
        if batch.mechanism == "reassign" and got in (None, batch.name):
            listed |= set(left_over(outcome, batch)["programme_id"])
    return listed


def _takes_no_part(case: Case, index: int, choices: list[Choice], before: str) -> BatchExplanation:
    batch = case.scenario.settings.batches[index]
    return BatchExplanation(batch.name, before, tuple(not_reached(choice) for choice in choices), batch.mechanism)


def _batch(case: Case, index: int, choices: list[Choice]) -> BatchExplanation:
    batch = case.scenario.settings.batches[index]
    if batch.mechanism == "optimal":
        return optimal_batch(case, index, choices)
    if batch.mechanism == "reassign":
        return reassignment_batch(case, index)
    verdicts: list[ChoiceVerdict] = []
    for choice in choices:
        is_admitted = any(verdict.result == "admitted" for verdict in verdicts)
        verdicts.append(not_reached(choice) if is_admitted else judged_by_lines(choice))
    return BatchExplanation(batch.name, None, tuple(verdicts))


def _admission(explained: BatchExplanation) -> Admission | None:
    for verdict in explained.choices:
        if verdict.result == "admitted":
            return Admission(explained.batch, verdict.programme_id, verdict.pools[-1].pool, verdict.choice)
    return None


def _must_be_the_assignment(outcome: Outcome, applicant: int, admission: Admission | None) -> None:
    row = outcome.assignments.row(applicant, named=True)
    assigned = None
    if row["programme_id"] is not None:
        assigned = Admission(row["batch"], row["programme_id"], row["pool"], row["choice"])
    if assigned != admission:
        raise contradicts_assignments("assignments.csv", row["applicant_id"])
