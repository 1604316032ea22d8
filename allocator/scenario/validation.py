"""From a document to valid settings: every mistake located, all of them together."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from allocator.errors import Problem, Problems, message
from allocator.scenario.fields import MAX_DIGITS
from allocator.scenario.references import wrong_references
from allocator.scenario.settings import Settings
from allocator.scenario.written import Document

# What was expected, by the model's own name of the mistake.
_EXPECTED = {
    "missing": message('the key "{key}" is missing'),
    "string_type": message("found {found}, expected a text"),
    "string_too_short": message("found {found}, expected a text that is not empty"),
    "decimal_parsing": message("found {found}, expected a number in plain digits, such as 0.55"),
    "decimal_type": message("found {found}, expected a number in plain digits, such as 0.55"),
    "decimal_max_digits": message("found {found}, expected at most {digits} digits"),
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
    "one_rule": message("expected exactly one of `sum`, `max`, `map` or `count`"),
    "line_of": message("expected `below_line` and `of` together"),
    "some_floor": message("expected `score`, or `below_line` with `of`"),
    "cap_test": message("a test is a text or true/false to equal, or `one_of` with a list of texts"),
    "some_cap": message("expected `at_least`, `at_most` or `target`"),
    "group_test": message(
        "a test is a text or true/false to equal, `at_least` and/or `at_most` with a number, "
        "or `one_of` with a list of texts"
    ),
}


def settings_of(document: Document) -> Settings:
    """The settings of a document.

    Raises:
        InputError: with every unknown or missing key, wrong value and reference to nothing, each located.
    """
    problems = Problems()
    settings = checked_settings(document, problems)
    problems.raise_if_any()
    assert settings is not None  # there would be a problem
    return settings


def checked_settings(document: Document, problems: Problems) -> Settings | None:
    """The settings of a document, None where its keys or values are wrong; what is wrong goes to the problems."""
    try:
        settings = Settings.model_validate(document.value)
    except ValidationError as error:
        problems.extend(_problem(document, e) for e in _innermost(error))
        return None
    problems.extend(wrong_references(document, settings))
    return settings


def _innermost(error: ValidationError) -> Iterable[Any]:
    """One error per place; a test of a group may be of several kinds, of which pydantic reports each one's failure."""
    errors = error.errors(include_url=False)
    seen: set[tuple[str | int, ...]] = set()
    for e in errors:
        loc = e["loc"]
        if loc[0] == "groups" and len(loc) > 3:
            loc = loc[:3]
            e = {**e, "type": "group_test"}
        if loc[0] == "caps" and len(loc) > 4 and loc[2] == "where":
            loc = loc[:4]
            e = {**e, "type": "cap_test"}
        if loc in seen:
            continue
        seen.add(loc)
        yield {**e, "loc": loc}


def _problem(document: Document, error: Any) -> Problem:
    loc, kind = error["loc"], error["type"]
    if loc[-1] == "[key]":  # the key itself is wrong, not what stands below it
        loc = loc[:-1]
    where = document.where(loc)
    if kind == "extra_forbidden":
        return _unknown_key(document, loc)
    values = {**(error.get("ctx") or {}), "key": loc[-1], "found": _shown(error.get("input")), "digits": MAX_DIGITS}
    if kind in _EXPECTED:
        return Problem(where, _EXPECTED[kind], values)
    return Problem(where, message("found {found}: {reason}"), {**values, "reason": error["msg"]})


def _unknown_key(document: Document, loc: tuple[str | int, ...]) -> Problem:
    key, known = str(loc[-1]), _keys_at(loc[:-1])
    where = document.where(loc)
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        template = message('unknown key "{found}"; did you mean "{close}"?')
        return Problem(where, template, {"found": key, "close": close[0]})
    template = message('unknown key "{found}"; the keys here are {known}')
    return Problem(where, template, {"found": key, "known": ", ".join(known)})


def _shown(value: Any) -> str:
    """A value of the file, short, for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f'"{str(value).lower() if isinstance(value, bool) else str(value)[:60]}"'


def _keys_at(loc: tuple[str | int, ...]) -> list[str]:
    """The keys that the format knows at a place."""
    kind: Any = Settings
    for part in loc:
        kind = _kind_below(kind, part)
    return sorted(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _kind_below(kind: Any, part: str | int) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(part))
        return _without_none(field.annotation) if field else None
    arguments = typing.get_args(kind)
    if not arguments:
        return None
    return _without_none(arguments[0] if isinstance(part, int) else arguments[-1])


def _without_none(kind: Any) -> Any:
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        models = [k for k in typing.get_args(kind) if k is not type(None)]
        return models[0]
    return kind
