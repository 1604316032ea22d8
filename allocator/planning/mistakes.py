"""What was expected instead of a wrong value, in words that the catalogue has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.errors import message
from allocator.scenario.mistakes import shown

# By the model's own name of the mistake.
_EXPECTED = {
    "missing": message('the key "{key}" is missing'),
    "string_type": message("found {found}, expected a text"),
    "string_too_short": message("found {found}, expected a text that is not empty"),
    "decimal_parsing": message("found {found}, expected a number in plain digits, such as 0.55"),
    "decimal_type": message("found {found}, expected a number in plain digits, such as 0.55"),
    "decimal_max_places": message("found {found}, expected at most {decimal_places} decimals"),
    "int_parsing": message("found {found}, expected a whole number"),
    "int_type": message("found {found}, expected a whole number"),
    "greater_than_equal": message("found {found}, expected a number ≥ {ge}"),
    "greater_than": message("found {found}, expected a number > {gt}"),
    "less_than_equal": message("found {found}, expected a number ≤ {le}"),
    "literal_error": message("found {found}, expected {expected}"),
    "tuple_type": message("found {found}, expected a list, such as [open]"),
    "dict_type": message("found {found}, expected `key: value` lines below this key"),
    "model_type": message("found {found}, expected `key: value` lines below this key"),
    "too_short": message("found {found}, expected at least one entry"),
    "extra_forbidden": message('unknown key "{key}"; remove it, or correct its spelling'),
    "years": message("expected `first` ≤ `last`, and at most 20 years"),
    "sizes": message("expected `least` < `large` < `super_large` ≤ `most`"),
    "both_tracks": message("expected both keys, `general` and `vocational`"),
    "once": message("an objective stands twice; keep one"),
}


def expected_of(mistake: Mapping[str, Any]) -> tuple[str, dict[str, object]]:
    """The template of a mistake that pydantic found, and its values."""
    kind, found = mistake["type"], mistake.get("input")
    where = mistake["loc"]
    values = {**(mistake.get("ctx") or {}), "key": where[-1] if where else "", "found": _shown(found)}
    if kind in _EXPECTED:
        return _EXPECTED[kind], values
    return message("found {found}: {reason}"), {**values, "reason": mistake["msg"]}


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f'"{shown(str(value).lower() if isinstance(value, bool) else str(value))}"'
