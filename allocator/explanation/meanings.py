"""What the words of an explanation mean, at its end: of those that were used."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import Translate
from allocator.explanation.explanation import Explanation
from allocator.scenario.settings import REVERTED


def meanings(explanation: Explanation, translate: Translate) -> Iterator[str]:
    """What the words mean, of those that were used."""
    reached = [choice for batch in explanation.batches for choice in batch.choices]
    pools = [pool for choice in reached if not choice.reasons for pool in choice.pools]
    reasons = {reason.reason for choice in reached for reason in choice.reasons}
    reasons |= {reason.reason for pool in pools for reason in pool.reasons}
    steps = [step for pool in pools for step in pool.compared]
    if steps:
        yield translate(
            "Line: the last applicant admitted through these seats when all of them were taken. "
            "Seats go to those who rank higher first, so whoever ranks below the line could not be admitted."
        )
    if any(step.criterion == "lottery" and step.order != "equal" for step in steps):
        yield translate(
            "Lottery number: decides between applicants who are equal in everything else. It is the SHA-256 of the "
            "published seed, a line feed and the applicant's identifier; anybody can recompute it."
        )
    yield from _meanings_of_objectives(explanation, translate)
    if "below_floor" in reasons:
        yield translate("Floor: the least score for a kind of seats, fixed before the batch was run.")
    if "below_control_line" in reasons:
        yield translate("Control line: the least score for the general track, the same for everybody it applies to.")
    if REVERTED in {pool.pool for pool in pools}:
        yield translate(
            "Seats left to open: seats that a quota did not fill, offered once more to everybody "
            "who may use open seats."
        )
    yield translate("The numbers in brackets are those of the rules.")


def _meanings_of_objectives(explanation: Explanation, translate: Translate) -> Iterator[str]:
    told = [batch for batch in explanation.batches if batch.structure is not None and batch.choices]
    if any(batch.mechanism == "optimal" for batch in told):
        yield translate(
            "Objectives: no line decides such a batch. Of all assignments that the rules allow, the objectives take "
            "the best, each among the best by those before it. What they leave open goes in the order of the ranking: "
            "a better choice here would have made an objective worse, or the choice of somebody who ranks before."
        )
    if any(batch.mechanism == "reassign" for batch in told):
        yield translate(
            "Reassignment: there are no lists. Of all assignments of the seats left over, the objectives take the "
            "best; then those who rank before are placed before others, and each in turn gets the first programme "
            "by identifier that is still possible."
        )
    if any(batch.structure != "network" for batch in told):
        yield translate(
            "Where bounds cross, or classes have a least size, one optimum is taken, and the order of the ranking "
            "counts among the assignments with the same published counts and open programmes; under a guideline by "
            "area, also with the same applicants in each track."
        )
