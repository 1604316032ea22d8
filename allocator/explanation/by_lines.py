"""A choice of a stable batch against the published lines of its programme (R4, R5, P10)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocator.explanation.choice import (
    Choice,
    admitted_through,
    against_programme,
    not_reached,
    pools_of,
    with_reasons_of_r1,
)
from allocator.explanation.explanation import ChoiceVerdict, PoolVerdict
from allocator.explanation.priority import Candidates, Priority, priority_of
from allocator.explanation.reasons import BelowLine, NoPool, NoSeats, NothingReverted, PoolReason
from allocator.scenario.settings import OPEN, REVERTED


def judged_by_lines(choice: Choice) -> ChoiceVerdict:
    """One choice against the lines of its programme: the pools in written order, `reverted` last."""
    priority = priority_of(choice.scenario, choice.batch, choice.programme)
    reasons = against_programme(choice, priority)
    pools = _with_reverted(choice, pools_of(choice))
    if not pools:
        reasons = (NoPool(), *reasons)
    verdicts: list[PoolVerdict] = []
    for pool in pools:
        verdict = _pool(choice, pool, priority, barred=bool(reasons))
        verdicts.append(verdict)
        if verdict.is_admitted:
            break
    admitted = any(v.is_admitted for v in verdicts)
    result = replace(not_reached(choice), result="admitted" if admitted else "refused")
    return replace(result, reasons=reasons, pools=tuple(verdicts))


def _with_reverted(choice: Choice, pools: tuple[str, ...]) -> tuple[str, ...]:
    settings = choice.scenario.settings
    reverting = any(name != OPEN and settings.pool(name).unfilled == "open" for name in pools)
    return (*pools, REVERTED) if OPEN in pools and reverting else pools


def _pool(choice: Choice, pool: str, priority: Priority, *, barred: bool) -> PoolVerdict:
    """One pool: every reason against it, or the line, or admission.

    ``barred``: a reason of the whole programme already keeps the applicant from every pool.
    """
    verdict = with_reasons_of_r1(choice, pool, priority)
    if barred or verdict.reasons:
        return verdict
    if verdict.seats == 0:
        return replace(verdict, reasons=(NothingReverted() if pool == REVERTED else NoSeats(),))
    admitted = admitted_through(choice, pool, verdict.feeder_school_id, priority)
    if verdict.admitted < verdict.seats:
        return replace(verdict, is_admitted=True)
    assert choice.number is not None  # a stable batch has lists
    own = Candidates(np.array([choice.applicant]), np.array([choice.number]))
    compared = priority.compare(own, priority.last(admitted))
    if compared[-1].order == "worse":
        against: tuple[PoolReason, ...] = (BelowLine(),)
        return replace(verdict, reasons=against, compared=compared)
    return replace(verdict, is_admitted=True, compared=compared)
