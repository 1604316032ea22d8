"""The share of the general track (普职比): as a flow, against applicants, and in the stock."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import message
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotient, quotients

FAMILY = Family(
    "general_share",
    "普职比",
    message("How large the general track is beside the vocational one."),
    "practice.md, Indicators: general share; rules.md, R8",
)
FLOW = Indicator(
    "general_share_flow",
    FAMILY.name,
    message("share"),
    message("Admissions to the general track / all admissions. By batch: the admissions of the batch."),
    "practice.md, Indicators: general share, flow",
    "普高录取占比（当年录取）",
    "neither",
)
OF_APPLICANTS = Indicator(
    "general_share_of_applicants",
    FAMILY.name,
    message("share"),
    message("Admissions to the general track / applicants, with or without a choice list."),
    "practice.md, Indicators: general share, and / graduates",
    "普高录取占考生比例",
    "neither",
)
STOCK = Indicator(
    "general_share_stock",
    FAMILY.name,
    message("share"),
    message(
        "General students / all students: those of the other years, as the scenario gives them, and those admitted "
        "now. Adult learners count as vocational where the scenario counts them."
    ),
    "practice.md, Indicators: general share, stock",
    "普高在校生占比（在校总规模）",
    "neither",
)
INDICATORS = (FLOW, OF_APPLICANTS, STOCK)
NO_ENROLMENT = message("the scenario does not give the students of the other years (indicators.enrolment)")


def rows(facts: Facts) -> Iterator[Row]:
    yield from quotients(FLOW, (*facts.by_applicant, facts.batches), facts.general, facts.admitted)
    yield from quotients(OF_APPLICANTS, facts.by_applicant, facts.general, facts.applicants)
    enrolment = facts.settings.enrolment
    if enrolment is None:
        yield missing(STOCK, NO_ENROLMENT)
        return
    general = int(facts.general.sum()) + enrolment.other_years.general
    vocational = int(facts.in_track("vocational").sum()) + enrolment.vocational
    yield quotient(STOCK, "", "", general, general + vocational)
