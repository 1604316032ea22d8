"""Every constraint and every objective of an optimal batch has a golden model: what it adds, as lines of text.

A mismatch writes a ``.new`` file beside the golden one; to accept it is a human's act.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import allocator.optimise.assignment.crossing.constraints as constraints
import allocator.optimise.assignment.objectives as objectives
from allocator.optimise.assignment.crossing.admissions import admissions
from allocator.optimise.assignment.crossing.constraints import CONSTRAINTS
from allocator.optimise.assignment.crossing.linear_model import LinearModel
from allocator.optimise.assignment.crossing.objective import objective
from allocator.optimise.assignment.objectives import OBJECTIVES
from tests.unit.optimise.assignment.small_crossing import everything

GOLDEN = Path(__file__).parent / "models"


def compare(name: str, found: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if not path.is_file() or path.read_text(encoding="utf-8") != found:
        new = path.with_suffix(".txt.new")
        new.write_text(found, encoding="utf-8")
        pytest.fail(f"the model of {name} is not its golden one; see {new}")
    assert found.strip(), "a golden model says something"


def added(model: LinearModel, before: str) -> str:
    """The lines that came to a model since."""
    known = set(before.splitlines())
    return "".join(f"{line}\n" for line in model.text().splitlines() if line not in known)


def test_the_seats_have_their_golden_model() -> None:
    compare("seats", admissions(everything("placed")).model.text())


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_constraint_adds_its_golden_model(name: str) -> None:
    model = admissions(everything("placed"))
    before = model.model.text()
    CONSTRAINTS[name](model)
    compare(f"constraint_{name}", added(model.model, before))


@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_objective_has_its_golden_model(name: str) -> None:
    problem = everything(name)
    model = admissions(problem)
    before = model.model.text()
    lines = []
    for place, level in enumerate(OBJECTIVES[name](problem)):
        total = objective(model, level, place)
        parts = [f"{c:+d} {model.model.names[v]}" for v, c in zip(total.variables, total.coefficients, strict=True)]
        lines.append(f"minimise {' '.join(parts) or '0'}\n")
    compare(f"objective_{name}", "".join(lines) + added(model.model, before))


def test_every_file_is_registered_and_has_a_golden_model() -> None:
    for package, registered in ((constraints, CONSTRAINTS), (objectives, OBJECTIVES)):
        folder = Path(str(package.__file__)).parent
        assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(registered)
    wanted = {"seats.txt"}
    wanted |= {f"constraint_{name}.txt" for name in CONSTRAINTS} | {f"objective_{name}.txt" for name in OBJECTIVES}
    assert {path.name for path in GOLDEN.glob("*.txt")} == wanted
