"""Justified envy, and who could have gained by another list."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocator.errors import message
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, quotient, quotients
from allocator.indicators.refusals import could_gain, envious, envious_across, refusals

FAMILY = Family(
    "fairness",
    "公平与策略",
    message("Who was passed over by somebody with a lower score, and who could have gained by another list."),
    "practice.md, Indicators: fairness; rules.md, P3 and section 4",
)
ENVY = Indicator(
    "justified_envy",
    FAMILY.name,
    message("share"),
    message(
        "Applicants with justified envy by score / applicants who filed a list. Somebody has it if, in one batch, a "
        "programme that they listed above what they got in it refused them, while somebody after them in the "
        "programme's ranking (score, tie-breakers, lottery number; choice numbers and bands do not count) was admitted "
        "there through a pool, or their own cell of it, for which they were eligible. Reverted seats count as open "
        "ones; where equals are admitted together, somebody equal is enough. By batch: / those who had a list in it "
        "and were not admitted before. 0 in stable batches with score_first (P3)."
    ),
    "practice.md, Indicators: fairness; Abdulkadiroğlu and Sönmez 2003; rules.md, P3",
    "有正当嫉妒者占比(同批次)",
    "worse",
)
ACROSS = Indicator(
    "envy_across_batches",
    FAMILY.name,
    message("share"),
    message(
        "Applicants who, in some batch, listed a programme above what they got in it and did not get it in another "
        "batch either, while in another batch somebody after them in the same ranking was admitted there through open "
        "or reverted seats for which they were eligible by score, floor, control line and group, whether they listed "
        "it in that batch or not / applicants who filed a list."
    ),
    "practice.md, Indicators: fairness, pairs blocked across batches",
    "有正当嫉妒者占比(跨批次)",
    "worse",
)
COULD_GAIN = Indicator(
    "could_gain",
    FAMILY.name,
    message("share"),
    message(
        "Applicants who could have gained by another list / applicants who filed a list, counted so: in a stable batch "
        "with choice_first or banded, a programme that they listed above what they got in it refused them, while "
        "somebody was admitted there, through a pool or their own cell for which they were eligible, whom they would "
        "precede if they had listed it with choice number 1. Everybody with justified envy in such a batch is among "
        "them. A bound: it takes the other applicants' lists, floors, control lines and published lines as they are, "
        "and lists that differ otherwise, in programmes that were not listed or across batches are not counted. With "
        "open pools and one ranking alone, everyone counted would indeed be admitted there. By batch: / those who had "
        "a list in it and were not admitted before."
    ),
    "practice.md, Indicators: applicants who could gain; Abdulkadiroğlu and Sönmez 2003; rules.md, section 4",
    "改变志愿顺序可获益者占比",
    "worse",
)
INDICATORS = (ENVY, COULD_GAIN, ACROSS)


def rows(facts: Facts) -> Iterator[Row]:
    refused = refusals(facts)
    for indicator, who_in in ((ENVY, envious), (COULD_GAIN, could_gain)):
        found = [who_in(facts, batch) for batch in refused]
        yield from quotients(indicator, facts.by_applicant, np.any(found, axis=0), facts.filed)
        for batch, who in zip(refused, found, strict=True):
            yield quotient(indicator, "batch", batch.rule.name, int(who.sum()), int(facts.took_part(batch.index).sum()))
    across = envious_across(facts, refused)
    yield from quotients(ACROSS, facts.by_applicant, across, facts.filed)
