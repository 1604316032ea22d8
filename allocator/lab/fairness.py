"""The price of fairness: one scenario under each order of priority and under pure optimisation, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from allocator import engine
from allocator.errors import InputError, Translate, Where, english, message
from allocator.indicators import indicators
from allocator.indicators.facts import facts
from allocator.indicators.refusals import Refusals, could_gain, envious, refusals
from allocator.lab.exact import exact, rounded
from allocator.outcome.outcome import Outcome
from allocator.outcome.unsolved import Infeasible, Unfinished
from allocator.scenario.scenario import Scenario

RULES = ("score_first", "choice_first", "banded", "optimal")
FIGURES = {
    "placed": message("Placed"),
    "general_share": message("General share of admissions"),
    "control_line": message("Control line"),
    "first_choices": message("Got their first choice"),
    "first_choice_rate": message("... of those who filed a list"),
    "top_three_rate": message("Got one of their first three choices, share"),
    "mean_choice": message("Mean choice number"),
    "quota_completion": message("Feeder seats used, share"),
    "reserved_completion": message("Other reserved seats used, share"),
    "envious_applicants": message("Applicants with justified envy"),
    "envious_pairs": message("Applicant and programme pairs with justified envy"),
    "could_gain": message("Applicants who could gain by another list"),
}
_NO_PROVISIONAL = message(
    "optimal: without the floors relative to the provisional line, which only stable batches have"
)
_NO_CAPS = message("stable rules: without the caps, which bind optimal batches only")
_LINE = message(
    "stable rules: the guideline is enforced by a control line, where optimal batches have it as a constraint"
)
_UNPROVEN = message("{rule}: stopped by its limits; the best outcome that was found")
_KEPT = message("{batch}: reassignment keeps its own rules in every column")


@dataclass(frozen=True)
class Column:
    """What one rule came to."""

    rule: str
    figures: dict[str, str | None]  # by the names of FIGURES; empty where there is no outcome
    why_none: Infeasible | Unfinished | InputError | None = None

    def why(self, translate: Translate = english) -> str:
        return "" if self.why_none is None else self.why_none.text(translate)


@dataclass(frozen=True)
class Note:
    """What the reader must know to compare the columns."""

    template: str
    values: tuple[tuple[str, str], ...] = ()

    def text(self, translate: Translate = english) -> str:
        return translate(self.template).format(**dict(self.values))


@dataclass(frozen=True)
class Price:
    """The columns side by side."""

    columns: tuple[Column, ...]
    notes: tuple[Note, ...]

    def table(self) -> pl.DataFrame:
        """``figure``, and a column for each rule; null where there is no figure."""
        rules = {c.rule: [c.figures.get(name) for name in FIGURES] for c in self.columns}
        schema = {"figure": pl.String, **dict.fromkeys(rules, pl.String)}
        return pl.DataFrame({"figure": list(FIGURES), **rules}, schema=schema)

    def as_json(self, translate: Translate = english) -> dict[str, Any]:
        return {
            "rules": {c.rule: c.figures if c.why_none is None else {"none": c.why(translate)} for c in self.columns},
            "notes": [note.text(translate) for note in self.notes],
        }


def price_of_fairness(
    scenario: Scenario, *, band_width: Decimal, objectives: Sequence[str] = ("placed", "choice")
) -> Price:
    """Run a scenario with all its batches under each of RULES; reassignment batches stay as they are.

    The guideline, seats, pools and lists are those of the scenario everywhere. Envy is by score (see the indicator
    `justified_envy`), whatever the rule.

    Raises:
        VerificationError: if an outcome breaches a property.
    """
    notes = [
        Note(_KEPT, (("batch", batch.name),)) for batch in scenario.settings.batches if batch.mechanism == "reassign"
    ]
    columns: list[Column] = []
    for rule in RULES:
        changes = _changes(scenario, rule, band_width, objectives)
        notes += [Note(template) for template in _notes(rule, changes)]
        try:
            variant = scenario.replace(changes)
            outcome = engine.run(variant)
        except InputError as error:
            columns.append(Column(rule, {}, _without_our_own_places(error)))
            continue
        if isinstance(outcome, Outcome):
            columns.append(Column(rule, _figures(variant, outcome)))
            if not outcome.is_proven:
                notes.append(Note(_UNPROVEN, (("rule", rule),)))
        else:
            columns.append(Column(rule, {}, outcome))
    return Price(tuple(columns), tuple(dict.fromkeys(notes)))


def _without_our_own_places(error: InputError) -> InputError:
    """The mistakes, each once; a place among the changes that are made here would tell the reader nothing."""
    found = [
        replace(problem, where=Where()) if problem.where.key.startswith("--set") else problem
        for problem in error.problems
    ]
    return InputError({problem.text(): problem for problem in found}.values())


def _notes(rule: str, changes: Mapping[str, Any]) -> Iterator[str]:
    """What was changed besides the order of priority."""
    if rule == "optimal" and any(key.startswith("pools.") for key in changes):
        yield _NO_PROVISIONAL
    if "caps" in changes:
        yield _NO_CAPS
    if "guideline.enforce" in changes:
        yield _LINE


def own_band_width(scenario: Scenario) -> Decimal | None:
    """The widest band that the scenario uses itself."""
    return max((batch.band_width for batch in scenario.settings.batches if batch.band_width), default=None)


def _changes(scenario: Scenario, rule: str, band_width: Decimal, objectives: Sequence[str]) -> dict[str, Any]:
    """What to replace so that all batches follow one rule."""
    changes: dict[str, Any] = {}
    batches: list[dict[str, Any]] = []
    for written in scenario.effective["batches"]:
        if written.get("mechanism") == "reassign":
            batches.append(written)
            continue
        of_order = ("mechanism", "objectives", "order", "band_width")
        batch = {key: value for key, value in written.items() if key not in of_order}
        if rule == "optimal":
            batch.pop("choice_tier", None)
            batches.append({**batch, "mechanism": "optimal", "objectives": list(objectives)})
        elif rule == "banded":
            batches.append({**batch, "order": rule, "band_width": band_width})
        else:
            batches.append({**batch, "order": rule})
    changes["batches"] = batches
    settings = scenario.settings
    if rule != "optimal" and not any(batch.mechanism == "reassign" for batch in settings.batches):
        if settings.caps:
            changes["caps"] = []
        if settings.guideline is not None and settings.guideline.enforce == "constraint":
            changes["guideline.enforce"] = "control_line"
    if rule == "optimal":
        for name, pool in scenario.settings.pools.items():
            if pool.floor is not None and pool.floor.of == "provisional":
                score = pool.floor.score
                changes[f"pools.{name}.floor"] = None if score is None else {"score": score}
    return changes


def _figures(scenario: Scenario, outcome: Outcome) -> dict[str, str | None]:
    table = indicators(scenario, outcome, families=("choices", "quota"))
    city = table.filter(pl.col("group_by") == "")
    values = {row["indicator"]: exact(row["numerator"], row["denominator"], row["value"]) for row in city.to_dicts()}
    summary = outcome.summary
    known = facts(scenario, outcome, scenario.settings.indicators)
    refused = refusals(known)
    return {
        "placed": str(summary["admitted"]),
        "general_share": _text(Fraction(summary["general"], summary["admitted"]) if summary["admitted"] else None),
        "control_line": ", ".join(f"{scope} {line}".strip() for scope, line in summary["control_lines"].items())
        or None,
        "first_choices": str(int((known.choice == 1).sum())),
        "first_choice_rate": _text(values["first_choice_rate"]),
        "top_three_rate": _text(values["top_three_rate"]),
        "mean_choice": _text(values["mean_choice"]),
        "quota_completion": _text(values.get("quota_completion")),
        "reserved_completion": _text(values.get("reserved_completion")),
        "envious_applicants": str(_who(envious(known, batch) for batch in refused)),
        "envious_pairs": str(sum(int(envious(known, one).sum()) for batch in refused for one in _one_each(batch))),
        # Of stable batches it is known who could gain; of others nothing is, which is not the same as nobody.
        "could_gain": str(_who(could_gain(known, batch) for batch in refused)) if _is_stable(scenario) else None,
    }


def _is_stable(scenario: Scenario) -> bool:
    return all(batch.mechanism == "stable" for batch in scenario.settings.batches)


def _who(found: Any) -> int:
    return int(np.any(list(found), axis=0).sum())


def _one_each(batch: Refusals) -> list[Refusals]:
    """The refusals parted so that nobody has two in a part: then as many have envy in it as pairs have."""
    first = np.searchsorted(batch.applicant, batch.applicant)
    place = np.arange(len(batch.applicant)) - first  # choices are grouped by applicant
    parts = [np.flatnonzero(place == k) for k in range(int(place.max(initial=-1)) + 1)]
    columns = ("programme", "applicant", "rank", "score", "able")
    return [replace(batch, **{name: getattr(batch, name)[rows] for name in columns}) for rows in parts]


def _text(value: Fraction | None) -> str | None:
    return None if value is None else rounded(value)
