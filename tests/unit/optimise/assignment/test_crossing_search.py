"""The search on a model with which OR-Tools 9.15, left to its own settings, ends the whole process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from allocator.optimise.assignment.crossing.linear_model import Expression, LinearModel
from allocator.optimise.assignment.crossing.optimum import Limits
from allocator.optimise.assignment.crossing.search import minimise

ROOT = Path(__file__).parents[4]
ASK = "from tests.unit.optimise.assignment.test_crossing_search import least; print(least())"


def least() -> int:
    """Three applicants with four options, two counts, and how far a guideline is missed, which may not be at all."""
    model = LinearModel()
    a, b, c, d = (model.variable(f"option {o}", 0, 1) for o in range(4))
    entry = model.variable("entry", 0, 3)
    general = model.variable("general", 0, 1)
    everybody = model.variable("everybody", 0, 4)
    excess = model.variable("excess", 0, 40)
    model.row("applicant", 0, [(a, 1)], high=1)
    model.row("applicant", 1, [(b, 1), (c, 1)], high=1)
    model.row("applicant", 2, [(d, 1)], high=1)
    model.row("cell", 0, [(c, 1)], high=1)
    model.row("cell", 1, [(a, 1), (b, 1), (d, 1)], high=1)
    model.row("entry", 0, [(a, 1), (b, 1), (d, 1), (entry, -1)], 0, 0)
    model.row("cell", 2, [(entry, 1)], high=4)
    model.row("cell", 3, [], high=0)
    model.row("count", 0, [(c, 1), (general, -1)], 0, 0)
    model.row("count", 1, [(a, 1), (b, 1), (c, 1), (d, 1), (everybody, -1)], 0, 0)
    model.row("term", 0, [(excess, 1)], low=0)
    model.row("term", 1, [(excess, 1), (general, -40), (everybody, 17)], low=0)
    model.row("term", 2, [(excess, 1), (general, 40), (everybody, -7)], low=0)
    model.row("value", 0, [(excess, 1)], high=0)
    placed = Expression((a, b, c, d), (-1, -1, -1, -1))
    return minimise(model, placed, Limits(), hint=[0] * 8, at_least=-1).value


def test_a_model_that_presolve_stumbles_over_is_solved() -> None:
    # In a process of its own: a failed check inside OR-Tools cannot be caught.
    child = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr[-2000:]
    assert child.stdout.split() == ["0"]
