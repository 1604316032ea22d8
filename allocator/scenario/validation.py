"""From a document to valid settings: every mistake located, all of them together."""

from __future__ import annotations

import difflib
import types
import typing
from collections import Counter
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from allocator.errors import Problem, Problems, message
from allocator.scenario.document import Document
from allocator.scenario.settings import OPEN, PRIORITIES, REVERTED, Batch, Settings

# Parts of the format that this version does not compute yet: refused, never ignored.
_NOT_YET = {
    "caps": message("`caps` bound optimal batches, which this version does not have; remove it"),
    "mechanism": message("only deferred acceptance (R7) is in this version; remove `mechanism`"),
    "objectives": message("objectives belong to optimal batches, which this version does not have; remove it"),
    "group": message("a batch has a `group` only with mechanism: reassign, which this version does not have; remove it"),
}

_GROUP_TEST = message(
    "a test is a text or true/false to equal, `at_least` and/or `at_most` with a number, or `one_of` with a list of texts"
)
_PLAIN_WORDS = {
    "a valid decimal": "a number",
    "a valid tuple": "a list",
    "a valid dictionary": "a mapping",
    "a valid string": "a text",
    "a valid boolean": "true or false",
    "a valid integer": "a whole number",
}


def settings_of(document: Document) -> Settings:
    """The settings of a document.

    Raises:
        InputError: with every unknown or missing key, wrong value and reference to nothing, each located.
    """
    problems = Problems()
    try:
        settings = Settings.model_validate(document.value)
    except ValidationError as error:
        problems.extend(_problem(document, e) for e in _innermost(error))
        problems.raise_if_any()
        raise
    problems.extend(_wrong_references(document, settings))
    problems.raise_if_any()
    return settings


def _innermost(error: ValidationError) -> Iterable[Any]:
    """One error per place; a test of a group may be of several kinds, of which pydantic reports each one's failure."""
    seen: set[tuple[str | int, ...]] = set()
    for e in error.errors(include_url=False):
        loc = e["loc"]
        if loc[0] == "groups" and len(loc) > 3:
            loc = loc[:3]
            e = {**e, "type": "group_test", "msg": _GROUP_TEST, "input": None}
        if loc not in seen:
            seen.add(loc)
            yield {**e, "loc": loc}


def _problem(document: Document, error: Any) -> Problem:
    loc, kind = error["loc"], error["type"]
    where = document.where(loc)
    found = error.get("input")
    if kind == "extra_forbidden":
        key = str(loc[-1])
        if key in _NOT_YET and len(loc) in (1, 3):
            return Problem(where, _NOT_YET[key])
        known = _keys_at(loc[:-1])
        close = difflib.get_close_matches(key, known, n=1)
        if close:
            return Problem(where, 'unknown key "{found}"; did you mean "{close}"?', {"found": key, "close": close[0]})
        return Problem(where, 'unknown key "{found}"; the keys here are {known}',
                       {"found": key, "known": ", ".join(known)})
    if kind == "missing":
        return Problem(where, 'the key "{key}" is missing', {"key": loc[-1]})
    if kind == "group_test":
        return Problem(where, _GROUP_TEST)
    if isinstance(found, (dict, list)) or found is None:
        shown = {dict: "a mapping", list: "a list"}.get(type(found), "nothing")
        return Problem(where, "found {found}; {expected}", {"found": shown, "expected": _expected(error)})
    return Problem(where, 'found "{found}"; {expected}', {"found": str(found)[:60], "expected": _expected(error)})


def _expected(error: Any) -> str:
    context = error.get("ctx") or {}
    if error["type"] == "value_error":
        return f"expected {context['error']}"
    text = str(error["msg"]).replace("Input should be", "expected")
    for technical, plain in _PLAIN_WORDS.items():
        text = text.replace(technical, plain)
    return text


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


def _wrong_references(document: Document, settings: Settings) -> Iterable[Problem]:
    """What the scenario names must exist in it, and batches must be able to run as written."""

    def unknown(path: tuple[str | int, ...], name: str, known: Iterable[str], template: str) -> Iterable[Problem]:
        if name not in known:
            yield Problem(document.where(path), template, {"found": name, "known": ", ".join(sorted(known)) or "-"})

    no_ranking = message('no ranking is called "{found}"; the scenario has {known}')
    no_group = message('no group is called "{found}"; the scenario has {known}')
    no_pool = message('no pool is called "{found}"; the scenario has {known}')
    if (settings.tables is None) == (settings.cohort is None):
        yield Problem(document.where(()), "expected either `tables` or `cohort`")
    for name, pool in settings.pools.items():
        if name == REVERTED:
            yield Problem(document.where(("pools", name)), "this name is kept for seats that revert to open (R5)")
        if name == OPEN and pool.per:
            yield Problem(document.where(("pools", name, "per")), "the pool `open` is for everybody and has no cells")
        if pool.apportion is not None and not pool.per:
            yield Problem(document.where(("pools", name, "apportion")), "only a pool per feeder_school is apportioned")
        if pool.group is not None:
            yield from unknown(("pools", name, "group"), pool.group, settings.groups, no_group)
    for position, name in ((i, n) for i, (n, c) in enumerate(Counter(b.name for b in settings.batches).items()) if c > 1):
        yield Problem(document.where(("batches", position, "name")), 'two batches are called "{found}"', {"found": name})
    for i, batch in enumerate(settings.batches):
        yield from unknown(("batches", i, "ranking"), batch.ranking, settings.rankings, no_ranking)
        for j, name in enumerate(batch.pools):
            yield from unknown(("batches", i, "pools", j), name, [*settings.pools, OPEN], no_pool)
            if name in batch.pools[:j]:
                yield Problem(document.where(("batches", i, "pools", j)), 'the pool "{found}" stands twice', {"found": name})
        yield from _wrong_batch(document, settings, i, batch)
    if settings.guideline is not None:
        name = settings.guideline_ranking
        path = ("guideline", "ranking")
        yield from unknown(path, name, settings.rankings, no_ranking)
        if name in settings.rankings and settings.rankings[name].score == PRIORITIES:
            yield Problem(document.where(path), 'the ranking "{found}" comes from the priorities table; a control line '
                          "needs one score for everybody", {"found": name})


def _wrong_batch(document: Document, settings: Settings, i: int, batch: Batch) -> Iterable[Problem]:
    where = document.where(("batches", i))
    if batch.order == "banded" and batch.band_width is None:
        yield Problem(where, "a banded batch needs `band_width`, the points per band")
    if batch.seats == "leftover" and batch.pools != (OPEN,):
        yield Problem(where, "a leftover batch has only the pool `open` (R7)")
    if batch.seats == "leftover" and i == 0:
        yield Problem(where, "a leftover batch needs an earlier batch that leaves seats (R7)")
    per_school = [name for name in batch.pools if settings.pool(name).per]
    if len(per_school) > 1:
        yield Problem(where, "two pools per feeder school in one batch: {found}; the matrix belongs to the one",
                      {"found": ", ".join(per_school)})
    earlier = [b.name for b in settings.batches[:i]]
    for name in batch.pools:
        floor = settings.pool(name).floor
        if floor is not None and floor.of not in (None, "provisional", *earlier):
            yield Problem(document.where(("pools", name, "floor", "of")),
                          'found "{found}"; in batch "{batch}" expected `provisional` or an earlier batch ({known})',
                          {"found": floor.of, "batch": batch.name, "known": ", ".join(earlier) or "-"})


