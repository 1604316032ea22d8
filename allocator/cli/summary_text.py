"""The summary of an outcome as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from allocator.errors import Translate
from allocator.outcome.outcome import Outcome


def summary_text(outcome: Outcome, translate: Translate) -> str:
    """A short account: seats, admissions, the guideline, control lines, first choices, reserved seats, verdict."""
    s = outcome.summary
    rows: list[tuple[str, str]] = [
        (translate("Applicants"), translate("{applicants:,} ({filed:,} filed choices)").format(**s)),
        (translate("Seats"), f"{s['seats']:,}"),
        (translate("Admitted"), translate("{admitted:,} (general {general:,}, vocational {vocational:,})").format(**s)),
        (translate("Unplaced"), f"{s['unplaced']:,}"),
        (translate("First choice"), _share(s["first_choice"])),
        (translate("General share"), _share(s["general_share"])),
    ]
    rows += [(translate("Guideline"), text) for text in _guideline(s, translate)]
    for scope, line in s["control_lines"].items():
        name = translate("Control line, {scope}").format(scope=scope) if scope else translate("Control line")
        rows.append((name, line))
    for pool, completion in s["reserved_seats"].items():
        rows.append((translate("Pool {pool} filled").format(pool=pool), _share(completion)))
    for batch, values in s["by_batch"].items():
        rows.append(
            (
                translate("Batch {batch}").format(batch=batch),
                translate("{admitted:,} admitted to {seats:,} seats").format(**values),
            )
        )
    rows.append((translate("Verified"), _verdict(outcome.manifest.get("verification"), translate)))
    width = max(_columns(name) for name, _ in rows)
    return "\n".join(
        [str(s["scenario"]), *(f"  {name}{' ' * (width - _columns(name))}  {text}" for name, text in rows)]
    )


def _columns(text: str) -> int:
    """How many columns a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _share(value: dict[str, Any]) -> str:
    if value["decimal"] is None:
        return "-"
    return f"{Decimal(value['decimal']) * 100:.2f}% ({value['fraction']})"


def _guideline(summary: Mapping[str, Any], translate: Translate) -> list[str]:
    guideline = summary["guideline"]
    if guideline is None:
        return [translate("none")]
    limit = f"{Decimal(guideline['limit']) * 100:.2f}%"
    verdict = translate("met") if guideline["met"] else translate("exceeded")
    basis = translate("of all admitted") if guideline["basis"] == "admitted" else translate("of all applicants")
    return [f"≤ {limit} {basis}: {verdict}"]


def _verdict(verification: dict[str, Any] | None, translate: Translate) -> str:
    if verification is None:
        return translate("not verified")
    verdicts = verification["verdicts"]
    held = [name for name, holds in verdicts.items() if holds]
    if len(held) == len(verdicts):
        return translate("all properties hold ({properties})").format(properties=", ".join(held))
    return translate("BREACHED: {properties}").format(properties=", ".join(n for n in verdicts if n not in held))
