"""Scenario files: a file with what it extends, and overrides, as one document."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from allocator.errors import InputError, Problem, Problems, Where, message
from allocator.scenario.overrides import override, parse_override
from allocator.scenario.written import Document, KeyPath, parse_file, plain

__all__ = ["Document", "override", "parse_override", "plain", "read", "relative", "scenario_file"]

_FILE_KEYS = {("cohort", "profile"), ("cohort", "data")}  # beside everything under `tables`


def scenario_file(path: Path) -> Path:
    """The YAML file of a scenario that is named by its folder or its file.

    Raises:
        InputError: if there is none.
    """
    named = path / "scenario.yaml" if path.is_dir() else path
    if not named.is_file():
        template = message("no such file; expected a scenario folder with a scenario.yaml, or a YAML file")
        raise InputError([Problem(Where(file=str(named)), template)])
    return named


def read(path: Path, overrides: Mapping[str, Any] | None = None, problems: Problems | None = None) -> Document:
    """Read a scenario file with what it extends, and apply overrides such as {"guideline.general_share": "0.55"}.

    Paths of files are rewritten so that they are relative to the scenario file itself.

    Args:
        problems: takes the mistakes after which reading could go on; without it they are raised.

    Raises:
        InputError: if a file cannot be read, or an override leads nowhere.
    """
    found = Problems() if problems is None else problems
    document = _read_extended(path.resolve(), path.name, (), found)
    for key, value in (overrides or {}).items():
        override(document, key, value)
    if problems is None:
        found.raise_if_any()
    return document


def _read_extended(path: Path, label: str, seen: tuple[Path, ...], problems: Problems) -> Document:
    """A file and what it extends; ``label`` is its path as seen from the scenario file, for messages."""
    document = parse_file(path, label, problems)
    where = document.where(("extends",))
    base_name = document.value.pop("extends", None)
    if base_name is None:
        return document
    if not isinstance(base_name, str):
        raise InputError([Problem(where, message("expected the path of one scenario file"))])
    base_path = path.parent / base_name
    base_path = base_path / "scenario.yaml" if base_path.is_dir() else base_path
    if not base_path.is_file():
        template = message('found "{found}", but there is no such file; correct the path, which starts at this file')
        raise InputError([Problem(where, template, {"found": base_name})])
    base_path, chain = base_path.resolve(), (*seen, path)
    if base_path in chain:
        names = " → ".join(relative(p, chain[0].parent) for p in (*chain, base_path))
        raise InputError([Problem(where, message("extends itself: {chain}"), {"chain": names})])
    base = _read_extended(base_path, relative(base_path, chain[0].parent), chain, problems)
    _rebase_files(base, path.parent)
    _merge(base, document, ())
    base.places[()] = document.places[()]
    return Document(base.value, base.places, [*document.files, *base.files])


def _merge(base: Document, over: Document, path: KeyPath) -> None:
    """Mappings merge key by key; everything else is replaced."""
    target, changes = _at(base.value, path), _at(over.value, path)
    for key, value in changes.items():
        below = (*path, key)
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _merge(base, over, below)
        else:
            target[key] = value
            for place in [p for p in base.places if p[: len(below)] == below]:
                del base.places[place]
            base.places.update({p: w for p, w in over.places.items() if p[: len(below)] == below})


def _at(value: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        value = value[part]
    return value


def _rebase_files(document: Document, folder: Path) -> None:
    """Make the file names of an extended scenario relative to the folder of the one that extends it."""
    own = document.files[0].parent
    tables = document.value.get("tables")
    named = [("tables", key) for key in tables] if isinstance(tables, dict) else []
    for section, key in [*named, *_FILE_KEYS]:
        values = document.value.get(section)
        if isinstance(values, dict) and isinstance(values.get(key), str) and not Path(values[key]).is_absolute():
            values[key] = relative(own / values[key], folder)


def relative(path: Path, folder: Path) -> str:
    """A path as seen from a folder, with forward slashes; absolute where there is no common root."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
