"""The objectives of a batch in words, with what each came to (R10)."""

from __future__ import annotations

from collections.abc import Iterable

from allocator.errors import Translate, message
from allocator.explanation.explanation import BatchExplanation, ObjectiveValue

_NAMES: dict[str, str] = {
    "placed": message("most admissions"),
    "guideline": message("least distance from the guideline"),
    "feeder": message("most feeder seats used"),
    "same_area": message("most admissions in the own area"),
    "choice": message("least sum of choice numbers"),
    "choice_squared": message("least sum of squared choice numbers"),
    "worst_choice": message("least worst choice number"),
    "profile_greedy": message("most first choices, then second choices, and so on"),
    "profile_generous": message("fewest worst choices, then next to worst, and so on"),
    "targets": message("least sum of distances from the targets"),
    "worst_target": message("least worst distance from a target"),
    "score": message("the order of the ranking"),
}


def objective_name(objective: str, translate: Translate) -> str:
    """What an objective seeks."""
    return translate(_NAMES[objective])


def objectives_text(batch: BatchExplanation, translate: Translate) -> str:
    """The objectives of a batch in their order, each with its value."""
    values = translate("; ").join([*values_text(batch.objectives, translate), objective_name("score", translate)])
    return translate("Decided by these objectives, in this order: {values}. [{rule}]").format(
        values=values, rule=batch.rule
    )


def values_text(values: Iterable[ObjectiveValue], translate: Translate) -> list[str]:
    """Each objective with what it came to; and where that is not proven, the best that could be."""
    return [_value(value, translate) for value in values]


def _value(value: ObjectiveValue, translate: Translate) -> str:
    numbers = value.value if isinstance(value.value, list) else [value.value]
    said = translate("{objective} ({value})")
    if value.bound is not None:
        said = translate("{objective} ({value}; not proven, at best {bound})")
    text = translate(", ").join(str(number) for number in numbers)
    return said.format(objective=objective_name(value.objective, translate), value=text, bound=value.bound)
