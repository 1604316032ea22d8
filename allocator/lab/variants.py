"""The variants of a sweep: the baseline, every combination of each grid, and each lever of the tornado alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from allocator.errors import Problems, Where, message
from allocator.lab.sweep_settings import Grid, SweepSettings
from allocator.lab.values import Value, WrongValuesError, values_of
from allocator.scenario.written import Document, KeyPath

MOST_VARIANTS = 1_000_000
_TWICE = message("{path} would be set twice in the same variant; keep one of the two")
_WITHIN = message("{path} and {other} would both be set in the same variant, and one would undo the other; keep one")


@dataclass(frozen=True)
class Variant:
    """One scenario of the sweep."""

    index: int
    point: int  # variants that differ only in what is repeated have the same point; the baseline's is 0
    levers: Mapping[str, Value]
    repeat: Mapping[str, Value]

    @property
    def overrides(self) -> dict[str, Value]:
        return {**self.levers, **self.repeat}


def key_of(overrides: Mapping[str, Value]) -> str:
    """A text that is equal for equal overrides."""
    return json.dumps(overrides, sort_keys=True, ensure_ascii=False)


def points(settings: SweepSettings, document: Document) -> list[dict[str, Value]]:
    """The combinations of levers, the baseline first, none twice.

    Raises:
        InputError: with every lever whose values are wrong, each located.
    """
    problems = Problems()
    grids = [_values(grid, ("vary", i), document, problems) for i, grid in enumerate(settings.vary)]
    tornado = _values(settings.tornado, ("tornado",), document, problems)
    repeats = _values(settings.repeat, ("repeat",), document, problems)
    for place, template, values in _contradictions(settings):
        problems.add(where_written(document, place), template, **values)
    problems.raise_if_any()
    num = sum(_num_combinations(grid) for grid in grids) * _num_combinations(repeats)
    if num > MOST_VARIANTS:
        problems.add(
            document.where(("vary",)),
            message("{found:,} variants, expected at most {most:,}"),
            found=num,
            most=MOST_VARIANTS,
        )
        problems.raise_if_any()
    found: dict[str, dict[str, Value]] = {}
    for levers in ({}, *(c for grid in grids for c in _combinations(grid)), *_one_at_a_time(tornado)):
        found.setdefault(key_of(levers), levers)
    return list(found.values())


def variants(settings: SweepSettings, document: Document) -> list[Variant]:
    """All variants, in the order of the file; the repeats of a point stand together."""
    found: list[Variant] = []
    made = points(settings, document)
    repeats = [dict(c) for c in _combinations({path: values_of(v) for path, v in settings.repeat.items()})]
    for point, levers in enumerate(made):
        for repeat in repeats:
            found.append(Variant(len(found), point, levers, repeat))
    return found


def _values(grid: Grid, place: KeyPath, document: Document, problems: Problems) -> dict[str, list[Value]]:
    result: dict[str, list[Value]] = {}
    for path, written in grid.items():
        try:
            result[path] = values_of(written)
        except WrongValuesError as mistake:
            problems.add(where_written(document, (*place, path)), mistake.template, **mistake.values)
    return result


def lever_places(settings: SweepSettings) -> dict[str, KeyPath]:
    """Where each lever is written, by its path; where it stands twice, the first place."""
    grids: list[tuple[KeyPath, Grid]] = [(("vary", i), grid) for i, grid in enumerate(settings.vary)]
    grids += [(("tornado",), settings.tornado), (("repeat",), settings.repeat)]
    found: dict[str, KeyPath] = {}
    for place, grid in grids:
        for path in grid:
            found.setdefault(path, (*place, path))
    return found


def _contradictions(settings: SweepSettings) -> Iterator[tuple[KeyPath, str, dict[str, object]]]:
    """Levers of which one would undo the other, in the same variant."""
    for i, find in enumerate(settings.find):
        for path in find.set:
            if _overlap(path, find.by):
                yield ("find", i, "set", path), *_both(path, find.by)
    for place, grid in [*((("vary", i), g) for i, g in enumerate(settings.vary)), (("tornado",), settings.tornado)]:
        alone = place == ("tornado",)
        paths = list(grid)
        for n, path in enumerate(paths):
            others = [*([] if alone else paths[:n]), *settings.repeat]
            for other in others:
                if _overlap(path, other):
                    yield (*place, path), *_both(path, other)


def _both(path: str, other: str) -> tuple[str, dict[str, object]]:
    return (_TWICE, {"path": path}) if path == other else (_WITHIN, {"path": path, "other": other})


def _overlap(path: str, other: str) -> bool:
    """Whether two paths are the same, or one holds the other."""
    one, two = path.split("."), other.split(".")
    least = min(len(one), len(two))
    return one[:least] == two[:least]


def where_written(document: Document, place: KeyPath) -> Where:
    """A place in the file; a single grid, or target, is written without its position."""
    if place[:1] in (("vary",), ("find",)) and isinstance(document.value.get(str(place[0])), dict):
        place = (place[0], *place[2:])
    return document.where(place)


def _num_combinations(grid: Mapping[str, list[Value]]) -> int:
    number = 1
    for values in grid.values():
        number *= len(values)
    return number


def _combinations(grid: Mapping[str, list[Value]]) -> Iterator[dict[str, Value]]:
    for values in product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def _one_at_a_time(grid: Mapping[str, list[Value]]) -> Iterator[dict[str, Value]]:
    for path, values in grid.items():
        yield from ({path: value} for value in values)
