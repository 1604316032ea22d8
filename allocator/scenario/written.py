"""A scenario as written: YAML values as their text, each with its place.

Every plain scalar stays the text that was written (``0101`` keeps its zero, ``6:4`` stays 6:4, ``0.1`` stays exact);
the models decide what it means. Only true, false and null are told apart from text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from allocator.errors import InputError, Problem, Problems, Where, message

KeyPath = tuple[str | int, ...]  # keys and list positions from the top of the document
PlaceOf = Callable[[KeyPath], Where]  # where a value of the scenario is written

MAX_VALUES = 100_000  # of one file; aliases of aliases can stand for billions
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TOO_DEEP = message("not valid YAML: lists and mappings are nested too deeply")
_REASONS = {  # by a part of the parser's own words
    "character '\\t'": message("not valid YAML: a tab stands here; indent with spaces"),
    "another document": message("not valid YAML: a second document begins here; keep one and remove the `---` line"),
    "expected ':'": message("not valid YAML: a key without its colon; write `key: value`"),
    "mapping values are not allowed": message(
        "not valid YAML: a colon where none can stand; put the text in quotes, or correct the indentation"
    ),
    "unexpected end of stream": message("not valid YAML: a quotation mark is opened and not closed"),
    "expected <block end>": message("not valid YAML: this line is not indented as the lines above it"),
    "undefined alias": message("not valid YAML: an alias (*) to an anchor (&) that is not written above"),
}


@dataclass
class Document:
    """A scenario as written, merged from its files, with the place of each value."""

    value: dict[str, Any]
    places: dict[KeyPath, Where] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)  # the scenario file first, then those it extends

    def where(self, path: KeyPath) -> Where:
        """The place of a value, or of the nearest value above it that was written."""
        key = ".".join(str(part) for part in path)
        for end in range(len(path), -1, -1):
            place = self.places.get(tuple(path[:end]))
            if place is not None and not place.file:
                return place  # from the command line or from Python
            if place is not None:
                return Where(file=place.file, line=place.line, key=key or place.key)
        return Where(file=self.files[0].name if self.files else "", key=key)


def parse_file(path: Path, label: str, problems: Problems) -> Document:
    """One YAML file, called ``label`` in messages.

    Raises:
        InputError: if it is not YAML; a key that stands twice is only added to the problems.
    """
    where = Where(file=label)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _unreadable(Where(file=label, line=line), message("not UTF-8 text; save the file as UTF-8")) from None
    except OSError as error:
        raise _unreadable(where, message("cannot be read: {reason}"), reason=error.strerror or "") from None
    node = compose(text, where)
    document = Document({}, {(): where}, [path])
    if not isinstance(node, MappingNode):
        raise _unreadable(
            Where(file=label, line=1), message("expected a mapping of keys, such as `version: 1`; the file has none")
        )
    document.value = value_of(node, label, document.places, problems)
    return document


def compose(text: str, where: Where) -> Node | None:
    """The nodes of YAML text, None if it is empty.

    Raises:
        InputError: if it is not YAML, with the line where the reader gave up.
    """
    try:
        node: Node | None = YAML(pure=True).compose(text)
        return node
    except MarkedYAMLError as error:
        reason = str(error.problem or error.context or "")
        # What is never ended is noticed at the next line or at the end of the file: the mistake is where it began.
        mark = error.context_mark if "end of stream" in reason or "expected ':'" in reason else error.problem_mark
        mark = mark or error.problem_mark or error.context_mark
        place = Where(file=where.file, line=mark.line + 1 if mark and where.file else 0, key=where.key)
        for words, template in _REASONS.items():
            if words in reason:
                raise _unreadable(place, template) from None
        raise _unreadable(place, message("not valid YAML: {reason}"), reason=reason) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if where.file else 0
        raise _unreadable(
            Where(file=where.file, line=line, key=where.key),
            message("not valid YAML: the character {code} cannot stand in a text file; remove it"),
            code=f"U+{ord(text[error.position]):04X}",
        ) from None
    except YAMLError as error:
        raise _unreadable(where, message("not valid YAML: {reason}"), reason=str(error).splitlines()[0]) from None
    except RecursionError:
        raise _unreadable(where, _TOO_DEEP) from None


def value_of(node: Node, file: str, places: dict[KeyPath, Where], problems: Problems) -> Any:
    """The value of a node as text, mappings and lists; the place of each value is added to ``places``."""
    return _Reader(file, places, problems).value(node, (), ())


class _Reader:
    def __init__(self, file: str, places: dict[KeyPath, Where], problems: Problems) -> None:
        self.file, self.places, self.problems = file, places, problems
        self.num_values = 0

    def value(self, node: Node, path: KeyPath, above: tuple[int, ...]) -> Any:
        """The value at a path; ``above`` are the nodes that hold it, which it must not refer to."""
        line = node.start_mark.line + 1
        self.num_values += 1
        if self.num_values > MAX_VALUES:
            raise _unreadable(
                Where(file=self.file, line=line),
                message("more than {most:,} values; write fewer aliases (*)"),
                most=MAX_VALUES,
            )
        if path:
            self.places[path] = Where(file=self.file, line=line)
        if id(node) in above:
            self._add(line, path, message("an alias (*) stands inside what it stands for; write the value out"))
            return None
        if str(node.tag or "").startswith("!") or "python/" in str(node.tag):
            self._add(line, path, message("tags (!) have no meaning in a scenario; remove it"))
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path, (*above, id(node)))
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, i), (*above, id(node))) for i, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)  # the only other kind of node
        text = str(node.value)
        if node.style is None and text in _NULL:
            return None
        if node.style is None and text in _BOOLEANS:
            return _BOOLEANS[text]
        return text

    def _mapping(self, node: MappingNode, path: KeyPath, above: tuple[int, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._add(line, path, message("a key must be a plain word"))
                continue
            key = str(key_node.value)
            if key == "<<":
                self._add(line, path, message("merge keys (<<) are not read; write the keys out, or use `extends`"))
                continue
            if key in result:
                first = self.places[(*path, key)].line
                self._add(
                    line, (*path, key), message("this key stands twice, first in line {first}; remove one"), first=first
                )
            result[key] = self.value(value_node, (*path, key), above)
            self.places[(*path, key)] = Where(file=self.file, line=line)
        return result

    def _add(self, line: int, path: KeyPath, template: str, **values: object) -> None:
        place = Where(file=self.file, line=line if self.file else 0, key=".".join(map(str, path)))
        self.problems.extend([Problem(place, template, values)])


def _unreadable(where: Where, template: str, **values: object) -> InputError:
    return InputError([Problem(where, template, values)])


def plain(value: Any) -> Any:
    """A value from Python or the command line as if it had been read from a file: numbers as written text."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (float, Decimal)):
        return format(Decimal(str(value)), "f")  # 1e-05 is written 0.00001
    return str(value)
