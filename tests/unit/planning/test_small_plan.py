"""A plan of two schools is solved, checked and explained; what cannot be is told with its reason."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from ortools.sat.python import cp_model

from allocator.planning.account import Account
from allocator.planning.check import breaches, comparisons
from allocator.planning.constraints import add_all
from allocator.planning.model import PlanModel
from allocator.planning.plan import Plan
from allocator.planning.settings import Track
from allocator.planning.sharing import shared_among_schools
from allocator.planning.solution import Decisions, Infeasible, Solved, Stopped
from allocator.planning.solve import solve
from allocator.planning.solver import deterministic_solver
from allocator.planning.variables import SIZES, Size
from tests.unit.planning.small_plan import PLAN, TABLES, small_plan


def solved(plan: Plan) -> Solved:
    found = solve(plan)
    assert isinstance(found, Solved)
    return found


def test_the_small_plan_is_solved_to_proof_and_keeps_every_rule(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    found = solved(plan)
    assert found.is_reached(plan)
    assert all(step.bound == step.value for step in found.steps)
    assert breaches(Account(plan, found.decisions), found) == []


def test_students_of_the_small_plan_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    account = Account(plan, solved(plan).decisions)
    # Of the 40 vocational students who entered in 2025 half go on; of those admitted in 2026 half again.
    assert account.students("vocational", 2026) == account.admitted("vocational", 2026) + 20
    assert account.students("vocational", 2027) * 2 == 2 * account.admitted("vocational", 2027) + account.admitted(
        "vocational", 2026
    )
    assert account.students("general", 2026) == account.admitted("general", 2026) + 105
    # 330 students with 10 adult learners: unmet is 0, and nobody is admitted above what is needed.
    assert 330 <= account.counted_students(2027) < 331


def test_the_model_and_the_check_have_the_same_rules(tmp_path: Path) -> None:
    plan = small_plan(tmp_path, projects=TABLES["projects.csv"].replace("2026,1,\n", "2026,1,yes\n"))
    model = PlanModel(plan)
    add_all(model)
    checked = {c.rule for c in comparisons(Account(plan, solved(plan).decisions))}
    given = {"rooms", "class_sizes", "graduates", "projects"}
    assert {rule for rule in checked if rule.family not in given} == set(model.rules)
    names = {constraint.name for constraint in model.cp.proto.constraints}
    assert {rule.text() for rule in checked if rule.family in given} <= names


def changed(decisions: Decisions, what: str) -> Decisions:
    """Decisions with one mistake."""
    classes, students = dict(decisions.classes), dict(decisions.students)
    recruits, residents = dict(decisions.recruits), dict(decisions.residents)
    if what == "one class more than rooms":
        classes["g", 2027, "standard"] += 4
    elif what == "a class too full":
        students["g", 2027, "standard"] = 56 * classes["g", 2027, "standard"]
    elif what == "a large class in the year that they are gone":
        classes["g", 2027, "large"] += 1
        students["g", 2027, "large"] += 56
    elif what == "a project never built":
        return replace(decisions, begun={})
    elif what == "a project before its time":
        return replace(decisions, begun={"p": 2025})
    elif what == "teachers out of nowhere":
        recruits["T", "general", 2026] += 6
    elif what == "residents who do not add up":
        residents["T", "vocational", 2026] -= 1
    elif what == "fewer admissions than the year before":
        students["v", 2027, "standard"] = 20
    return replace(decisions, classes=classes, students=students, recruits=recruits, residents=residents)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("one class more than rooms", "rooms of g in 2027"),
        ("a class too full", "class sizes of the general schools of T in 2027"),
        ("a large class in the year that they are gone", "no classes of 56 students and more from 2027 on"),
        ("a project never built", "rooms of g in 2027"),
        ("a project before its time", "project p begins in 2025"),
        ("teachers out of nowhere", "general teachers recruited in 2026 at most 5"),
        ("residents who do not add up", "vocational admissions in 2026 by area of residence add up"),
        ("fewer admissions than the year before", "admissions in 2027 at least those of the year before"),
    ],
)
def test_the_check_finds_a_mistake_in_the_decisions(what: str, told: str, tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    found = solved(plan)
    wrong = changed(found.decisions, what)
    texts = [breach.text() for breach in breaches(Account(plan, wrong), found)]
    assert any(told in text for text in texts), texts


def test_a_false_value_of_an_objective_is_a_breach(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    found = solved(plan)
    steps = tuple(replace(step, held=step.held - 1) if step.objective == "money" else step for step in found.steps)
    texts = [b.text() for b in breaches(Account(plan, found.decisions), replace(found, steps=steps))]
    assert texts == ["objective money: the solver said 800, found 801"]


def test_the_order_of_the_tables_rows_does_not_change_what_is_reached(tmp_path: Path) -> None:
    backwards = {}
    for name, text in TABLES.items():
        header, *lines = text.splitlines(keepends=True)
        backwards[name.removesuffix(".csv")] = "".join([header, *reversed(lines)])
    assert backwards["schools"] != TABLES["schools.csv"]
    forth, back = solved(small_plan(tmp_path / "forth")), solved(small_plan(tmp_path / "back", None, **backwards))
    assert [(step.objective, step.value) for step in forth.steps] == [
        (step.objective, step.value) for step in back.steps
    ]


def test_conflicting_rules_are_named_and_none_of_them_can_be_left_out(tmp_path: Path) -> None:
    plan = small_plan(tmp_path, {"limits.money.total": "0", "limits.served": {"2026": "0.9"}})
    found = solve(plan)
    assert isinstance(found, Infeasible)
    assert found.is_smallest
    assert {rule.text() for rule in found.conflict} >= {
        "money in all years at most 0 (10,000 yuan)",
        "T in 2026: at least 0.9 of the graduates are admitted",
    }
    for left_out in found.conflict:
        others = PlanModel(plan, only=[rule for rule in found.conflict if rule != left_out])
        add_all(others)
        assert is_feasible(others), left_out.text()


def is_feasible(model: PlanModel) -> bool:
    return deterministic_solver(model.plan, 10).solve(model.cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def test_a_plan_is_the_same_every_time(tmp_path: Path) -> None:
    assert solve(small_plan(tmp_path / "a")) == solve(small_plan(tmp_path / "b"))


def test_objectives_in_another_order_give_another_plan(tmp_path: Path) -> None:
    plan = PLAN.replace("  - money\n", "").replace("objectives:\n", "objectives:\n  - money\n")
    cheap = solved(small_plan(tmp_path, plan=plan))
    assert cheap.decisions.begun == {}
    assert next(step.value for step in cheap.steps if step.objective == "unmet_enrolment") > 0


def test_a_project_that_is_ready_too_late_cannot_be_built(tmp_path: Path) -> None:
    late = TABLES["projects.csv"].replace("2026,1,\n", "2027,1,\n")
    assert solved(small_plan(tmp_path, projects=late)).decisions.begun == {}


def test_no_work_at_all_is_stopped_and_neither_solved_nor_infeasible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = small_plan(tmp_path)
    no_work = partial(deterministic_solver, plan, 0)
    monkeypatch.setattr("allocator.planning.solve.deterministic_solver", lambda plan, work, gap: no_work(gap))
    assert isinstance(solve(plan), Stopped)


def test_a_plan_without_projects_and_limits_is_solved(tmp_path: Path) -> None:
    begin, end = PLAN.index("limits:"), PLAN.index("targets:")
    no_projects = TABLES["projects.csv"].splitlines(keepends=True)[0]
    plan = small_plan(tmp_path, plan=PLAN[:begin] + PLAN[end:], projects=no_projects)
    found = solved(plan)
    assert found.is_reached(plan)
    assert breaches(Account(plan, found.decisions), found) == []
    assert next(step.value for step in found.steps if step.objective == "money") == 0


def test_a_required_project_is_built_even_where_nothing_asks_for_it(tmp_path: Path) -> None:
    required = TABLES["projects.csv"].replace("2026,1,\n", "2026,1,yes\n")
    cheap = PLAN.replace("students: 330", "students: 100")
    assert solved(small_plan(tmp_path / "free", plan=cheap)).decisions.begun == {}
    assert solved(small_plan(tmp_path / "required", plan=cheap, projects=required)).decisions.begun == {"p": 2026}


def test_students_are_shared_as_evenly_as_whole_numbers_allow(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    classes = {(school, year, size): 0 for school in ("g", "v") for year in plan.years for size in SIZES}
    classes |= {("g", 2026, "standard"): 3}
    students: dict[tuple[str, Track, int, Size], int] = {("T", "general", 2026, "standard"): 152}
    assert shared_among_schools(plan, classes, students)["g", 2026, "standard"] == 152
    schools = TABLES["schools.csv"].replace("v,Vocational,T,vocational", "v,Second,T,general")
    classes |= {("v", 2026, "standard"): 2}
    two = small_plan(tmp_path / "two", schools=schools)
    shared = shared_among_schools(two, classes, students)
    # 152 = 5 · 30 + 2: two classes have 31, both at the first school.
    assert (shared["g", 2026, "standard"], shared["v", 2026, "standard"]) == (92, 60)
