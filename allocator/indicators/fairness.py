"""Justified envy, and who could have gained by another list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from allocator.errors import message
from allocator.indicators.facts import Facts
from allocator.indicators.indicator import Family, Indicator, Row, missing, quotient, quotients
from allocator.indicators.refusals import Refusals, could_gain, envious, envious_across, refusals
from allocator.scenario.cohort import BoolArray

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
        "programme's ranking (score, tie-breakers, lottery number; choice numbers and bands do not count) was "
        "admitted there through a pool, or their own cell of it, for which they were eligible. Reverted seats count "
        "as open ones; where equals are admitted together, somebody equal is enough. By track: of programmes of the "
        "track / those who listed one. By batch: / those who had a list in it and were not admitted before. 0 in "
        "stable batches with score_first (P3)."
    ),
    "practice.md, Indicators: fairness; Abdulkadiroğlu and Sönmez 2003; rules.md, P3",
    "有正当嫉妒者占比（同批次）",
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
    "有正当嫉妒者占比（跨批次）",
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
        "open pools and one ranking alone, everyone counted would indeed be admitted there. By track and batch as "
        "justified_envy. Not known where a batch is optimal."
    ),
    "practice.md, Indicators: applicants who could gain; Abdulkadiroğlu and Sönmez 2003; rules.md, section 4",
    "改变志愿顺序可获益者占比",
    "worse",
)
INDICATORS = (ENVY, COULD_GAIN, ACROSS)


_NOT_KNOWN = message("who could gain is not known of optimal batches")
Who = Callable[[Facts, Refusals], BoolArray]


def rows(facts: Facts) -> Iterator[Row]:
    refused = refusals(facts)
    yield from _within_batches(ENVY, facts, refused, envious)
    known = [batch for batch in refused if batch.rule.mechanism != "optimal"]
    if len(known) == len(refused):
        yield from _within_batches(COULD_GAIN, facts, refused, could_gain)
    else:
        # Of stable batches it is known who could gain; of others nothing is, which is not the same as nobody.
        yield missing(COULD_GAIN, _NOT_KNOWN)
        for batch in refused:
            if batch in known:
                yield _of_batch(COULD_GAIN, facts, batch, could_gain(facts, batch))
            else:
                yield missing(COULD_GAIN, _NOT_KNOWN, "batch", batch.rule.name)
    yield from quotients(ACROSS, facts.by_applicant, envious_across(facts, refused), facts.filed)


def _within_batches(indicator: Indicator, facts: Facts, refused: list[Refusals], who_in: Who) -> Iterator[Row]:
    found = [who_in(facts, batch) for batch in refused]
    anywhere = np.any(found, axis=0)
    yield from quotients(indicator, facts.by_applicant, anywhere, facts.filed)
    for track in facts.track.groups:
        inside = facts.scenario.cohort.programmes.is_general == (track == "general")
        of_track = [who_in(facts, _refused_by(batch, inside)) for batch in refused] if anywhere.any() else [anywhere]
        yield quotient(indicator, "track", track, int(np.any(of_track, axis=0).sum()), int(facts.listed(track).sum()))
    for batch, who in zip(refused, found, strict=True):
        yield _of_batch(indicator, facts, batch, who)


def _of_batch(indicator: Indicator, facts: Facts, batch: Refusals, who: BoolArray) -> Row:
    return quotient(indicator, "batch", batch.rule.name, int(who.sum()), int(facts.took_part(batch.index).sum()))


def _refused_by(batch: Refusals, inside: BoolArray) -> Refusals:
    """The refusals by some programmes alone. inside: (programme,)"""
    kept = inside[batch.programme]
    columns = ("programme", "applicant", "rank", "score", "able")
    return replace(batch, **{name: getattr(batch, name)[kept] for name in columns})
