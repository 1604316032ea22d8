"""How many go on: of those who graduate, and of the population of the age (毛入学率)."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import message
from allocator.indicators.facts import Facts
from allocator.indicators.general_share import NO_ENROLMENT
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotient, quotients

FAMILY = Family(
    "enrolment",
    "入学",
    message("How many of those who could go on to senior-secondary education do."),
    "practice.md, Indicators: gross enrolment",
)
ADMISSION = Indicator(
    "admission_rate",
    FAMILY.name,
    message("share"),
    message("Admitted applicants / applicants. By track: those admitted in the track / all applicants."),
    "practice.md, Indicators: unplaced rate, its complement, against everybody",
    "录取率",
    "better",
)
GROSS = Indicator(
    "gross_enrolment",
    FAMILY.name,
    message("share"),
    message(
        "Enrolled of any age / population aged 15 to 17: the students of the other years and the population as the "
        "scenario gives them, with those admitted now; adult learners only where the scenario counts them."
    ),
    "practice.md, Indicators: gross enrolment",
    "高中阶段毛入学率",
    "better",
)
INDICATORS = (ADMISSION, GROSS)
_NO_POPULATION = message("the scenario does not give the population aged 15 to 17 (indicators.enrolment)")


def rows(facts: Facts) -> Iterator[Row]:
    yield from quotients(ADMISSION, facts.by_applicant, facts.admitted, facts.applicants)
    for track in facts.track.groups:
        yield quotient(ADMISSION, "track", track, int(facts.in_track(track).sum()), len(facts.programme))
    enrolment = facts.settings.enrolment
    if enrolment is None or enrolment.population is None:
        yield missing(GROSS, NO_ENROLMENT if enrolment is None else _NO_POPULATION)
        return
    enrolled = int(facts.admitted.sum()) + enrolment.other_years.general + enrolment.vocational
    yield quotient(GROSS, "", "", enrolled, enrolment.population)
