"""R1: every reason why an applicant may not use a programme, or one pool of it."""

from __future__ import annotations

from dataclasses import replace

from allocator.explanation.priority import Priority, exact
from allocator.explanation.published import Published
from allocator.explanation.reasons import (
    BelowControlLine,
    BelowFloor,
    BelowMinScore,
    FailedTest,
    NoFeederSchool,
    NoScore,
    NotInGroup,
    PoolReason,
    ProgrammeReason,
)
from allocator.scenario.cohort import Applicants, Numbers
from allocator.scenario.groups import passes
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import Interval


def programme_reasons(
    scenario: Scenario, published: Published, applicant: int, programme: int, priority: Priority
) -> tuple[ProgrammeReason, ...]:
    """What keeps an applicant from every pool of a programme: it is closed; no score, its own least score, the
    control line."""
    closed = published.closed.get(scenario.cohort.programmes.ids[programme])
    reasons: list[ProgrammeReason] = [] if closed is None else [closed]
    score = priority.score.decimal(applicant)
    least = scenario.cohort.programmes.min_score.decimal(programme)
    if score is None:
        reasons.append(NoScore(priority.ranking, priority.column))
    elif least is not None and score < least:
        reasons.append(BelowMinScore(score, least))
    if scenario.cohort.programmes.is_general[programme]:
        reasons += _below_control_line(scenario, published, applicant)
    return tuple(reasons)


def scope_of(scenario: Scenario, applicant: int) -> str:
    """The scope of the guideline in which an applicant counts: "" is the whole city, otherwise their area."""
    guideline, cohort = scenario.settings.guideline, scenario.cohort
    if guideline is None or guideline.scope == "city":
        return ""
    name: str = cohort.area_names[cohort.applicants.area[applicant]]
    return name


def _below_control_line(scenario: Scenario, published: Published, applicant: int) -> list[BelowControlLine]:
    settings, cohort = scenario.settings, scenario.cohort
    scope = scope_of(scenario, applicant)
    line = published.control_lines.get(scope)
    if line is None:
        return []
    column = settings.rankings[settings.guideline_ranking].score
    score = cohort.applicants.numbers[column].decimal(applicant)
    return [] if score is not None and score >= line else [BelowControlLine(scope, score, line)]


def pool_reasons(
    scenario: Scenario, published: Published, applicant: int, programme: int, batch: str, pool: str, priority: Priority
) -> tuple[PoolReason, ...]:
    """What keeps an applicant from one pool: its group, its floor, or having no feeder school for its cells."""
    rule = scenario.settings.pool(pool)
    reasons: list[PoolReason] = []
    if rule.per and scenario.cohort.applicants.feeder_school[applicant] < 0:
        reasons.append(NoFeederSchool())
    if rule.group is not None:
        failed = failed_tests(scenario, applicant, rule.group)
        if failed:
            reasons.append(NotInGroup(rule.group, failed))
    floor = published.floor(batch, scenario.cohort.programmes.ids[programme], pool, rule.floor)
    score = priority.score.decimal(applicant)
    if floor is not None and score is not None and score < floor.floor:
        parts = floor.rule
        reasons.append(BelowFloor(score, floor.floor, parts.score, parts.below_line, parts.of, floor.open_line))
    return tuple(reasons)


def failed_tests(scenario: Scenario, applicant: int, group: str) -> tuple[FailedTest, ...]:
    """Every test of a group that an applicant fails; none for its members."""
    alone = _alone(scenario.cohort.applicants, applicant)
    return tuple(
        FailedTest(column, test, _found(alone, column, isinstance(test, Interval)))
        for column, test in scenario.settings.groups[group].items()
        if not passes(alone, column, test)[0]
    )


def _alone(applicants: Applicants, applicant: int) -> Applicants:
    """A table of this one applicant: tests are done in one place, for one as for all."""
    row = slice(applicant, applicant + 1)
    numbers = {name: Numbers(n.unscaled[row], n.missing[row], n.scale) for name, n in applicants.numbers.items()}
    return replace(
        applicants,
        ids=applicants.ids[row],
        table=applicants.table[row],
        numbers=numbers,
        feeder_school=applicants.feeder_school[row],
        area=applicants.area[row],
    )


def _found(alone: Applicants, column: str, as_number: bool) -> str | None:
    if not as_number:
        text = alone.table[column][0]
        return None if text is None else str(text)
    number = alone.numbers[column].decimal(0)
    return None if number is None else exact(number)
