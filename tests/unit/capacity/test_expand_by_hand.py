"""Where classes go in a town that can be followed by hand, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import allocator
from allocator.capacity.class_limits import class_limits
from allocator.capacity.expand import Expansion, expand
from allocator.errors import InputError, UsageError
from tests.unit.capacity.small_town import SCENARIO, write_town

COSTS = "programme_id,cost,at_most\nA,10,\nB,4.5,\nC,4,\n"


def plan(folder: Path, table: str = "", *, classes: int | None = None, budget: str | None = None) -> Expansion:
    scenario = allocator.load(write_town(folder))
    money = None if budget is None else Decimal(budget)
    rows = (table.encode(), "limits.csv") if table else None
    return expand(scenario, class_limits(scenario, classes=classes, budget=money, limits=rows))


def classes(found: Expansion) -> dict[str, int]:
    return {added.programme_id: added.classes for added in found.added}


def test_classes_go_where_most_improve(tmp_path: Path) -> None:
    one = plan(tmp_path, classes=1)  # at A: a2, a3, a4 and a5; at B: a3, a4 and a5; at C: a4 and a5
    assert classes(one) == {"A": 1}
    assert (one.effect.improved, one.effect.placed, one.effect.first_choices) == (4, 2, 4)
    assert (one.after.placed, one.after.choice_sum) == (5, 5)
    assert (one.proven, one.gap) == (True, 0)
    two = plan(tmp_path, classes=2)
    assert classes(two) == {"A": 2}  # and a6, whom nothing but A helps
    assert two.effect.improved == 5


def test_a_class_that_improves_nobody_is_not_added(tmp_path: Path) -> None:
    found = plan(tmp_path, classes=9)
    assert classes(found) == {"A": 2}
    assert found.spent == 2


def test_a_budget_buys_what_it_can(tmp_path: Path) -> None:
    found = plan(tmp_path, COSTS, budget="9.5")  # no class at A; one at C would add nobody to the one at B
    assert classes(found) == {"B": 1}
    assert (found.cost_text(found.spent), found.effect.improved) == ("4.5", 3)
    assert classes(plan(tmp_path, COSTS, budget="10")) == {"A": 1}


def test_a_budget_below_the_cheapest_class_adds_no_class(tmp_path: Path) -> None:
    found = plan(tmp_path, COSTS, budget="3.99")
    assert (found.added, found.spent, found.effect.improved, found.bound, found.proven) == ((), 0, 0, 0, True)


def test_limits_of_programmes_and_of_schools_hold(tmp_path: Path) -> None:
    assert classes(plan(tmp_path, "programme_id,at_most\nA,1\n", classes=2)) == {"A": 1}
    school = plan(tmp_path, "school_id,at_most\nS1,1\n", classes=3)
    assert classes(school) == {"A": 1}
    closed = plan(tmp_path, "school_id,at_most\nS1,0\n", classes=3)
    assert classes(closed) == {"C": 1}


def test_the_cost_of_a_school_is_that_of_its_programmes_with_none_of_their_own(tmp_path: Path) -> None:
    scenario = allocator.load(write_town(tmp_path))
    table = b"programme_id,school_id,cost\n,S1,7\nB,,4.25\n,S2,3\n"
    limits = class_limits(scenario, budget=Decimal("20.5"), limits=(table, "limits.csv"))
    assert (limits.cost.tolist(), limits.budget, limits.scale) == ([700, 425, 300], 2050, 2)


def test_the_table_of_limits_takes_chinese_headers(tmp_path: Path) -> None:
    scenario = allocator.load(write_town(tmp_path))
    table = "招生单位,每班费用,最多班数\nA,7,1\nB,2,\nC,3,\n".encode("gb18030")
    limits = class_limits(scenario, budget=Decimal(20), limits=(table, "limits.csv"))
    assert limits.cost.tolist() == [7, 2, 3]
    assert limits.at_most.tolist()[0] == 1


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("programme_id,cost\nX,1\n", 'row 2, column programme_id: the programmes table has no programme_id "X"'),
        ("school_id,cost\nS9,1\n", 'row 2, column school_id: the programmes table has no school_id "S9"'),
        ("programme_id,cost\nA,\nA,\n", "row 3, column programme_id.*must be unique"),
        ("programme_id,cost\nA,0\n", "row 2, column cost.*a cost of more than 0"),
        ("programme_id,cost\nA,dear\n", "row 2, column cost.*expected a number"),
        ("programme_id,at_most\nA,1.5\n", "row 2, column at_most.*expected a whole number"),
        ("programme_id,school_id\nA,S1\n", "row 2, column programme_id.*not both"),
        ("cost\n3\n", "no header is programme_id or school_id"),
        ("programme_id,cost,cost\nA,1,1\n", "column cost.*keep one"),
        ("", "the file is empty"),
    ],
)
def test_a_mistake_in_the_limits_is_reported_where_it_is(tmp_path: Path, table: str, found: str) -> None:
    scenario = allocator.load(write_town(tmp_path))
    with pytest.raises(InputError, match=found):
        class_limits(scenario, classes=1, limits=(table.encode(), "limits.csv"))


def test_several_mistakes_in_the_limits_are_reported_together(tmp_path: Path) -> None:
    scenario = allocator.load(write_town(tmp_path))
    table = b"programme_id,cost,at_most\nX,-1,few\n"
    with pytest.raises(InputError) as raised:
        class_limits(scenario, classes=1, limits=(table, "limits.csv"))
    assert raised.value.num_mistakes == 3


def test_what_is_asked_must_make_sense(tmp_path: Path) -> None:
    scenario = allocator.load(write_town(tmp_path))
    with pytest.raises(UsageError, match="either --classes or --budget"):
        class_limits(scenario)
    with pytest.raises(UsageError, match="either --classes or --budget"):
        class_limits(scenario, classes=1, budget=Decimal(1))
    with pytest.raises(UsageError, match="3 programmes have no cost of a class, the first is A"):
        class_limits(scenario, budget=Decimal(1))
    with pytest.raises(UsageError, match="more than 0"):
        class_limits(scenario, budget=Decimal(1), cost=Decimal(0))
    limits = class_limits(scenario, classes=1)
    with pytest.raises(UsageError, match='no batch is called "early"; the scenario has main'):
        expand(scenario, limits, batch="early")
    with pytest.raises(UsageError, match='no programme has the pool "sport"'):
        expand(scenario, limits, pool="sport")


def test_a_run_that_is_repeated_finds_the_same_plan(tmp_path: Path) -> None:
    write_town(tmp_path, scenario=SCENARIO.replace("lottery}}", "admit_all}}"))
    scenario = allocator.load(tmp_path)
    found = expand(scenario, class_limits(scenario, classes=2))
    assert (found.followed, classes(found), found.effect.improved, found.proven) == (False, {"A": 2}, 5, True)


def test_a_search_that_is_cut_short_says_what_is_not_proven(tmp_path: Path) -> None:
    scenario = allocator.load(write_town(tmp_path))
    found = expand(scenario, class_limits(scenario, classes=2), effort=1)
    assert not found.proven
    assert found.bound >= 5, "two classes at A improve five"
    assert found.gap == found.bound - found.effect.improved
