"""Overrides: one value of a scenario replaced by its path, from the command line (`--set`) or from Python."""

from __future__ import annotations

import re
from typing import Any

from allocator.errors import InputError, Problem, Problems, Where, message
from allocator.scenario.written import Document, compose, plain, value_of


def override(document: Document, key: str, value: Any) -> None:
    """Set one value by its path; items of a list are named by their `name` or by position, the first being 0.

    Raises:
        InputError: if the path leads nowhere.
    """
    said = Where(key=f"--set {key}")
    parts = key.split(".")
    if parts[0] == "extends":
        raise InputError([Problem(said, message("`extends` cannot be overridden; name the other scenario instead"))])
    target: Any = document.value
    path: list[str | int] = []
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if isinstance(target, list):
            position = _position(target, part, said)
            path.append(position)
            if last:
                target[position] = plain(value)
            else:
                target = target[position]
        elif isinstance(target, dict):
            path.append(part)
            if last:
                target[part] = plain(value)
            else:
                if target.get(part) is None:
                    target[part] = {}
                target = target[part]
        else:
            raise InputError(
                [
                    Problem(
                        said,
                        message('"{above}" is a single value, so nothing below it can be set'),
                        {"above": ".".join(parts[:i])},
                    )
                ]
            )
    below = tuple(path)
    for place in [p for p in document.places if p[: len(below)] == below]:
        del document.places[place]
    document.places[below] = said


def _position(items: list[Any], part: str, said: Where) -> int:
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    if part in names:
        return names.index(part)
    if re.fullmatch(r"[0-9]{1,9}", part) and int(part) < len(items):
        return int(part)
    known = [str(name) for name in names if name is not None]
    known = known or [str(i) for i in range(len(items))]
    raise InputError(
        [
            Problem(
                said,
                message('"{found}" names no item of this list; it has {known}'),
                {"found": part, "known": ", ".join(known) or "-"},
            )
        ]
    )


def parse_override(text: str) -> tuple[str, Any]:
    """`key=value` of the command line; the value is read as YAML, so lists and mappings can be given.

    Raises:
        InputError: if it is not that.
    """
    key, sign, written = text.partition("=")
    said = Where(key=f"--set {text}")
    if not sign or not key.strip():
        raise InputError([Problem(said, message("expected key=value, such as guideline.general_share=0.55"))])
    problems = Problems()
    try:
        node = compose(written, said)
        value = None if node is None else value_of(node, "", {}, problems)
    except InputError as error:
        # A line of the value says nothing, since it is one word of the command line.
        raise InputError([Problem(said, p.message, p.values) for p in error.problems]) from None
    if problems:
        raise InputError([Problem(said, p.message, p.values) for p in problems])
    return key.strip(), value
