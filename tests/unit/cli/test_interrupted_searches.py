"""Ctrl-C in the middle of a search: it ends at once, with 130, and what was found so far is no result."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ortools.sat.python import cp_model

from tests.unit.cli.console import EXAMPLE, call_on_a_terminal, environment
from tests.unit.cli.test_optimal_runs import crossing
from tests.unit.planning.small_plan import write_small_plan

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and terminals as on Linux and macOS")

PROGRAM = """
import importlib, sys
from allocator.cli.main import main
from allocator.optimise.interruptible import searched
from tests.unit.cli.test_interrupted_searches import long_search
def long(solver, model):
    print("searching", flush=True)
    return searched(solver, long_search())
importlib.import_module(sys.argv.pop(1)).searched = long
main()
"""
ROOT = Path(__file__).parents[3]


def long_search() -> cp_model.CpModel:
    """The most points of a random graph of which no two are joined: some solution at once, the proof never."""
    rng, model = random.Random(2026), cp_model.CpModel()
    points = [model.new_bool_var("") for _ in range(150)]
    for i, one in enumerate(points):
        for other in points[:i]:
            if rng.random() < 0.08:
                model.add(one + other <= 1)
    model.maximize(sum(points))
    return model


@pytest.mark.parametrize("command", ["run", "plan"])
def test_ctrl_c_ends_a_search_at_once_and_nothing_is_written(command: str, tmp_path: Path) -> None:
    if command == "run":
        module, source = "allocator.optimise.assignment.crossing.search", crossing(tmp_path / "source")
    else:
        module, source = "allocator.planning.solve", write_small_plan(tmp_path / "source")
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, module, command, str(source), "-o", str(tmp_path / "result")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
        cwd=ROOT,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "searching\n"
    time.sleep(0.5)
    began = time.perf_counter()
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert time.perf_counter() - began < 5  # the search would take more than a minute
    assert (child.returncode, out) == (130, "")
    assert err.strip() == "Interrupted; nothing was written."
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_plan_shows_its_progress_on_a_terminal(tmp_path: Path) -> None:
    said = call_on_a_terminal("plan", write_small_plan(tmp_path / "plan"), "-o", tmp_path / "result")
    assert said.code == 0
    assert "as little as can be" in said.err
    assert "as little as can be" not in said.out


@pytest.mark.parametrize("command", [("expand", "--classes", "1"), ("worth",), ("fairness",)], ids=" ".join)
def test_what_takes_long_shows_its_progress_on_a_terminal(command: tuple[str, ...]) -> None:
    said = call_on_a_terminal(*command, EXAMPLE)
    assert said.code == 0
    assert "reading and checking" in said.err
    assert "reading and checking" not in said.out
