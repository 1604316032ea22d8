"""What the parts of a comparison's page and workbook are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from allocator.errors import Translate
from allocator.lab.compare import Comparison, Pair
from allocator.lab.side_by_side import Side
from allocator.language import translator
from allocator.reports.names import Names, names_of, pool_title, titled
from allocator.scenario.settings import OPEN, REVERTED

Key = tuple[str, str, str]  # indicator, group_by, group


def titled_of(title: str, of: str, translate: Translate) -> str:
    """A title with the outcome, the two, or the area that it is of."""
    return translate("{title} ({of})").format(title=title, of=of)


@dataclass(frozen=True)
class Change:
    """The first outcome beside another."""

    pair: Pair
    before: Side
    after: Side
    number: int  # of the other outcome; the first is 1
    is_only: bool

    @property
    def title(self) -> str:
        return f"{self.before.name} → {self.after.name}"

    @property
    def city(self) -> Mapping[str, Any]:
        """How many moved in the whole city; GROUPS_SCHEMA."""
        return self.pair.groups.row(0, named=True)

    def of_change(self, change: str) -> int:
        """How many moved so."""
        return int((self.pair.moves["change"] == change).sum())

    def name(self, part: str) -> str:
        """An anchor of the page."""
        return part if self.is_only else f"{part}-{self.number}"

    def titled(self, title: str, translate: Translate) -> str:
        """A translated title, with the two outcomes where there are several pairs."""
        return title if self.is_only else titled_of(title, self.title, translate)


@dataclass(frozen=True)
class Compared:
    """A comparison in the reader's language."""

    comparison: Comparison
    language: str

    @property
    def sides(self) -> tuple[Side, ...]:
        return self.comparison.sides

    @property
    def translate(self) -> Translate:
        return translator(self.language)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        pairs, others = self.comparison.pairs, self.sides[1:]
        return tuple(
            Change(pair, self.sides[0], side, number, len(pairs) == 1)
            for number, (pair, side) in enumerate(zip(pairs, others, strict=True), start=2)
        )

    @cached_property
    def figures(self) -> tuple[Mapping[Key, Mapping[str, Any]], ...]:
        """Of each side the rows of its indicators, by name, grouping and group."""
        return tuple(
            {(row["indicator"], row["group_by"], row["group"]): row for row in table.to_dicts()}
            for table in self.comparison.measured
        )

    @cached_property
    def names(self) -> Names:
        """The names of all outcomes; where they differ, the first outcome's."""
        found = [names_of(side.scenario) for side in reversed(self.sides)]

        def together(field: str) -> dict[str, str]:
            return {name: title for one in found for name, title in getattr(one, field).items()}

        return Names(*(together(field) for field in Names.__dataclass_fields__))

    def difference_title(self, side: Side, title: str) -> str:
        """A translated title of a column of differences, with the outcome where there are several after the first."""
        return title if len(self.sides) == 2 else titled_of(title, side.name, self.translate)

    def programme(self, identifier: str | None) -> str:
        """A programme by number and name; nowhere, where there is none."""
        if identifier is None:
            return self.translate("(nowhere)")
        return titled(identifier, self.names.programme[identifier])

    def feeder_school(self, identifier: str) -> str:
        return titled(identifier, self.names.feeder_school.get(identifier, identifier))

    def pool(self, identifier: str) -> str:
        """What a pool is called in the first outcome that has it."""
        settings = [side.scenario.settings for side in self.sides]
        has = next(s for s in settings if identifier in (OPEN, REVERTED) or identifier in s.pools)
        return pool_title(has, identifier, self.translate)
