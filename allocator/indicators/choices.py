"""What applicants got of what they asked for (志愿): first and top-three choices, the mean, and who got nothing."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import message
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, quotient, quotients

FAMILY = Family(
    "choices",
    "志愿满足",
    message("What applicants got of what they asked for, by the choice numbers on the form."),
    "practice.md, Indicators: first-choice rate, top three, mean choice, unplaced rate",
)
FIRST = Indicator(
    "first_choice_rate",
    FAMILY.name,
    message("share"),
    message(
        "Applicants admitted to choice number 1 of some batch / applicants who filed a list. By track: the same for "
        "programmes of the track / those who listed one. By batch: admitted in it to its choice 1 / those who had a "
        "list in it and were not admitted before."
    ),
    "practice.md, Indicators: first-choice rate",
    "第一志愿录取率",
    "better",
)
TOP_THREE = Indicator(
    "top_three_rate",
    FAMILY.name,
    message("share"),
    message("As first_choice_rate, for choice numbers 1 to 3."),
    "practice.md, Indicators: first-choice rate, likewise top three",
    "前三志愿录取率",
    "better",
)
MEAN = Indicator(
    "mean_choice",
    FAMILY.name,
    message("choice number"),
    message(
        "Sum of the choice numbers of admissions / their number. Admissions without a list (R11) are left out of both."
    ),
    "practice.md, Indicators: mean choice",
    "平均录取志愿序号",
    "worse",
)
UNPLACED = Indicator(
    "unplaced_rate",
    FAMILY.name,
    message("share"),
    message(
        "Applicants who filed a list and were admitted nowhere / applicants who filed a list. By track: those of them "
        "who listed a programme of the track / those who listed one. By batch: not admitted in it / those who had a "
        "list in it and were not admitted before."
    ),
    "practice.md, Indicators: unplaced rate",
    "未录取率（填报志愿者）",
    "worse",
)
INDICATORS = (FIRST, TOP_THREE, MEAN, UNPLACED)


def rows(facts: Facts) -> Iterator[Row]:
    for indicator, most in ((FIRST, 1), (TOP_THREE, 3)):
        reached = (facts.choice >= 1) & (facts.choice <= most)
        yield from quotients(indicator, facts.by_applicant, reached, facts.filed)
        for track in facts.track.groups:
            there = reached & facts.in_track(track)
            yield quotient(indicator, "track", track, int(there.sum()), int(facts.listed(track).sum()))
        for i, batch in enumerate(facts.batches.groups):
            there = reached & (facts.batch == i)
            yield quotient(indicator, "batch", batch, int(there.sum()), int(facts.took_part(i).sum()))
    yield from quotients(MEAN, (*facts.by_applicant, facts.track, facts.batches), facts.choice, facts.choice > 0)
    yield from quotients(UNPLACED, facts.by_applicant, facts.filed & ~facts.admitted, facts.filed)
    for track in facts.track.groups:
        listed = facts.listed(track)
        yield quotient(UNPLACED, "track", track, int((listed & ~facts.admitted).sum()), int(listed.sum()))
    for i, batch in enumerate(facts.batches.groups):
        present = facts.took_part(i)
        left = present & (facts.batch != i)
        yield quotient(UNPLACED, "batch", batch, int(left.sum()), int(present.sum()))
