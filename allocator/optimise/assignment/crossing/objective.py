"""A level of the ladder in a linear model: what is to be minimised, and later kept."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.optimise.assignment.crossing.admissions import Admissions, Counting
from allocator.optimise.assignment.crossing.linear_model import Expression, expression
from allocator.optimise.assignment.levels import AnyLevel, Level, Term, WorstLevel


def objective(admissions: Admissions, level: AnyLevel, place: int) -> Expression:
    """The level as a sum over variables, which its convex terms are given for.

    Args:
        place: of the level in the ladder; it is part of the names of what is added.
    """
    if isinstance(level, WorstLevel):
        return _worst(admissions, level, place)
    terms: list[tuple[int, int]] = []
    if level.option_cost is not None:
        terms.extend(admissions.of_options(level.option_cost))
    if level.cell_cost is not None:
        terms.extend(admissions.of_cells(level.cell_cost))
    for t, term in enumerate(level.terms):
        terms.append((above(admissions, {t: term}, f"{place}/{t}", place), 1))
    return expression(terms)


def keep(admissions: Admissions, level: AnyLevel, place: int, sum_: Expression, value: int) -> None:
    """From now on the level is not larger than this value."""
    if isinstance(level, Level):
        terms = zip(sum_.variables, sum_.coefficients, strict=True)
        admissions.model.row("value", place, terms, high=value - sum_.constant)
        return
    if level.option_cost is not None:
        for o, v in enumerate(admissions.option_variable):
            if v >= 0 and level.option_cost[o] > value:
                admissions.model.high[v] = 0
    for v in sum_.variables:
        admissions.model.high[v] = min(admissions.model.high[v], value)


def _worst(admissions: Admissions, level: WorstLevel, place: int) -> Expression:
    worst = above(admissions, dict(enumerate(level.terms)), f"{place}", place)
    if level.option_cost is not None:
        for v, cost in admissions.of_options(level.option_cost):
            admissions.model.row("worst", f"{place}/{v}", [(worst, 1), (v, -cost)], low=0)
        admissions.model.high[worst] = max(admissions.model.high[worst], int(level.option_cost.max(initial=0)))
    return Expression((worst,), (1,))


def above(admissions: Counting, convex: Mapping[int, Term], name: str, place: int) -> int:
    """A variable that is no smaller than 0 and than any of the terms.

    Objectives measure distances, so that 0 forbids nothing.
    """
    pieces = []
    highest = 0
    for t, term in convex.items():
        counts = [admissions.count(s) for s in term.sets]
        most = [admissions.model.high[v] for v in counts]
        for p, piece in enumerate(term.pieces):
            pieces.append((f"{place}/{t}/{p}", list(zip(counts, piece.slopes, strict=True)), piece.constant))
            highest = max(highest, piece.constant + sum(max(0, s * m) for s, m in zip(piece.slopes, most, strict=True)))
    # One more than it ever is: a bound in force would take a price that no row of ``prices`` stands for.
    above = admissions.model.variable(f"above {name}", 0, highest + 1)
    for row_name, terms, constant in pieces:
        # above ≥ constant + slopes·counts
        admissions.model.row("term", row_name, [(above, 1), *((v, -s) for v, s in terms)], low=constant)
    return above
