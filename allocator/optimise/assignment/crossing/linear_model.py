"""A linear model in whole numbers that any solver can read: variables with bounds, and named rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

INFINITE = 2**50  # no bound; CP-SAT adds products of bounds in 64 bits


@dataclass(frozen=True)
class Row:
    """low ≤ the sum of coefficient × variable ≤ high."""

    kind: str  # what the row says: applicant, entry, cell, count, at_most, at_least, guideline, class, value, term
    name: str  # of which applicant, cell, cap ...
    variables: tuple[int, ...]
    coefficients: tuple[int, ...]
    low: int
    high: int


@dataclass(frozen=True)
class Expression:
    """A sum of coefficient × variable, and a constant."""

    variables: tuple[int, ...]
    coefficients: tuple[int, ...]
    constant: int = 0

    def value(self, solution: Sequence[int]) -> int:
        return self.constant + sum(c * int(solution[v]) for v, c in zip(self.variables, self.coefficients, strict=True))


def expression(terms: Iterable[tuple[int, int]]) -> Expression:
    """A sum over variables, each of them named once."""
    total: dict[int, int] = {}
    for v, c in terms:
        total[v] = total.get(v, 0) + c
    total = {v: c for v, c in total.items() if c}
    return Expression(tuple(total), tuple(total.values()))


@dataclass
class LinearModel:
    """Variables are whole numbers, and are known by their position."""

    names: list[str] = field(default_factory=list)  # (variable,)
    low: list[int] = field(default_factory=list)  # (variable,)
    high: list[int] = field(default_factory=list)  # (variable,)
    rows: list[Row] = field(default_factory=list)

    def variable(self, name: str, low: int, high: int) -> int:
        """A new variable's position."""
        self.names.append(name)
        self.low.append(low)
        self.high.append(high)
        return len(self.names) - 1

    def row(
        self,
        kind: str,
        name: object,
        terms: Iterable[tuple[int, int]],
        low: int = -INFINITE,
        high: int = INFINITE,
    ) -> None:
        """Add a row; ``terms`` are variables with their coefficients."""
        total = expression(terms)
        self.rows.append(Row(kind, str(name), total.variables, total.coefficients, low, high))

    def is_kept_by(self, solution: Sequence[int]) -> bool:
        """Whether whole numbers satisfy every row and every bound."""
        return all(low <= s <= high for s, low, high in zip(solution, self.low, self.high, strict=True)) and all(
            row.low <= sum(c * solution[v] for v, c in zip(row.variables, row.coefficients, strict=True)) <= row.high
            for row in self.rows
        )

    def text(self) -> str:
        """The model as lines, for golden files."""
        lines = [f"{name} in {low}..{high}" for name, low, high in zip(self.names, self.low, self.high, strict=True)]
        for row in self.rows:
            total = " ".join(f"{c:+d} {self.names[v]}" for v, c in zip(row.variables, row.coefficients, strict=True))
            low = "" if row.low == -INFINITE else f"{row.low} <= "
            high = "" if row.high == INFINITE else f" <= {row.high}"
            lines.append(f"{row.kind} {row.name}: {low}{total or '0'}{high}")
        return "\n".join(lines) + "\n"
