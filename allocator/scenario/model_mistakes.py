"""Mistakes that a pydantic model finds: each once, with its place and what was expected, in the catalogue's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from allocator.errors import message
from allocator.scenario.fields import MAX_DIGITS
from allocator.scenario.mistakes import shown

Mistake = Mapping[str, Any]  # as pydantic tells it: `loc`, `type`, `input`, `ctx`, `msg`
_MOST_OF_A_VALUE = 60  # characters
# What was expected, by the model's own name of the mistake.
_EXPECTED = {
    "missing": message('the key "{key}" is missing'),
    "extra_forbidden": message('unknown key "{key}"; remove it, or correct its spelling'),
    "string_type": message("found {found}, expected a text"),
    "string_too_short": message("found {found}, expected a text that is not empty"),
    "decimal_parsing": message("found {found}, expected a number in plain digits, such as 0.55"),
    "decimal_type": message("found {found}, expected a number in plain digits, such as 0.55"),
    "decimal_max_digits": message("found {found}, expected at most {digits} digits"),
    "decimal_max_places": message("found {found}, expected at most {decimal_places} decimals"),
    "int_parsing": message("found {found}, expected a whole number"),
    "int_type": message("found {found}, expected a whole number"),
    "bool_parsing": message("found {found}, expected true or false"),
    "bool_type": message("found {found}, expected true or false"),
    "greater_than_equal": message("found {found}, expected a number ≥ {ge}"),
    "greater_than": message("found {found}, expected a number > {gt}"),
    "less_than_equal": message("found {found}, expected a number ≤ {le}"),
    "literal_error": message("found {found}, expected {expected}"),
    "tuple_type": message("found {found}, expected a list, such as [open]"),
    "dict_type": message("found {found}, expected `key: value` lines below this key"),
    "model_type": message("found {found}, expected `key: value` lines below this key"),
    "too_short": message("found {found}, expected at least one entry"),
    "too_long": message("found {found}, expected at most {max_length} entries"),
}


def mistakes_of(error: ValidationError) -> Iterator[Mistake]:
    """Every mistake, at the key or value that is wrong."""
    for mistake in error.errors(include_url=False):
        if mistake["type"] == "too_short" and len(mistake["input"]) >= mistake["ctx"]["min_length"]:
            continue  # only entries that are right are counted, and each that is wrong is a mistake of its own
        # A wrong key is told with the sign [key] after it.
        yield {**mistake, "loc": tuple(part for part in mistake["loc"] if part != "[key]")}


def expected_of(mistake: Mistake, own: Mapping[str, str] | None = None) -> tuple[str, dict[str, object]]:
    """The template of a mistake, and its values; ``own`` has the templates of the model's own kinds of mistake."""
    place = mistake["loc"]
    values = {
        **(mistake.get("ctx") or {}),
        "key": place[-1] if place else "",
        "found": _found(mistake.get("input")),
        "digits": MAX_DIGITS,
    }
    template = {**_EXPECTED, **(own or {})}.get(mistake["type"])
    if template is None:
        return message("found {found}: {reason}"), {**values, "reason": mistake["msg"]}
    return template, values


def _found(value: Any) -> str:
    """A value of the file, short, for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f'"{shown(str(value).lower() if isinstance(value, bool) else str(value), _MOST_OF_A_VALUE)}"'
