"""P7 in the summary: the published counts, shares and control lines are those of the assignments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np

from allocator.errors import message
from allocator.outcome.outcome import Outcome
from allocator.scenario.scenario import Scenario
from allocator.verification.certificate import Breach, breach
from allocator.verification.claims import Claims

_DIFFERS = message("The summary states {key} as {found}; the assignments give {expected} (P7).")
_HALF_UNIT = Fraction(1, 2 * 10**6)  # shares are published with six decimal places


def p7_summary(scenario: Scenario, claims: Claims, outcome: Outcome) -> Iterator[Breach]:
    """P7: every count and share of admissions that the summary publishes, recomputed."""
    summary, steps = outcome.summary, outcome.control_line_steps
    admitted = claims.programme >= 0
    of_programme = scenario.cohort.programmes.is_general[claims.programme[admitted]]
    num_admitted, num_general = int(admitted.sum()), int(of_programme.sum())
    has_filed = np.zeros(len(claims.programme), dtype=np.bool_)
    has_filed[scenario.cohort.choices.applicant] = True
    filed = int(has_filed.sum())
    first = int((claims.choice == 1).sum())
    counts = {
        "applicants": len(claims.programme),
        "admitted": num_admitted,
        "general": num_general,
        "vocational": num_admitted - num_general,
        "unplaced": len(claims.programme) - num_admitted,
        "filed": filed,
        "control_lines": dict(steps[-1].lines) if steps else {},
    }
    always = ("applicants", "admitted", "general", "vocational", "control_lines")
    for key, expected in counts.items():
        if (key in always or key in summary) and summary.get(key) != expected:
            yield breach("P7", _DIFFERS, 1, key=key, found=summary.get(key), expected=expected)
    shares = {"general_share": (num_general, num_admitted)}
    if "first_choice" in summary:
        shares["first_choice"] = (first, filed)
    for key, (numerator, denominator) in shares.items():
        if not _is_share(summary.get(key), numerator, denominator):
            expected_text = f"{numerator}/{denominator}"
            yield breach("P7", _DIFFERS, 1, key=key, found=summary.get(key), expected=expected_text)
    yield from _batches(scenario, claims, summary)
    if "control_line_steps" in summary and summary["control_line_steps"] != [step.as_json() for step in steps]:
        yield breach("P7", _DIFFERS, 1, key="control_line_steps", found="others", expected=len(steps))


def _is_share(found: Any, numerator: int, denominator: int) -> bool:
    """Whether a published share is numerator / denominator, exactly and as a rounded decimal."""
    if not isinstance(found, Mapping) or found.get("fraction") != f"{numerator}/{denominator}":
        return False
    if denominator == 0:
        return found.get("decimal") is None
    try:
        rounded = Fraction(Decimal(str(found.get("decimal"))))
    except (InvalidOperation, ValueError):
        return False
    return abs(rounded - Fraction(numerator, denominator)) <= _HALF_UNIT


def _batches(scenario: Scenario, claims: Claims, summary: Mapping[str, Any]) -> Iterator[Breach]:
    """The admissions of each batch, in all, by track and by pool."""
    by_batch = summary.get("by_batch", {})
    for position, batch in enumerate(scenario.settings.batches):
        here = claims.batch == position
        pools = np.bincount(claims.pool[here], minlength=len(claims.pool_names))
        expected: dict[str, Any] = {
            "admitted": int(here.sum()),
            "general": int(scenario.cohort.programmes.is_general[claims.programme[here]].sum()),
            "by_pool": {name: int(n) for name, n in zip(claims.pool_names, pools, strict=True) if n},
        }
        found = by_batch.get(batch.name)
        for key, value in expected.items():
            stated = found.get(key) if isinstance(found, Mapping) else found
            if stated != value:
                full_key = f"by_batch.{batch.name}.{key}"
                yield breach("P7", _DIFFERS, 1, key=full_key, found=stated, expected=value)
