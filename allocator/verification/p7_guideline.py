"""P7: the guideline's share is recomputed; with a control line it meets the limit, and the run before it did not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise

import numpy as np

from allocator.errors import message
from allocator.outcome.outcome import ControlLineStep, Outcome
from allocator.scenario.cohort import BoolArray, IntArray
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import Guideline
from allocator.verification.certificate import Breach, breach
from allocator.verification.closed import closed_programmes, with_closed
from allocator.verification.exact import LOWEST, at_scale
from allocator.verification.rerun import open_alone, rising_lines
from allocator.verification.standing import walk
from allocator.verification.tables import ScenarioTables

_NO_STEPS = message("The rounds of the guideline are missing, or there are some without a guideline (P7).")
_COUNTS = message("The last round counts other admissions than the assignments have, in {count} scopes (P7).")
_ABOVE = message("The general track is above the limit of the guideline in {count} scopes (P7).")
_LINES_GIVEN = message("A guideline that is only measured has no control line and one round (P7).")
_FIRST_LINES = message("The search for the control line does not start without a line (P7, R8).")
_SCOPES = message(
    "Round {round} of the control line names other scopes than the scenario has, or lines that are no numbers (P7)."
)
_FALLS = message("From round {round} on, the line of {count} scopes fell, or rose where the limit was met (P7, R8).")
_NOT_BROKEN = message("The run with the lines before the last meets the limit already (P7).")
_BEFORE = message(
    "The round before the last counts other admissions than a run with its lines, in {count} scopes (P7)."
)
_NOT_NEXT = message("The last line does not follow from the round before it by R8, in {count} scopes (P7).")


@dataclass(frozen=True)
class Scopes:
    """Where the guideline applies: each applicant's scope, and the score that a control line is compared with."""

    names: tuple[str, ...]  # "" is the whole city
    of: IntArray  # (applicant,)
    score: IntArray  # (applicant,) LOWEST where it is missing: nobody passes a line without it


def scopes(tables: ScenarioTables) -> Scopes:
    """The scopes of the guideline; the city, and no score, where there is none."""
    cohort, settings = tables.scenario.cohort, tables.scenario.settings
    numbers = cohort.applicants.numbers.get(settings.rankings[settings.guideline_ranking].score)
    if settings.guideline is None or numbers is None:
        score = np.full(len(cohort.applicants), LOWEST, dtype=np.int64)
    else:
        score = np.where(numbers.missing, LOWEST, numbers.at_scale(tables.scale))
    if settings.guideline is not None and settings.guideline.scope == "area":
        return Scopes(cohort.area_names, cohort.applicants.area, score)
    return Scopes(("",), np.zeros(len(cohort.applicants), dtype=np.int64), score)


def lines_in_force(tables: ScenarioTables, outcome: Outcome, scopes: Scopes) -> IntArray:
    """(scope,) the claimed control lines of the last round, LOWEST where there is none."""
    steps = outcome.control_line_steps
    return _lines(scopes, steps[-1].lines if steps else {}, tables.scale)


def _lines(scopes: Scopes, claimed: Mapping[str, str], scale: int) -> IntArray:
    lines = np.full(len(scopes.names), LOWEST, dtype=np.int64)
    for i, name in enumerate(scopes.names):
        number = _number(claimed.get(name))
        if number is not None:
            lines[i] = max(LOWEST + 1, min(2**62, at_scale(number, scale)))
    return lines


def _number(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def p7_guideline(tables: ScenarioTables, outcome: Outcome, scopes: Scopes, programme: IntArray) -> Iterator[Breach]:
    """P7: the share by the assignments, its limit, and the round before, run here once more.

    Args:
        programme: (applicant,) where everybody was admitted, -1 if nowhere.
    """
    guideline, steps = tables.scenario.settings.guideline, outcome.control_line_steps
    if (guideline is None) != (len(steps) == 0):
        yield breach("P7", _NO_STEPS, 1)
    if guideline is None or not steps:
        return
    for i, step in enumerate(steps):
        if not _is_of(step, scopes, tables.scale):
            yield breach("P7", _SCOPES, 1, round=i + 1)
            return
    general, basis = scope_counts(tables.scenario, guideline, scopes, programme)
    yield from _differing(scopes, _COUNTS, steps[-1], general, basis)
    if guideline.enforce != "control_line":
        if len(steps) > 1 or steps[0].lines:
            yield breach("P7", _LINES_GIVEN, 1)
        return
    limit = Fraction(guideline.limit)
    over = _over(general, basis, limit)
    if over.any():
        yield breach("P7", _ABOVE, int(over.sum()), _named(scopes, over))
    if steps[0].lines:
        yield breach("P7", _FIRST_LINES, 1)
    for i, (step, following) in enumerate(pairwise(steps)):
        yield from _rises(tables, scopes, i, step, following, limit)
    if len(steps) > 1 and can_be_rerun(tables.scenario):
        yield from _round_before(tables, guideline, scopes, steps[-2], steps[-1])


def can_be_rerun(scenario: Scenario) -> bool:
    """Whether the verifier finds the outcome of a round by itself, given which programmes closed: stable batches."""
    return all(batch.mechanism == "stable" for batch in scenario.settings.batches)


def _is_of(step: ControlLineStep, scopes: Scopes, scale: int) -> bool:
    """Whether a round speaks of the scenario's scopes, in numbers."""
    numbers = [_number(text) for text in step.lines.values()]
    exact = all(n is not None and n.scaleb(scale) == n.scaleb(scale).to_integral_value() for n in numbers)
    names = set(scopes.names)
    return exact and set(step.lines) <= names and set(step.general) == names and set(step.basis) == names


def scope_counts(
    scenario: Scenario, guideline: Guideline, scopes: Scopes, programme: IntArray
) -> tuple[IntArray, IntArray]:
    """(scope,) G and B of R8."""
    num_scopes = len(scopes.names)
    admitted = programme >= 0
    general = (
        admitted & scenario.cohort.programmes.is_general[programme] if len(scenario.cohort.programmes) else admitted
    )
    counted = admitted if guideline.basis == "admitted" else np.ones(len(programme), dtype=np.bool_)
    return (
        np.bincount(scopes.of[general], minlength=num_scopes),
        np.bincount(scopes.of[counted], minlength=num_scopes),
    )


def _over(general: IntArray, basis: IntArray, limit: Fraction) -> BoolArray:
    """(scope,) G > s·B, exactly."""
    return np.array([g > limit * b for g, b in zip(general.tolist(), basis.tolist(), strict=True)], dtype=np.bool_)


def _named(scopes: Scopes, which: BoolArray) -> Iterator[dict[str, str]]:
    return ({"scope": scopes.names[i]} for i in np.flatnonzero(which).tolist())


def _differing(
    scopes: Scopes, template: str, step: ControlLineStep, general: IntArray, basis: IntArray
) -> Iterator[Breach]:
    pairs = zip(general.tolist(), basis.tolist(), strict=True)
    claimed = [(step.general[name], step.basis[name]) for name in scopes.names]
    wrong = np.array([c != p for c, p in zip(claimed, pairs, strict=True)], dtype=np.bool_)
    if wrong.any():
        yield breach("P7", template, int(wrong.sum()), _named(scopes, wrong))


def _rises(
    tables: ScenarioTables, scopes: Scopes, i: int, step: ControlLineStep, following: ControlLineStep, limit: Fraction
) -> Iterator[Breach]:
    """Lines only rise, and only where a round's own record is above the limit."""
    lines, later = (_lines(scopes, s.lines, tables.scale) for s in (step, following))
    over = np.array([step.general[name] > limit * step.basis[name] for name in scopes.names], dtype=np.bool_)
    wrong = np.where(over, later <= lines, later != lines)
    if wrong.any():
        yield breach("P7", _FALLS, int(wrong.sum()), _named(scopes, wrong), round=i + 1)


def _round_before(
    tables: ScenarioTables, guideline: Guideline, scopes: Scopes, before: ControlLineStep, last: ControlLineStep
) -> Iterator[Breach]:
    """The run with the lines before the last breaks the limit, and R8's step 3 leads from it to the last lines."""
    lines, final = (_lines(scopes, step.lines, tables.scale) for step in (before, last))
    tables = with_closed(tables, closed_programmes(tables.scenario, before.closed))
    programme = np.full(len(scopes.of), -1, dtype=np.int64)
    for standing in walk(tables, lines, scopes.of, scopes.score, rising_lines, open_alone):
        programme = np.maximum(programme, standing.admissions.programme)
    general, basis = scope_counts(tables.scenario, guideline, scopes, programme)
    yield from _differing(scopes, _BEFORE, before, general, basis)
    limit = Fraction(guideline.limit)
    over = _over(general, basis, limit)
    if not over.any():
        yield breach("P7", _NOT_BROKEN, 1)
        return
    expected = lines.copy()
    for i in np.flatnonzero(over).tolist():
        excess = math.ceil(int(general[i]) - limit * int(basis[i]))
        expected[i] = _raised(tables, scopes, programme, i, excess)
    wrong = expected != final
    if wrong.any():
        yield breach("P7", _NOT_NEXT, int(wrong.sum()), _named(scopes, wrong))


def _raised(tables: ScenarioTables, scopes: Scopes, programme: IntArray, scope: int, excess: int) -> int:
    """R8, step 3: the lowest score of the cohort above the x-th lowest among the scope's general admissions."""
    is_general = tables.scenario.cohort.programmes.is_general[programme] & (programme >= 0)
    lowest = np.sort(scopes.score[is_general & (scopes.of == scope)])
    cohort = scopes.score[scopes.score > LOWEST]
    above = cohort[cohort > lowest[excess - 1]]
    if len(above):
        return int(above.min())
    return int(cohort.max() if len(cohort) else 0) + int(10**tables.scale)
