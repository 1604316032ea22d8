"""Every family of constraints and of objectives has a golden model: what it adds for a plan of two schools, as text.

A mismatch writes a ``.new`` file beside the golden one; to accept it is a human's act.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import allocator.planning.constraints as constraints
import allocator.planning.objectives as objectives
from allocator.planning.constraints import CONSTRAINTS
from allocator.planning.model import PlanModel
from allocator.planning.objectives import OBJECTIVES
from allocator.planning.settings import Objective
from tests.golden.planning.model_text import model_text
from tests.unit.planning.small_plan import PLAN, TABLES, small_plan

GOLDEN = Path(__file__).parent / "models"
REQUIRED = TABLES["projects.csv"].replace("2026,1,\n", "2026,1,yes\n")


def compare(name: str, found: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if not path.is_file() or path.read_text(encoding="utf-8") != found:
        new = path.with_suffix(".txt.new")
        new.parent.mkdir(exist_ok=True)
        new.write_text(found, encoding="utf-8")
        pytest.fail(f"the model of {name} is not its golden one; see {new}")
    assert found.strip(), "a golden model says something"


def files_of(package: ModuleType) -> set[str]:
    folder = Path(str(package.__file__)).parent
    return {path.stem for path in folder.glob("*.py")} - {"__init__"}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_family_adds_its_golden_model(name: str, tmp_path: Path) -> None:
    model = PlanModel(small_plan(tmp_path, plan=PLAN, projects=REQUIRED))
    CONSTRAINTS[name](model)
    compare(f"constraint_{name}", model_text(model.cp))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_family_has_its_golden_model(name: Objective, tmp_path: Path) -> None:
    model = PlanModel(small_plan(tmp_path))
    model.cp.minimize(OBJECTIVES[name](model))
    compare(f"objective_{name}", model_text(model.cp))


def test_every_file_of_a_family_is_registered_and_has_a_golden_model() -> None:
    assert files_of(constraints) == set(CONSTRAINTS)
    assert files_of(objectives) == set(OBJECTIVES)
    wanted = {f"constraint_{name}.txt" for name in CONSTRAINTS} | {f"objective_{name}.txt" for name in OBJECTIVES}
    assert {path.name for path in GOLDEN.glob("*.txt")} == wanted
