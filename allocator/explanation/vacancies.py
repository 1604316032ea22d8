"""Programmes with seats left at the end of the run that would take an unplaced applicant (征集志愿)."""

from __future__ import annotations

from allocator.explanation.choice import Case, programme_name
from allocator.explanation.eligibility import failed_tests, programme_reasons
from allocator.explanation.explanation import Vacancy
from allocator.explanation.priority import priority_by
from allocator.scenario.settings import OPEN


def vacancies_for(case: Case) -> tuple[Vacancy, ...]:
    """R1 for the `open` pool of each published vacancy, lists apart: in its own ranking, or else the guideline's.

    Floors that hang on a line are of their own batch, and do not count here.
    """
    places = {programme_id: place for place, programme_id in enumerate(case.scenario.cohort.programmes.ids)}
    return tuple(
        Vacancy(programme_id, programme_name(case.scenario, places[programme_id]), seats, would_take)
        for programme_id, seats, would_take in case.outcome.vacancies.iter_rows()
        if _would_take(case, places[programme_id])
    )


def _would_take(case: Case, programme: int) -> bool:
    scenario, rule = case.scenario, case.scenario.settings.pool(OPEN)
    ranking = scenario.cohort.programmes.ranking[programme] or scenario.settings.guideline_ranking
    priority = priority_by(scenario, ranking, programme)
    if programme_reasons(scenario, case.published, case.applicant, programme, priority):
        return False
    if rule.group is not None and failed_tests(scenario, case.applicant, rule.group):
        return False
    least, score = None if rule.floor is None else rule.floor.score, priority.score.decimal(case.applicant)
    return least is None or (score is not None and score >= least)
