"""Why no assignment exists: a smallest set of rules that cannot be kept together, in the scenario's own words (R10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from allocator.optimise.assignment.problem import UNBOUNDED, Problem

MOST_SUBSETS = 2_000  # tried for a smaller conflict; beyond, the one in hand is only known to have no rule to spare


@dataclass(frozen=True)
class Rule:
    """One rule that can be dropped: one side of a cap, or the guideline in one scope."""

    words: str
    bound: int | None  # position among the bounds; None for the guideline
    side: str  # at_least, at_most, or guideline
    scope: int = 0


def rules(problem: Problem) -> tuple[Rule, ...]:
    """The rules of a problem that can conflict. Seats, lists and least sizes cannot: nobody admitted keeps them."""
    found = []
    for b, bound in enumerate(problem.bounds):
        if bound.at_least > 0:
            found.append(Rule(f"{bound.name} at least {bound.at_least + bound.earlier}", b, "at_least"))
        if bound.at_most < UNBOUNDED - bound.earlier:
            found.append(Rule(f"{bound.name} at most {bound.at_most + bound.earlier}", b, "at_most"))
    guideline = problem.guideline
    if guideline is not None and guideline.is_constraint:
        limit = guideline.share + guideline.tolerance
        words = f"guideline at most {Decimal(limit.numerator) / Decimal(limit.denominator)}"
        for s, name in enumerate(guideline.scope_names):
            found.append(Rule(words + (f" in {name}" if name else ""), None, "guideline", s))
    return tuple(found)


def with_rules(problem: Problem, kept: Iterable[Rule]) -> Problem:
    """The problem with these of its rules alone."""
    sides = {(rule.bound, rule.side) for rule in kept if rule.bound is not None}
    scopes = {rule.scope for rule in kept if rule.bound is None}
    bounds = tuple(
        replace(
            bound,
            at_least=bound.at_least if (b, "at_least") in sides else 0,
            at_most=bound.at_most if (b, "at_most") in sides else UNBOUNDED,
        )
        for b, bound in enumerate(problem.bounds)
    )
    guideline = problem.guideline
    if guideline is not None and guideline.is_constraint:
        general = guideline.earlier_general.copy()
        for s in range(len(general)):
            if s not in scopes:
                general[s] = -problem.num_applicants  # then no admissions here exceed any share
        guideline = replace(guideline, earlier_general=general, is_constraint=bool(scopes))
    return replace(problem, bounds=bounds, guideline=guideline, ladder=("score",))


def conflict(problem: Problem, feasible: Callable[[Problem], bool]) -> tuple[str, ...]:
    """The fewest rules that no assignment keeps together; of equally few, the first in the order of the scenario.

    Args:
        feasible: whether a problem has any assignment; asked with fewer and fewer of the rules.
    """
    everything = rules(problem)
    kept: list[frozenset[Rule]] = []  # sets of rules that can be kept together, and so can their subsets

    def can_be_kept(subset: Sequence[Rule]) -> bool:
        wanted = frozenset(subset)
        if any(wanted <= known for known in kept):
            return True
        possible = feasible(with_rules(problem, subset))
        if possible:
            kept.append(wanted)
        return possible

    # Drop one rule after the other as long as the rest still conflicts: no rule of what remains can be spared.
    minimal = list(everything)
    for rule in everything:
        rest = [other for other in minimal if other is not rule]
        if not can_be_kept(rest):
            minimal = rest
    tried = 0
    for size in range(1, len(minimal) + 1):
        for subset in combinations(everything, size):
            tried += 1
            if tried > MOST_SUBSETS:
                return tuple(rule.words for rule in minimal)
            # Upper bounds alone are kept by admitting nobody, unless one is below 0.
            if size > 1 and all(rule.side == "at_most" for rule in subset):
                continue
            if not can_be_kept(subset):
                return tuple(rule.words for rule in subset)
    return tuple(rule.words for rule in minimal)
