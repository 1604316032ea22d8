"""The exception tree, and the located problems that bad input is reported with.

Every exception that a user can cause derives from ``AllocatorError``; anything else is a fault of the program
and keeps its traceback. Messages are English templates with named values, so that the catalogue in ``language``
can translate them; values are never translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

Translate = Callable[[str], str]

SHOWN_PER_KIND = 10  # repeated problems of one kind: the first ten are shown, the rest counted


def english(template: str) -> str:
    """The translation that changes nothing."""
    return template


def message(template: str) -> str:
    """Mark a template for the catalogue of messages, where it stands as data and is translated later."""
    return template


_PLACED = message("{place}: {said}")


@dataclass(frozen=True, order=True)
class Where:
    """A place in the input: a file, and in it a line (of YAML), or a row and column (of a table), or a key."""

    file: str = ""
    line: int = 0
    row: int = 0
    column: str = ""
    key: str = ""

    def text(self, translate: Translate = english) -> str:
        parts = [self.file] if self.file else []
        if self.line:
            parts.append(translate("line {line}").format(line=self.line))
        if self.row:
            parts.append(translate("row {row}").format(row=self.row))
        place = " ".join(parts)
        if self.column:
            column = translate("column {column}").format(column=self.column)
            place = f"{place}, {column}" if place else column
        if self.key:
            place = f"{place}, {self.key}" if place else self.key
        return place


@dataclass(frozen=True)
class Problem:
    """One mistake in the input: where it is, and a message that says what was found, expected, and what to do."""

    where: Where
    message: str  # English template; the key of the catalogue
    values: Mapping[str, object] = field(default_factory=dict)
    further: int = 0  # mistakes of the same kind that it also stands for, such as those in a million rows more

    def text(self, translate: Translate = english) -> str:
        place = self.where.text(translate)
        said = translate(self.message).format(**self.values)
        return translate(_PLACED).format(place=place, said=said) if place else said

    def as_json(self, translate: Translate = english) -> dict[str, object]:
        place = {k: v for k, v in vars(self.where).items() if v}
        return {**place, "message": translate(self.message).format(**self.values)}


class AllocatorError(Exception):
    """Anything that a user can cause; ``exit_code`` is the command's."""

    exit_code = 2

    def text(self, translate: Translate = english) -> str:
        return translate(str(self))


class InputError(AllocatorError):
    """The input has mistakes: all of them, each located. Nothing was computed and nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(p.text() for p in self.problems))

    @property
    def num_mistakes(self) -> int:
        """All mistakes, also those that are counted and not shown."""
        return sum(1 + problem.further for problem in self.problems)

    def text(self, translate: Translate = english) -> str:
        return "\n".join(p.text(translate) for p in self.problems)


class UsageError(InputError):
    """The command or the function was called wrongly, for instance with a result folder that exists."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__([Problem(Where(), template, values)])


class Translatable(Protocol):
    """What can be said in the user's language: a problem of the input, a breach of a property."""

    def text(self, translate: Translate = english) -> str: ...


class VerificationError(AllocatorError):
    """An outcome fails verification; nothing is written."""

    exit_code = 4

    def __init__(self, breaches: Iterable[Translatable]) -> None:
        self.breaches = tuple(breaches)
        super().__init__(self.text())

    def text(self, translate: Translate = english) -> str:
        said = translate("The outcome fails verification; nothing was written.")
        return "\n".join([said, *(breach.text(translate) for breach in self.breaches)])


class Problems:
    """Collects problems, so that a hundred mistakes are reported in one go."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def add(self, where: Where, template: str, **values: object) -> None:
        self._found.append(Problem(where, template, values))

    def extend(self, problems: Iterable[Problem]) -> None:
        self._found.extend(problems)

    def raise_if_any(self) -> None:
        if self._found:
            raise InputError(grouped(self._found))


_MORE = message("{more} more of the same kind")


def grouped(problems: Iterable[Problem]) -> list[Problem]:
    """The first ten problems of each kind (same file, column and message), and after them a count of the rest."""
    found = list(problems)
    num_mistakes: dict[tuple[str, str, str], int] = {}
    for problem in found:
        num_mistakes[_kind(problem)] = num_mistakes.get(_kind(problem), 0) + 1 + problem.further
    shown: list[Problem] = []
    num_shown: dict[tuple[str, str, str], int] = {}
    for problem in found:
        kind = _kind(problem)
        num_shown[kind] = num_shown.get(kind, 0) + 1
        if problem.message == _MORE:
            shown.append(problem)  # counted before
            continue
        if num_shown[kind] > SHOWN_PER_KIND:
            continue
        shown.append(replace(problem, further=0))
        more = num_mistakes[kind] - num_shown[kind]
        if more and (num_shown[kind] == SHOWN_PER_KIND or problem.further):
            place = Where(file=problem.where.file, column=problem.where.column)
            shown.append(Problem(place, _MORE, {"more": more}, further=more - 1))
            num_shown[kind] = SHOWN_PER_KIND
    return shown


def _kind(problem: Problem) -> tuple[str, str, str]:
    return problem.where.file, problem.where.column, problem.message
