"""Where to add classes so that most applicants get a better choice (capacity planning in stable matching).

The problem is hard in general (Bobbio, Carvalho, Lodi, Rios and Torrico): one class can be worth nothing by itself and
much beside another. So the answer is the best that was found, with a bound on what any plan could do; where the search
came to its end, it is the best there is.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from allocator.capacity.base import Base, Figures, base_of, figures, is_followed
from allocator.capacity.class_limits import ClassLimits
from allocator.capacity.class_sizes import class_sizes
from allocator.capacity.relaxed_bound import most_improved
from allocator.capacity.search import Limits, Plan, search
from allocator.capacity.seat_market import cell_offsets, seat_market
from allocator.capacity.trial import FollowedTrial, RepeatedTrial, Site, Trial
from allocator.capacity.worth import targets_of
from allocator.errors import UsageError
from allocator.outcome.decimals import decimal_text
from allocator.scenario.scenario import Scenario
from allocator.scenario.settings import OPEN

EFFORT = 20_000  # classes tried in each part of the search
EFFORT_OF_A_RUN = 20  # a run from scratch takes as long as about so many classes followed


@dataclass(frozen=True)
class Added:
    """Classes for one programme."""

    programme_id: str
    batch: str
    classes: int
    seats: int
    cost: int  # of all of them, at the limits' scale


@dataclass(frozen=True)
class Expansion:
    """A plan, what it does, and how good it is."""

    base: Figures
    added: tuple[Added, ...]  # in the order of the programmes table
    effect: Figures
    spent: int  # classes, or costs at the limits' scale
    bound: int  # no plan improves more applicants
    proven: bool  # the plan is the best of all, in the whole order
    followed: bool
    num_assumed_sizes: int
    has_costs: bool  # a budget was given, and not a number of classes
    scale: int  # decimal places of costs

    @property
    def after(self) -> Figures:
        """The counts of the outcome with the classes; improved against the base."""
        pairs = zip(astuple(self.base), astuple(self.effect), strict=True)
        return Figures(*(before + more for before, more in pairs))

    def cost_text(self, cost: int) -> str:
        return decimal_text(cost, self.scale)

    @property
    def gap(self) -> int:
        """How many more applicants a better plan could improve, as far as is known."""
        return self.bound - self.effect.improved


def expand(
    scenario: Scenario, limits: ClassLimits, *, pool: str = OPEN, batch: str | None = None, effort: int = EFFORT
) -> Expansion:
    """Where to add classes: most improved, then most placed, best mean choice, least cost, first programmes.

    Improved is who gets a better choice than without any class more, an earlier batch, or a place at all. The seats of
    a class go to one pool, in the given batch or in the programme's first one that has it.

    Raises:
        InputError: if the scenario cannot be run, or no programme has such a pool.
    """
    sizes = class_sizes(scenario)
    base = base_of(scenario)
    followed = is_followed(base)
    sites = _sites(scenario, base, limits, sizes.size.tolist(), pool, batch)
    shared = Limits(limits.budget, limits.school_at_most.tolist())
    found = figures(base.market, base.solution)
    trial: Trial
    if followed:
        trial = FollowedTrial(seat_market(base.market, base.solution, base.blocked))
        plan = search(trial, sites, shared, effort, monotone=True)
        bound = most_improved(base, trial, sites, shared)
        if plan.most_improved is not None:
            bound = min(bound, plan.most_improved)
    else:
        trial = RepeatedTrial(base)
        plan = search(trial, sites, shared, effort // EFFORT_OF_A_RUN, monotone=False)
        bound = _not_best_of_all(base) if plan.most_improved is None else plan.most_improved
    return _expansion(scenario, limits, sites, plan, trial, found, bound, followed, sizes.num_assumed)


def _not_best_of_all(base: Base) -> int:
    """The applicants who do not have their first choice in the first batch: nobody else can improve."""
    first = base.solution.batches[0]
    numbers = first.batch.choice_number[first.held_choice[first.held_choice >= 0]]
    return base.market.num_applicants - int((numbers == 1).sum())


def _sites(
    scenario: Scenario, base: Base, limits: ClassLimits, sizes: list[int], pool: str, batch: str | None
) -> list[Site]:
    """The pool of every programme that may have a class more."""
    names = [rule.name for rule in scenario.settings.batches]
    if batch is not None and batch not in names:
        raise UsageError('no batch is called "{found}"; the scenario has {known}', found=batch, known=", ".join(names))
    first_cell = cell_offsets(base.market)
    found: dict[int, Site] = {}
    for target in targets_of(scenario, base):
        p = target.programme
        if target.pool != pool or target.feeder_school >= 0 or p in found:
            continue
        if batch is not None and names[target.batch] != batch:
            continue
        found[p] = Site(
            programme=p,
            batch=target.batch,
            cell=target.cell,
            flat_cell=int(first_cell[target.batch]) + target.cell,
            size=sizes[p],
            cost=int(limits.cost[p]),
            at_most=min(
                int(limits.at_most[p]),
                limits.budget // int(limits.cost[p]),
                -(-base.market.num_applicants // sizes[p]),  # more seats than applicants are worth nothing
            ),
            school=int(limits.school[p]),
        )
    if not found:
        raise UsageError(
            'no programme has the pool "{pool}" with seats of its own, in a batch that can be enlarged', pool=pool
        )
    return [found[p] for p in sorted(found) if found[p].at_most]


def _expansion(
    scenario: Scenario,
    limits: ClassLimits,
    sites: list[Site],
    plan: Plan,
    trial: Trial,
    found: Figures,
    bound: int,
    followed: bool,
    num_assumed: int,
) -> Expansion:
    chosen = [(site, count) for site, count in zip(sites, plan.counts, strict=True) if count]
    for site, count in chosen:
        trial.add(site, count)
    added = tuple(
        Added(
            scenario.cohort.programmes.ids[site.programme],
            scenario.settings.batches[site.batch].name,
            count,
            count * site.size,
            count * site.cost,
        )
        for site, count in chosen
    )
    return Expansion(
        base=found,
        added=added,
        effect=trial.effect(),
        spent=sum(a.cost for a in added),
        bound=bound,
        proven=plan.proven,
        followed=followed,
        num_assumed_sizes=num_assumed,
        has_costs=limits.has_costs,
        scale=limits.scale,
    )
