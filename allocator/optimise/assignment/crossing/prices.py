"""Prices as they are published: multipliers of cells, caps, earlier objectives and convex terms (P9).

In a model every level is a whole number; what is published is in the objectives' own units. So prices are in
1/(scale of the model × common denominator of the guideline), and are whole numbers again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from allocator.optimise.assignment.crossing.linear_model import Row
from allocator.optimise.assignment.guideline import counted, excess
from allocator.optimise.assignment.levels import AnyLevel, Level
from allocator.optimise.assignment.objectives import guideline
from allocator.optimise.assignment.problem import Price, Problem

Priced = Mapping[tuple[str, str], int]  # by kind and name of a row

PUBLISHED = frozenset({"cell", "at_most", "at_least", "guideline", "value", "term"})


def priced_rows(rows: Iterable[Row], price: Sequence[int]) -> Priced:
    """The rows' prices that are not 0, without their signs: the kind of the row says them."""
    return {(row.kind, row.name): abs(y) for row, y in zip(rows, price, strict=False) if y and row.kind in PUBLISHED}


def unit_of_guideline(problem: Problem) -> int:
    """How many units of its level the guideline objective's own unit has."""
    if problem.guideline is None:
        return 1
    return guideline.levels(problem)[0].unit.denominator


def published(problem: Problem, levels: Sequence[AnyLevel], place: int, priced: Priced, scale: int) -> list[Price]:
    """The prices behind the bound of one level. Profiles are proven by the search alone.

    Args:
        scale: of the model, in which the prices are given.
    """
    objective = levels[place].objective
    if objective.startswith("profile_"):
        return []
    denominator = unit_of_guideline(problem)
    factor = 1 if objective == "guideline" else denominator  # from the model's scale to the published one
    found = []
    lines: dict[tuple[str, str], int] = defaultdict(int)  # by objective and term
    weight = {objective: scale * denominator}  # of objectives with terms
    for (kind, name), price in priced.items():
        if kind == "cell":
            found.append(Price(objective, "cell", None, int(name), price * factor))
        elif kind in ("at_most", "at_least"):
            found.append(Price(objective, kind, name, None, price * factor))
        elif kind == "guideline":
            scope = next(scope for scope in counted(problem) if scope.name == name)
            found.append(
                Price(
                    objective, "at_most", f"guideline/{name}", None, price * factor * excess(problem, scope).slopes[0]
                )
            )
        elif kind == "value":
            earlier = levels[int(name)].objective
            if not earlier.startswith("profile_"):
                of_unit = denominator if earlier == "guideline" else 1
                weight[earlier] = price * factor * of_unit
                found.append(Price(objective, "value", earlier, None, weight[earlier]))
        else:
            of_level, term, piece = (int(part) for part in name.split("/"))
            line, sign, of_unit = _line(problem, levels[of_level], term, piece)
            lines[levels[of_level].objective, line] += sign * price * factor * of_unit
    for (of, line), price in lines.items():
        slope = price
        if of == objective or of != "worst_target":
            # Rounded prices may come to a little more than what their objective is worth.
            slope = max(-weight.get(of, 0), min(price, weight.get(of, 0)))
        if of == objective == "worst_target":
            weight[of] -= abs(slope)
        if slope:
            found.append(Price(objective, "term", line, None, slope))
    return found


def _line(problem: Problem, level: AnyLevel, term: int, piece: int) -> tuple[str, int, int]:
    """A piece of a convex term: the term's name, the sign of the piece's line, and units of the level in its own."""
    sign = level.terms[term].pieces[piece].slopes[0]
    if level.objective == "guideline":
        assert isinstance(level, Level)
        scope = counted(problem)[term].name
        return f"guideline/{scope}", (sign > 0) - (sign < 0), level.unit.denominator
    names = [bound.name for bound in problem.bounds if bound.target is not None]
    return f"{level.objective}/{names[term]}", sign, 1
