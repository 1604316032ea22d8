"""A level that depends on who gets which option, in a city: flows at prices bound it, flows with counts reach it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocator.market.market import BoolArray, IntArray
from allocator.optimise.assignment.crossing.linear_model import Expression, LinearModel, Row
from allocator.optimise.assignment.crossing.master import Master
from allocator.optimise.assignment.crossing.mixing import Point, mix
from allocator.optimise.assignment.crossing.optimum import Limits
from allocator.optimise.assignment.crossing.priced_flow import Evaluated, evaluate
from allocator.optimise.assignment.crossing.relaxation import PRICE_SCALE
from allocator.optimise.assignment.crossing.search import minimise
from allocator.optimise.assignment.crossing.ways import Guess, Ways, guess
from allocator.optimise.assignment.levels import Level
from allocator.optimise.assignment.problem import UNBOUNDED, Problem

FINENESS = 12  # prices inside a flow are in such parts of a unit: divisible by 2, 3 and 4
TURNS = 9  # of prices, before counts are tried whether prices are good enough or not
WIDTH = 4  # options that cost up to this much more than the best one are in the flows
REACH, LEAST_REACH = 4, 2  # how far prices go from the best known ones, at first and always, in 1/FINENESS
PASSES, ROUGH_PASSES = 90, 30  # of a guess of prices, and of one that only says which counts to try first
STEEPNESS = 8  # of what comes before, in the largest cost of what comes after


@dataclass(frozen=True)
class Weighted:
    """A level's costs in 1/FINENESS, and those of earlier levels with weights that make them hard to give up."""

    level: Level
    option_cost: IntArray  # (option,)
    cell_cost: IntArray  # (cell,)
    offset: int  # what the earlier levels come to
    weight: dict[int, int]  # place of an earlier level → its weight

    def of(self, found: Evaluated) -> int:
        """The cost of an assignment, without what the earlier levels come to."""
        return int(self.option_cost[found.option].sum()) + int(self.cell_cost @ found.cell_count) - self.offset


@dataclass(frozen=True)
class Bounded:
    """The best bound so far and the prices that prove it."""

    bound: int
    row_price: list[int]  # (row of the master,) in 1/PRICE_SCALE
    of_cell: IntArray  # (cell,) in 1/FINENESS


@dataclass
class City:
    """What is known so far."""

    problem: Problem
    ways: Ways
    master: Master
    limits: Limits
    usable: BoolArray  # (option,) options in the flows
    centre: IntArray  # (atom,) counts to be expected
    best: Evaluated | None = None  # keeps all constraints and all levels so far


def total(found: Evaluated, level: Level) -> int:
    """A level's value for an assignment."""
    options = 0 if level.option_cost is None else int(level.option_cost[found.option].sum())
    return options + (0 if level.cell_cost is None else int(level.cell_cost @ found.cell_count))


def weighted(city: City, level: Level, earlier: list[tuple[int, Level, int]]) -> Weighted:
    """The level with those before it, each with its place and its value."""
    option_cost, cell_cost = costs(city, level)
    offset, weight = 0, {}
    for place, before, value in reversed(earlier):
        steep = 1 + STEEPNESS * int(np.abs(option_cost).max(initial=0) + np.abs(cell_cost).max(initial=0)) // FINENESS
        of_options, of_cells = costs(city, before)
        option_cost, cell_cost = option_cost + steep * of_options, cell_cost + steep * of_cells
        offset += steep * value * FINENESS
        weight[place] = steep
    return Weighted(level, option_cost, cell_cost, offset, weight)


def costs(city: City, level: Level) -> tuple[IntArray, IntArray]:
    """(option,) and (cell,) the level's costs in 1/FINENESS."""
    options = np.zeros(len(city.problem.options.programme), dtype=np.int64)
    cells = np.zeros(len(city.ways.seats), dtype=np.int64)
    if level.option_cost is not None:
        options += FINENESS * level.option_cost
    if level.cell_cost is not None:
        cells += FINENESS * level.cell_cost
    return options, cells


def best_counts(city: City, cost: Weighted, earlier: list[tuple[int, Level, int]]) -> Bounded:
    """Lower the level's value (``city.best``) and raise its bound, until they meet or are near, or the rounds end."""
    assert city.best is not None
    points = [Point(city.best.count, cost.of(city.best))]
    tried = {city.best.count.tobytes()}
    expected, counts = _expected(city, cost)
    found = _bound(city, cost, points, expected)
    asked = {tuple(found.row_price)}
    reach = REACH
    if counts is not None:
        _try(city, cost, earlier, tried, counts)
    for turn in range(city.limits.num_rounds):
        near = abs(total(city.best, cost.level)) * city.limits.near
        if total(city.best, cost.level) - found.bound <= near:
            return found
        mixed = mix(city.master, points, found.row_price, reach)
        if mixed is None:
            return found
        # The mixture is what prices near the known ones have not yet shown to be out of reach.
        promise = mixed.cost / FINENESS - found.bound
        # Half way first: the mixture's own prices go too far as long as it has few points.
        half = [(new + known) // 2 for new, known in zip(mixed.price, found.row_price, strict=True)]
        news = [price for price in (_whole(half), _whole(mixed.price)) if tuple(price) not in asked]
        is_close = promise <= near / 2
        if news and not is_close:
            bounded = _bound(city, cost, points, news[0])
            asked.add(tuple(news[0]))
            gain = bounded.bound - found.bound
            if gain > 0:
                found = bounded
            if gain >= promise / 4:
                reach *= 2
            elif gain <= 0:
                reach = max(LEAST_REACH, reach // 2)
            if (turn + 1) % TURNS:
                continue
        counts = nearest(city, mixed.count)
        is_new = counts is not None and _try(city, cost, earlier, tried, counts)
        if is_close or not news:  # there is nothing more to learn so near
            if reach >= WIDTH * FINENESS and not is_new:
                return found
            reach = min(2 * reach, WIDTH * FINENESS)
    return found


def _try(
    city: City,
    cost: Weighted,
    earlier: list[tuple[int, Level, int]],
    tried: set[bytes],
    counts: IntArray,
) -> bool:
    """Whether the counts are new; if so, what they cost, and whether they are the best so far, is known now."""
    assert city.best is not None
    if counts.tobytes() in tried:
        return False
    tried.add(counts.tobytes())
    reached = _with_counts(city, cost, counts)
    # Level by level: what was not proven of an earlier one may yet become better.
    ranked = [*(before for _, before, _ in earlier), cost.level]
    is_better = [total(reached, each) for each in ranked] < [total(city.best, each) for each in ranked]
    if np.array_equal(reached.count, counts) and is_better:
        city.best = reached
    return True


def _expected(city: City, cost: Weighted) -> tuple[list[int], IntArray | None]:
    """(row of the master,) prices from a guess that knows the values of the levels before; counts that fit them."""
    ways = city.ways
    way_cost = cost.option_cost[ways.option] + cost.cell_cost[ways.cell]
    place, inside, low, high, signs = [], [], [], [], []
    for r, row in enumerate(city.master.model.rows):
        atoms = _atoms_of(city, row)
        if row.kind in ("at_most", "at_least", "value") and atoms is not None:
            sign = row.coefficients[0]
            place.append(r)
            inside.append(atoms)
            signs.append(sign)
            bounds = (row.low, row.high) if sign > 0 else (-row.high, -row.low)
            low.append(max(bounds[0], 0))
            high.append(min(bounds[1], UNBOUNDED))
    largest = int(np.abs(way_cost).max(initial=1))
    guessed = guess(ways, way_cost, inside, low, high, largest, PASSES)
    price = [0] * len(city.master.model.rows)
    for r, sign, toll in zip(place, signs, guessed.of_set.tolist(), strict=True):
        price[r] = -sign * round(toll) * PRICE_SCALE
    _leave_out(city, way_cost, guessed)
    return price, nearest(city, np.round(guessed.count).astype(np.int64))


def _atoms_of(city: City, row: Row) -> IntArray | None:
    """The atoms that a row adds up, all with the coefficient 1 or all with -1; None if it is another kind of row."""
    if len(set(row.coefficients)) != 1 or abs(row.coefficients[0]) != 1:
        return None
    if all(v < city.ways.num_atoms for v in row.variables):
        return np.array(row.variables, dtype=np.int64)
    return city.master.inside.get(row.variables[0]) if len(row.variables) == 1 else None


def _leave_out(city: City, way_cost: IntArray, guessed: Guess) -> None:
    """Leave options out of the flows that are too dear at these prices; a flow says if it misses one."""
    ways = city.ways
    reduced = way_cost + guessed.of_cell[ways.cell] + guessed.of_atom[ways.atom]
    applicant = city.problem.options.applicant[ways.option]
    cheapest = np.zeros(city.problem.num_applicants)
    np.minimum.at(cheapest, applicant, reduced)
    city.usable[:] = False
    city.usable[ways.option[reduced <= cheapest[applicant] + WIDTH * FINENESS]] = True


def _bound(city: City, cost: Weighted, points: list[Point], row_price: list[int]) -> Bounded:
    """One flow at the prices of the rows: a bound, and a point."""
    whole = _whole(row_price)
    _, of_atom, worth = city.master.atom_prices(whole)
    flow = _flow(city, cost, points, of_atom // PRICE_SCALE)
    least = flow.cut.constant + worth // PRICE_SCALE - cost.offset
    return Bounded(-(-least // FINENESS), whole, flow.cut.of_cell)


def _whole(row_price: list[int]) -> list[int]:
    """The prices rounded to what a flow can have."""
    return [round(y / PRICE_SCALE) * PRICE_SCALE for y in row_price]


def _flow(city: City, cost: Weighted, points: list[Point], of_atom: IntArray) -> Evaluated:
    flow = evaluate(city.problem, city.ways, cost.option_cost, cost.cell_cost, city.usable, of_atom=of_atom)
    city.usable |= flow.missed
    points.append(Point(flow.count, cost.of(flow)))
    return flow


def _with_counts(city: City, cost: Weighted, counts: IntArray) -> Evaluated:
    largest = int(np.abs(cost.option_cost).max(initial=1) + np.abs(cost.cell_cost).max(initial=0))
    flow = evaluate(
        city.problem,
        city.ways,
        cost.option_cost,
        cost.cell_cost,
        city.usable,
        most=counts,
        reward=STEEPNESS * largest,
    )
    city.usable |= flow.missed
    return flow


def nearest(city: City, centre: IntArray, target: Expression | None = None, ceiling: int = 0) -> IntArray | None:
    """The counts nearest to some others, of all that keep the constraints as far as is known.

    Args:
        target, ceiling: if given, the target may not be above the ceiling.
    """
    known = city.master.model
    model = LinearModel(known.names.copy(), known.low.copy(), known.high.copy(), known.rows.copy())
    if target is not None:
        terms = zip(target.variables, target.coefficients, strict=True)
        model.row("ceiling", "", terms, high=ceiling - target.constant)
    distances = []
    for a, count in enumerate(centre.tolist()):
        distances.append(model.variable(f"distance {a}", 0, model.high[a]))
        model.row("distance", a, [(distances[-1], 1), (a, -1)], low=-count)
        model.row("distance", a, [(distances[-1], 1), (a, 1)], low=count)
    limits = replace(city.limits, deterministic_time=city.limits.for_counts)
    found = minimise(model, Expression(tuple(distances), (1,) * len(distances)), limits)
    return None if found.solution is None else np.array(found.solution[: city.ways.num_atoms], dtype=np.int64)
