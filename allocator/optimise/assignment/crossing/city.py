"""A batch of a city's size: a small model chooses the counts of the atoms, and one flow after the other teaches it.

Level by level: the relaxation of the small model gives prices, and these an exact bound for everybody; counts near the
best known ones are tried by a flow, which gives an assignment, and a cut that makes the model more exact. It ends when
the bound is reached, or is near enough, or after so many rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.market.market import IntArray
from allocator.optimise.assignment.conflicts import conflict
from allocator.optimise.assignment.crossing.atoms import guideline_counts
from allocator.optimise.assignment.crossing.costly import (
    FINENESS,
    ROUGH_PASSES,
    STEEPNESS,
    City,
    best_counts,
    costs,
    nearest,
    total,
    weighted,
)
from allocator.optimise.assignment.crossing.linear_model import Expression, expression
from allocator.optimise.assignment.crossing.master import master_of
from allocator.optimise.assignment.crossing.objective import above
from allocator.optimise.assignment.crossing.optimum import Limits, Optimum, Stopped
from allocator.optimise.assignment.crossing.priced_flow import Evaluated, evaluate
from allocator.optimise.assignment.crossing.prices import Priced, priced_rows, published, unit_of_guideline
from allocator.optimise.assignment.crossing.relaxation import PRICE_SCALE, relax
from allocator.optimise.assignment.crossing.search import Found, minimise
from allocator.optimise.assignment.crossing.values import unproven, values_by_objective
from allocator.optimise.assignment.crossing.ways import guess, ways_of
from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.objectives import ladder
from allocator.optimise.assignment.problem import UNBOUNDED, CountedSet, Infeasible, Price, Problem


@dataclass(frozen=True)
class Reached:
    """A level's value and bound, and the prices that prove the bound."""

    value: int
    bound: int
    priced: Priced


def fits_a_city(problem: Problem) -> bool:
    """Whether flows can solve it: no guideline by area, no worst values, and convex terms before what they exclude.

    Counts can be chosen for a convex term as long as no level before it depends on who gets which option.
    """
    by_area = guideline_counts(problem) and problem.guideline is not None and problem.guideline.scope_names != ("",)
    is_costly = False
    for level in ladder(problem):
        if not isinstance(level, Level) or (is_costly and level.terms):
            return False
        is_costly = is_costly or not is_counted(level)
    return not by_area and len(problem.options.programme) > 0


def solve_city(problem: Problem, limits: Limits) -> Optimum | Infeasible | Stopped:
    """The optimum, or the best that was found with what is proven about it."""
    city = _city(problem, limits)
    levels = ladder(problem)
    reached: list[Reached] = []
    prices: list[Price] = []
    earlier: list[tuple[int, Level, int]] = []  # levels that counts do not tell, with their values
    _expect(city, next((level for level in levels if isinstance(level, Level) and not is_counted(level)), None))
    first = _try_counts(city, Expression((), ()))
    if first is None:
        return Stopped()
    if first.is_impossible:
        return Infeasible(conflict(problem, lambda part: _is_feasible(part, limits)))
    for place, level in enumerate(levels):
        assert isinstance(level, Level)
        if is_counted(level) and not earlier:
            outcome = _counted(city, level, place)
            if outcome is None:
                return Stopped(level.objective)
        else:
            outcome = _costly(city, level, earlier)
            earlier.append((place, level, outcome.value))
        reached.append(outcome)
        prices.extend(published(problem, levels, place, outcome.priced, PRICE_SCALE * FINENESS))
    assert city.best is not None
    atom = city.ways.programme_atom
    at_last = {place: total(city.best, level) for place, level, _ in earlier}
    totals = [at_last.get(place, outcome.value) for place, outcome in enumerate(reached)]
    return Optimum(
        values_by_objective(problem, levels, totals),
        unproven(levels, totals, [outcome.bound for outcome in reached]),
        tuple((CountedSet(atom == a), int(n)) for a, n in enumerate(city.best.count)),
        None,
        tuple(prices),
        PRICE_SCALE * FINENESS * unit_of_guideline(problem),
    )


def is_counted(level: Level) -> bool:
    """Whether counts alone tell the level's value: every admission costs the same, apart from convex terms."""
    return level.cell_cost is None and (level.option_cost is None or len(np.unique(level.option_cost)) <= 1)


def _city(problem: Problem, limits: Limits) -> City:
    ways = ways_of(problem)
    usable = np.ones(len(problem.options.programme), dtype=np.bool_)
    nothing = np.zeros(ways.num_atoms, dtype=np.int64)
    return City(problem, ways, master_of(problem, ways), limits, usable, nothing)


def _is_feasible(problem: Problem, limits: Limits) -> bool:
    found = _try_counts(_city(problem, limits), Expression((), ()))
    return found is None or not found.is_impossible


def _try_counts(city: City, target: Expression) -> Found | None:
    """The best counts for a target that applicants' lists allow; None if the rounds did not suffice.

    Counts that the lists do not allow are cut off, with all others that fail for the same reason.
    """
    for _ in range(city.limits.num_rounds):
        found = minimise(city.master.model, target, city.limits)
        if found.solution is None:
            return found if found.is_impossible else None
        counts = nearest(city, city.centre, target, found.value)
        tried = _allowed(city, np.array(found.solution[: len(city.centre)]) if counts is None else counts)
        if tried is not None:
            city.best = tried
            return found
    return None


def _allowed(city: City, counts: IntArray) -> Evaluated | None:
    """An assignment with these counts; None if there is none, and then the model knows why."""
    of_options = np.zeros(len(city.problem.options.programme), dtype=np.int64)
    of_cells = np.zeros(len(city.ways.seats), dtype=np.int64)
    everything = np.ones(len(of_options), dtype=np.bool_)
    tried = evaluate(city.problem, city.ways, of_options, of_cells, everything, most=counts, reward=1)
    if np.array_equal(tried.count, counts):
        return tried
    city.master.cut("lists", tried.cut, list(enumerate(tried.cut.of_atom.tolist())), tried.cut.constant)
    return None


def _counted(city: City, level: Level, place: int) -> Reached | None:
    """A level that counts alone tell."""
    model = city.master.model
    each = 0 if level.option_cost is None or not len(level.option_cost) else int(level.option_cost[0])
    terms = [(a, each) for a in range(city.ways.num_atoms)]
    terms += [(above(city.master, {t: term}, f"{place}/{t}", place), 1) for t, term in enumerate(level.terms)]
    target = expression(terms)
    found = _try_counts(city, target)
    if found is None or found.solution is None:
        return None
    fine = Expression(target.variables, tuple(c * FINENESS for c in target.coefficients))
    relaxed = relax(model, fine)
    priced: dict[tuple[str, str], int] = {}
    if relaxed is not None:
        of_cell, _, _ = city.master.atom_prices(relaxed.price)
        priced = _priced(city, relaxed.price, of_cell)
    model.row("value", place, terms, high=found.value)
    return Reached(found.value, found.bound, priced)


def _costly(city: City, level: Level, earlier: list[tuple[int, Level, int]]) -> Reached:
    """A level that depends on who gets which option."""
    assert city.best is not None
    cost = weighted(city, level, earlier)
    found = best_counts(city, cost, earlier)
    value = total(city.best, level)
    priced = _priced(city, found.row_price, PRICE_SCALE * found.of_cell)
    priced |= {("value", str(place)): weight * PRICE_SCALE * FINENESS for place, weight in cost.weight.items()}
    return Reached(value, min(found.bound, value), priced)


def _expect(city: City, level: Level | None) -> None:
    """Expect counts that balance demand and seats at the first level that counts alone do not tell."""
    ways = city.ways
    nothing = np.zeros(len(city.problem.options.programme), dtype=np.int64), np.zeros(len(ways.seats), dtype=np.int64)
    option_cost, cell_cost = nothing if level is None else costs(city, level)
    way_cost = option_cost[ways.option] + cell_cost[ways.cell]
    reward = STEEPNESS * int(np.abs(way_cost).max(initial=1))
    bounds = [bound for bound in city.problem.bounds if bound.at_least > 0 or bound.at_most < UNBOUNDED]
    inside = [np.unique(ways.programme_atom[bound.members.programmes]) for bound in bounds]
    low, high = [max(bound.at_least, 0) for bound in bounds], [bound.at_most for bound in bounds]
    guessed = guess(ways, way_cost - reward, inside, low, high, reward, ROUGH_PASSES)
    city.centre = np.round(guessed.count).astype(np.int64)


def _priced(city: City, price: list[int], of_cell: IntArray) -> dict[tuple[str, str], int]:
    """The rows' prices by kind and name; the cells' are gathered from all cuts."""
    found = dict(priced_rows(city.master.model.rows, price))
    return found | {("cell", str(c)): int(of_cell[c]) for c in np.flatnonzero(of_cell > 0)}
