"""Where a document's own figures do not add up: every stated relation, by exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from allocator.planning.exact_text import decimal
from allocator.planning.plan import StatedFigures


@dataclass(frozen=True)
class Compared:
    """A relation between stated figures: what comes out, and what is stated."""

    name: str
    expression: str
    computed: Fraction  # rounded as the relation says
    stated: Fraction
    is_at_most: bool
    remark: str

    @property
    def holds(self) -> bool:
        return self.computed <= self.stated if self.is_at_most else self.computed == self.stated


def compared(stated: StatedFigures) -> list[Compared]:
    """Every relation of the document, those that hold too."""
    found = []
    for relation in stated.relations:
        computed = _sum(relation["terms"], stated)
        expression = _text(relation["terms"], stated)
        if relation["over"] is not None:
            computed /= _sum(relation["over"], stated)
            expression = f"({expression}) / ({_text(relation['over'], stated)})"
        if relation["places"] is not None:
            one = 10 ** relation["places"]
            computed = Fraction(math.floor(computed * one + Fraction(1, 2)), one)
        is_at_most = relation["compare"] == "at_most"
        figure = stated.figures[relation["to"]]
        found.append(Compared(relation["name"], expression, computed, figure, is_at_most, relation["remark"]))
    return found


def discrepancies(stated: StatedFigures) -> list[Compared]:
    """The relations that do not hold."""
    return [relation for relation in compared(stated) if not relation.holds]


def _sum(terms: Mapping[str, Decimal], stated: StatedFigures) -> Fraction:
    return sum((Fraction(weight) * stated.figures[name] for name, weight in terms.items()), start=Fraction(0))


def _text(terms: Mapping[str, Decimal], stated: StatedFigures) -> str:
    """The sum in the figures themselves, such as ``128000 + 58600``."""
    parts = []
    for name, weight in terms.items():
        sign = "- " if weight < 0 else "+ "
        factor = "" if abs(weight) == 1 else f"{abs(weight)} × "
        parts.append(f"{sign}{factor}{decimal(stated.figures[name])}")
    return " ".join(parts).removeprefix("+ ")
