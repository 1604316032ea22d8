"""Assignments mixed by weights: the cheapest mixture that keeps all constraints on counts, and its prices.

The mixture's cost is what a fraction of everybody would come to; its counts are near those of the optimum, and at its
prices the next flow shows what is still missing (Dantzig and Wolfe).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.crossing.linear_model import LinearModel, expression
from allocator.optimise.assignment.crossing.master import Master
from allocator.optimise.assignment.crossing.relaxation import PRICE_SCALE, relax


@dataclass(frozen=True)
class Point:
    """An assignment by its counts and its cost."""

    count: IntArray  # (atom,)
    cost: int


@dataclass(frozen=True)
class Mixture:
    """Floats and rounded prices, which decide nothing by themselves."""

    cost: float
    count: IntArray  # (atom,) rounded
    price: list[int]  # (row of the master,) in 1/PRICE_SCALE


def mix(master: Master, points: Sequence[Point], around: Sequence[int], width: int) -> Mixture | None:
    """The cheapest mixture, where constraints may be broken at a price; None if the relaxation has no solution.

    A breach costs ``width`` more than the price that is known, and what is kept to spare is worth ``width`` less: so
    the new prices stay near the known ones (the boxstep method), which the newest points alone would make jump.

    Args:
        around: (row of the master,) the known prices, in 1/PRICE_SCALE, multiples of it.
        width: in units of the points' costs.
    """
    known = master.model
    kept = [r for r, row in enumerate(known.rows) if row.kind not in ("lists", "seats")]  # points keep these anyway
    model = LinearModel(known.names.copy(), known.low.copy(), known.high.copy())
    breaches = []
    for r in kept:
        row = known.rows[r]
        terms = list(zip(row.variables, row.coefficients, strict=True))
        if row.kind not in ("count", "term"):
            more, less = (model.variable(f"breach {r}", 0, master.problem.num_applicants) for _ in range(2))
            centre = around[r] // PRICE_SCALE
            breaches += [(more, centre + width), (less, width - centre)]
            terms += [(more, 1), (less, -1)]
        model.row(row.kind, row.name, terms, row.low, row.high)
    weights = [model.variable(f"weight {k}", 0, 1) for k in range(len(points))]
    model.row("weights", "", [(w, 1) for w in weights], 1, 1)
    for a in range(master.ways.num_atoms):
        shares = [(w, int(point.count[a])) for w, point in zip(weights, points, strict=True)]
        model.row("mixture", a, [*shares, (a, -1)], 0, 0)
    cheapest = min(point.cost for point in points)
    target = [*zip(weights, (point.cost - cheapest for point in points), strict=True), *breaches]
    relaxed = relax(model, expression(target))
    if relaxed is None:
        return None
    price = [0] * len(known.rows)
    for place, r in enumerate(kept):
        price[r] = relaxed.price[place]
    cost = cheapest + sum(c * relaxed.solution[v] for v, c in target)
    count = np.round(np.array(relaxed.solution[: master.ways.num_atoms])).astype(np.int64)
    return Mixture(cost, count, price)
