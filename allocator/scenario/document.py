"""Scenario files: YAML with the place of every value, `extends` and overrides.

Every plain scalar stays the text that was written (``0101`` keeps its zero, ``0.1`` stays exact); the models decide
what it means. Only true, false and null are told apart from text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from allocator.errors import InputError, Problem, Problems, Where

Path_ = tuple[str | int, ...]  # keys and list positions from the top of the document

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_FILE_KEYS = {("cohort", "profile"), ("cohort", "data")}  # beside everything under `tables`


@dataclass
class Document:
    """A scenario as written, merged from its files, with the place of each value."""

    value: dict[str, Any]
    places: dict[Path_, Where] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)  # the scenario file first, then those it extends

    def where(self, path: Sequence[str | int]) -> Where:
        """The place of a value, or of the nearest value above it that was written."""
        key = ".".join(str(part) for part in path)
        for end in range(len(path), -1, -1):
            place = self.places.get(tuple(path[:end]))
            if place is not None and not place.file:
                return place  # from the command line or from Python
            if place is not None:
                return Where(file=place.file, line=place.line, key=key or place.key)
        return Where(file=self.files[0].name if self.files else "", key=key)


def scenario_file(path: Path) -> Path:
    """The YAML file of a scenario that is named by its folder or its file."""
    if path.is_dir():
        path = path / "scenario.yaml"
    if not path.is_file():
        raise InputError([Problem(Where(file=str(path)), "no such file; expected a scenario folder or a YAML file")])
    return path


def read(path: Path, overrides: Mapping[str, Any] | None = None) -> Document:
    """Read a scenario file with what it extends, and apply overrides such as {"guideline.general_share": "0.55"}.

    Paths of files are rewritten so that they are relative to the scenario file itself.
    """
    document = _read_extended(path, seen=())
    for key, value in (overrides or {}).items():
        override(document, key, value)
    return document


def _read_extended(path: Path, seen: tuple[Path, ...]) -> Document:
    path = path.resolve()
    if path in seen:
        raise InputError([Problem(Where(file=path.name), "extends itself: {chain}",
                                  {"chain": " → ".join(p.name for p in (*seen, path))})])
    document = _parse(path)
    base_name = document.value.pop("extends", None)
    if base_name is None:
        return document
    if not isinstance(base_name, str):
        raise InputError([Problem(document.where(("extends",)), "expected the path of one scenario file")])
    base_path = path.parent / base_name
    base_path = base_path / "scenario.yaml" if base_path.is_dir() else base_path
    if not base_path.is_file():
        raise InputError([Problem(document.where(("extends",)), 'found "{found}", but there is no such file',
                                  {"found": base_name})])
    base = _read_extended(base_path, (*seen, path))
    _rebase_files(base, path.parent)
    _merge(base, document, ())
    base.places[()] = document.places[()]
    return Document(base.value, base.places, [*document.files, *base.files])


def _parse(path: Path) -> Document:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError([Problem(Where(file=path.name, line=line), "not UTF-8 text; save the file as UTF-8")]) from None
    except OSError as error:
        raise InputError([Problem(Where(file=path.name), "cannot be read: {reason}",
                                  {"reason": error.strerror or ""})]) from None
    try:
        node = YAML(pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Where(file=path.name, line=mark.line + 1 if mark else 0)
        raise InputError([Problem(where, "not valid YAML: {reason}", {"reason": str(error.problem or "")})]) from None
    except YAMLError as error:
        raise InputError([Problem(Where(file=path.name), "not valid YAML: {reason}",
                                  {"reason": str(error).splitlines()[0]})]) from None
    document = Document({}, {(): Where(file=path.name)}, [path])
    if not isinstance(node, MappingNode):
        raise InputError([Problem(Where(file=path.name, line=1), "expected a mapping of keys, such as `version: 1`")])
    problems = Problems()
    document.value = _value(node, (), path.name, document.places, problems)
    problems.raise_if_any()
    return document


def _value(node: Node, path: Path_, file: str, places: dict[Path_, Where], problems: Problems) -> Any:
    line = node.start_mark.line + 1
    if path:
        places[path] = Where(file=file, line=line)
    if isinstance(node, MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                problems.add(Where(file=file, line=key_line), "a key must be a plain word")
                continue
            key = str(key_node.value)
            if key in result:
                problems.add(Where(file=file, line=key_line, key=".".join(map(str, (*path, key)))),
                             "this key stands twice; remove one")
            result[key] = _value(value_node, (*path, key), file, places, problems)
            places[(*path, key)] = Where(file=file, line=key_line)
        return result
    if isinstance(node, SequenceNode):
        return [_value(item, (*path, i), file, places, problems) for i, item in enumerate(node.value)]
    text = str(node.value)
    if node.style is None and text in _NULL:
        return None
    if node.style is None and text in _BOOLEANS:
        return _BOOLEANS[text]
    return text


def _merge(base: Document, over: Document, path: Path_) -> None:
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
    named = [("tables", key) for key in document.value.get("tables") or {}] if isinstance(
        document.value.get("tables"), dict) else []
    for section, key in [*named, *_FILE_KEYS]:
        values = document.value.get(section)
        if isinstance(values, dict) and isinstance(values.get(key), str):
            values[key] = relative(own / values[key], folder)


def relative(path: Path, folder: Path) -> str:
    """A path as seen from a folder, with forward slashes; absolute where there is no common root."""
    import os.path

    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def override(document: Document, key: str, value: Any) -> None:
    """Set one value by its path; list items are named by position or by their `name`."""
    said = Where(key=f"--set {key}")
    parts = key.split(".")
    target: Any = document.value
    path: list[str | int] = []
    for i, part in enumerate(parts):
        if isinstance(target, list):
            names = [item.get("name") if isinstance(item, dict) else None for item in target]
            if part in names:
                position = names.index(part)
            elif re.fullmatch(r"\d+", part) and int(part) < len(target):
                position = int(part)
            else:
                raise InputError([Problem(said, '"{found}" names no item of this list', {"found": part})])
            path.append(position)
            if i == len(parts) - 1:
                target[position] = plain(value)
            else:
                target = target[position]
        elif isinstance(target, dict):
            path.append(part)
            if i == len(parts) - 1:
                target[part] = plain(value)
            else:
                if target.get(part) is None:
                    target[part] = {}
                target = target[part]
        else:
            raise InputError([Problem(said, '"{found}" is below a single value and cannot be set', {"found": part})])
    below = tuple(path)
    for place in [p for p in document.places if p[: len(below)] == below]:
        del document.places[place]
    document.places[below] = said


def plain(value: Any) -> Any:
    """A value from Python or the command line as if it had been read from a file: numbers as written text."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    return str(value)


def parse_override(text: str) -> tuple[str, Any]:
    """`key=value` of the command line; the value is read as YAML, so lists and mappings can be given."""
    key, sign, written = text.partition("=")
    if not sign or not key.strip():
        raise InputError([Problem(Where(key=f"--set {text}"), "expected key=value, such as guideline.general_share=0.55")])
    try:
        node = YAML(pure=True).compose(written)
    except YAMLError:
        raise InputError([Problem(Where(key=f"--set {text}"), "the value is not valid YAML")]) from None
    problems = Problems()
    value = None if node is None else _value(node, (), "", {}, problems)
    problems.raise_if_any()
    return key.strip(), value
