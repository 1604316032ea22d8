"""The summary of an outcome as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from allocator.errors import Translate
from allocator.outcome.outcome import Outcome

SHOWN = 5  # programmes that closed; all are in closures.csv


def summary_text(outcome: Outcome, translate: Translate) -> str:
    """A short account: seats, admissions, the guideline, lines, optima, closed programmes, seats left, verdict."""
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
    rows += [*_optimal(outcome, translate), *_closures(s, translate), *_vacancies(outcome, translate)]
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


def _optimal(outcome: Outcome, translate: Translate) -> Iterator[tuple[str, str]]:
    """R10, R11: what the objectives of each batch came to."""
    # Explanations load numba, which the help of a command need not wait for.
    from allocator.explanation.explanation import ObjectiveValue
    from allocator.explanation.objective_text import values_text

    for claim in outcome.optimal:
        values = [ObjectiveValue(o, v, claim.bounds.get(o)) for o, v in claim.values.items()]
        verdict = translate("proven optimal") if claim.is_proven else translate("not proven optimal")
        name = translate("Batch {batch}, objectives").format(batch=claim.batch)
        yield name, translate("; ").join([*values_text(values, translate), verdict])


def _closures(summary: Mapping[str, Any], translate: Translate) -> Iterator[tuple[str, str]]:
    """R10, `min_open`: what closed, beside what the simple rule would have closed."""
    closures = summary.get("closures")
    if closures is None:
        return
    said = translate(
        "{closed:,} of {candidates:,} under their least size{names}; {placed:,} admitted in stable batches, proven "
        "optimal"
    )
    if not closures["proven"]:
        said = translate(
            "{closed:,} of {candidates:,} under their least size{names}; {placed:,} admitted in stable batches, not "
            "proven (at best {bound:,})"
        )
    values = {**closures, "closed": len(closures["closed"]), "names": _names(closures["closed"], translate)}
    yield translate("Programmes closed"), said.format(**values)
    simple = closures["simple_rule"]
    said = translate("{closed:,}{names}; {placed:,} admitted in stable batches")
    names = _names(simple["closed"], translate)
    yield (
        translate("Closed by the simple rule"),
        said.format(closed=len(simple["closed"]), names=names, placed=simple["placed"]),
    )


def _names(programme_ids: Sequence[str], translate: Translate) -> str:
    """The first few in brackets."""
    if not programme_ids:
        return ""
    shown = [*programme_ids[:SHOWN], *(["…"] if len(programme_ids) > SHOWN else [])]
    return translate(" ({names})").format(names=translate(", ").join(shown))


def _vacancies(outcome: Outcome, translate: Translate) -> Iterator[tuple[str, str]]:
    """Seats left at the end; those whom one programme would take may be those whom another would (征集志愿)."""
    left = outcome.vacancies
    if left.is_empty():
        return
    could = min(outcome.summary["unplaced"], sum(min(s, t) for s, t in left.select("seats", "would_take").iter_rows()))
    said = translate("{seats:,} (programmes: {programmes:,}; unplaced who can take one: at most {could:,})")
    yield translate("Seats left"), said.format(seats=left["seats"].sum(), programmes=left.height, could=could)


def _verdict(verification: dict[str, Any] | None, translate: Translate) -> str:
    if verification is None:
        return translate("not verified")
    verdicts = verification["verdicts"]
    held = [name for name, holds in verdicts.items() if holds]
    if len(held) == len(verdicts):
        return translate("all properties hold ({properties})").format(properties=", ".join(held))
    return translate("BREACHED: {properties}").format(properties=", ".join(n for n in verdicts if n not in held))
