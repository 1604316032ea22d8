"""What the levers of a sweep are called: those that offices speak of by their own names, every other by its path."""

from __future__ import annotations

from allocator.errors import Translate, message
from allocator.lab.tornado import value_text
from allocator.lab.values import Value

# `*` is the name of a pool or a batch.
_LEVERS = {
    "guideline.general_share": message("general share of the guideline"),
    "guideline.tolerance": message("tolerance of the guideline"),
    "guideline.basis": message("whom the guideline counts"),
    "guideline.scope": message("where the guideline holds"),
    "guideline.enforce": message("enforcement of the guideline"),
    "pools.*.share": message("share of seats, pool {name}"),
    "pools.*.group": message("who may use it, pool {name}"),
    "pools.*.unfilled": message("unfilled seats, pool {name}"),
    "pools.*.floor.score": message("least score, pool {name}"),
    "pools.*.floor.below_line": message("points under the line, pool {name}"),
    "pools.*.apportion.method": message("sharing out of seats, pool {name}"),
    "pools.*.apportion.minimum": message("least seats of a feeder school, pool {name}"),
    "batches.*.order": message("priority, batch {name}"),
    "batches.*.band_width": message("width of a band, batch {name}"),
    "cohort.values.quota_share": message("quota share, synthetic cohort"),
    "cohort.values.seats.general": message("general seats, synthetic cohort"),
    "cohort.values.seats.vocational": message("vocational seats, synthetic cohort"),
    "cohort.applicants": message("applicants, synthetic cohort"),
    "cohort.seed": message("seed, synthetic cohort"),
    "lottery_seed": message("seed of the lottery"),
}
_VALUES = {
    ("guideline.enforce", "report"): message("only reported"),
    ("guideline.enforce", "control_line"): message("by a control line"),
    ("guideline.enforce", "constraint"): message("as a constraint"),
    ("guideline.basis", "admitted"): message("the admitted"),
    ("guideline.basis", "applicants"): message("all applicants"),
    ("guideline.scope", "city"): message("in the whole city"),
    ("guideline.scope", "area"): message("in each area"),
    ("batches.*.order", "score_first"): message("score first"),
    ("batches.*.order", "choice_first"): message("choice first"),
    ("batches.*.order", "banded"): message("in bands of scores"),
    ("pools.*.unfilled", "open"): message("open to all"),
    ("pools.*.unfilled", "lapse"): message("lost"),
}
MOST_SIGNS = 60  # of a value that is itself a list or a mapping


def lever_title(path: str, translate: Translate) -> str:
    """What a lever is called; its path where it has no name."""
    pattern, name = _pattern(path)
    return translate(_LEVERS[pattern]).format(name=name) if pattern in _LEVERS else path


def value_title(path: str, value: Value, translate: Translate) -> str:
    """A lever's value in words, where it is one of a few; else as it stands in the file, cut where it is long."""
    if value is None:
        return translate("not set")
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    text = value_text(value)
    known = _VALUES.get((_pattern(path)[0], text))
    if known is not None:
        return translate(known)
    return text if len(text) <= MOST_SIGNS else f"{text[: MOST_SIGNS - 1]}…"


def _pattern(path: str) -> tuple[str, str]:
    """The path with the name of its pool or batch taken out, and that name."""
    first, _, rest = path.partition(".")
    name, _, rest = rest.partition(".")
    return (f"{first}.*.{rest}", name) if first in ("pools", "batches") and rest else (path, "")
