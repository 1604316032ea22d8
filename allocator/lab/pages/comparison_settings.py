"""What outcomes differ in: the values of their scenarios, path by path, and the tables they were made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from allocator.errors import Translate
from allocator.lab.pages.compared import Compared
from allocator.lab.pages.lever_names import MOST_SIGNS, lever_title, value_title
from allocator.lab.side_by_side import Side
from allocator.reports.blocks import Column, Section, Table

SHOWN_OF_HASH = 16  # signs: enough to see that two differ
_FILES = ("cohort.profile", "cohort.data")  # beside everything under `tables`


def settings(compared: Compared) -> Section:
    translate = compared.translate
    found = differing(compared)
    same = translate("The scenarios and the tables of the outcomes are the same.")
    notes = (translate("The paths are those of --set, such as guideline.general_share."),) if found.rows else (same,)
    return Section(
        "settings",
        translate("What the outcomes differ in"),
        notes=notes,
        tables=(found,) if found.rows else (),
    )


def differing(compared: Compared) -> Table:
    """One row for each value that is not the same in all scenarios; a dash where an outcome does not have it."""
    translate = compared.translate
    written = [dict(_written(side)) for side in compared.sides]
    paths = dict.fromkeys(path for values in written for path in values)
    rows = tuple(
        (lever_title(path, translate), path, *(_shown(path, values.get(path), translate) for values in written))
        for path in paths
        if len({values.get(path) for values in written}) > 1
    )
    columns = (
        Column(translate("Value of the scenario")),
        Column(translate("Path")),
        *(Column(side.name) for side in compared.sides),
    )
    return Table("settings-table", translate("Values that differ"), columns, rows)


def _shown(path: str, text: str | None, translate: Translate) -> str | None:
    """A value in words where it has any, and whole."""
    return text if text is None or len(text) > MOST_SIGNS else value_title(path, text, translate)


def _written(side: Side) -> Iterator[tuple[str, str]]:
    """Where a file lies is no difference, what is in it is: files are told by their names and hashes."""
    for path, text in _leaves(side.scenario.effective, ""):
        yield path, PurePosixPath(text).name if path in _FILES or path.startswith("tables.") else text
    for file, digest in side.scenario.table_hashes.items():
        yield f"{PurePosixPath(file).name} (SHA-256)", digest[:SHOWN_OF_HASH]
    version = side.outcome.manifest.get("allocator")
    if version is not None:
        yield "allocator", str(version)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The single values under a path; what is listed by name has a path by name, as in ``batches.main.order``."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    elif _is_named(value):
        names = [str(part["name"]) for part in value]
        yield path, ", ".join(names)
        for name, part in zip(names, value, strict=True):
            yield from _leaves({key: v for key, v in part.items() if key != "name"}, f"{path}.{name}")
    else:
        yield path, _text(value)


def _is_named(value: Any) -> bool:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return is_list and bool(value) and all(isinstance(part, Mapping) and "name" in part for part in value)


def _text(value: Any) -> str:
    """As it stands in a scenario file."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_text(part) for part in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_text(part)}' for key, part in value.items())}}}"
    return str(value)
