"""From a document to valid settings: every mistake located, all of them together."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from allocator.errors import Problem, Problems, message
from allocator.scenario.model_mistakes import Mistake, expected_of, mistakes_of
from allocator.scenario.pool_shares import wrong_shares
from allocator.scenario.references import wrong_references
from allocator.scenario.settings import Settings
from allocator.scenario.written import Document

# By the settings' own names of mistakes; the others are those of every file.
_OWN = {
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
    problems.extend(wrong_shares(document, settings))
    return settings


def _innermost(error: ValidationError) -> Iterable[Mistake]:
    """One mistake per place; a test of a group may be of several kinds, and pydantic reports the failure of each."""
    seen: set[tuple[str | int, ...]] = set()
    for mistake in mistakes_of(error):
        loc, kind = mistake["loc"], mistake["type"]
        if loc[0] == "groups" and len(loc) > 3:
            loc, kind = loc[:3], "group_test"
        if loc[0] == "caps" and len(loc) > 4 and loc[2] == "where":
            loc, kind = loc[:4], "cap_test"
        if loc in seen:
            continue
        seen.add(loc)
        yield {**mistake, "loc": loc, "type": kind}


def _problem(document: Document, mistake: Mistake) -> Problem:
    if mistake["type"] == "extra_forbidden":
        return _unknown_key(document, mistake["loc"])
    return Problem(document.where(mistake["loc"]), *expected_of(mistake, _OWN))


def _unknown_key(document: Document, loc: tuple[str | int, ...]) -> Problem:
    key, known = str(loc[-1]), _keys_at(loc[:-1])
    where = document.where(loc)
    close = difflib.get_close_matches(key, known, n=1)
    if close:
        template = message('unknown key "{found}"; did you mean "{close}"?')
        return Problem(where, template, {"found": key, "close": close[0]})
    template = message('unknown key "{found}"; the keys here are {known}')
    return Problem(where, template, {"found": key, "known": ", ".join(known)})


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
