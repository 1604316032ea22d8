"""The search for a plan, with effects that are made up."""

from __future__ import annotations

from collections.abc import Callable

from allocator.capacity.base import Figures
from allocator.capacity.search import Limits, search
from allocator.capacity.trial import Site

Effect = Callable[[str], Figures]  # of the programmes with a class more, each by its letter, in order


class MadeUpTrial:
    """Effects by rule."""

    def __init__(self, effect: Effect) -> None:
        self.num_added = 0
        self._effect = effect
        self._added: list[str] = []

    def add(self, site: Site, num_classes: int = 1) -> None:
        self.num_added += num_classes
        self._added.append("ABCDEF"[site.programme] * num_classes)

    def take(self) -> None:
        self._added.pop()

    def effect(self) -> Figures:
        return self._effect("".join(sorted("".join(self._added))))


def sites(at_most: int) -> list[Site]:
    return [Site(programme, 0, programme, programme, 50, 1, at_most, -1) for programme in range(6)]


def figures(improved: int, choice_sum: int = 0) -> Figures:
    return Figures(placed=0, first_choices=0, choice_sum=choice_sum, general=0, improved=improved)


def test_two_classes_that_help_only_together_are_found() -> None:
    def together(added: str) -> Figures:
        return figures(10 * ("C" in added and "D" in added) + 3 * ("A" in added) + 2 * ("B" in added))

    found = search(MadeUpTrial(together), sites(2), Limits(2, []), 1000, monotone=True)
    assert (found.counts, found.proven, found.most_improved) == ((0, 0, 1, 1, 0, 0), True, 10)


def test_a_plan_that_is_better_in_the_mean_choice_alone_is_found() -> None:
    sums = {"": 0, "A": -1, "CD": -10}

    def somebody(added: str) -> Figures:
        return figures(int(added != ""), sums.get(added, 0))

    found = search(MadeUpTrial(somebody), sites(2), Limits(2, []), 1000, monotone=True)
    assert (found.counts, found.proven) == ((0, 0, 1, 1, 0, 0), True)


def test_of_equal_plans_the_cheapest_and_then_the_first_in_programme_order_is_taken() -> None:
    found = search(MadeUpTrial(lambda added: figures(7 if added else 0)), sites(1), Limits(3, []), 1000, monotone=True)
    assert found.counts == (1, 0, 0, 0, 0, 0)
    bound_to_lose = search(
        MadeUpTrial(lambda added: figures(7 * ("E" in added or "F" in added))),
        sites(1),
        Limits(3, []),
        9,
        monotone=True,
    )
    assert bound_to_lose.counts == (0, 0, 0, 0, 1, 0)


def test_where_nothing_bounds_the_effects_only_all_plans_prove_one() -> None:
    trial = MadeUpTrial(lambda added: figures(len(set(added))))
    all_plans = search(trial, sites(1), Limits(2, []), 1000, monotone=False)
    assert (all_plans.counts, all_plans.proven, all_plans.most_improved) == ((1, 1, 0, 0, 0, 0), True, 2)
    too_many = search(trial, sites(1), Limits(2, []), 1, monotone=False)
    assert (too_many.proven, too_many.most_improved) == (False, None)
    assert trial.effect() == figures(0), "everything was taken back"


def test_a_search_over_more_programmes_than_calls_can_be_nested_goes_to_its_end() -> None:
    many = [Site(0, 0, at, at, 50, 1, 1, -1) for at in range(1_200)]
    found = search(MadeUpTrial(lambda added: figures(len(added))), many, Limits(1, []), 20_000, monotone=True)
    assert (sum(found.counts), found.counts[0], found.proven) == (1, 1, True)
