"""The sweeps that come with the project, and the one that the help shows, can be read: every lever is one."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from allocator.cli.sweep import command
from allocator.lab.sweep import Sweep, read_sweep
from tests.unit.cli.console import EXAMPLE, REPOSITORY
from tests.unit.lab.sweeps import OF_THE_EXAMPLE, write_sweep

SCENARIOS = REPOSITORY / "scenarios"
SMALL = "set: {cohort.applicants: 2000}\n"  # who is read as a city of full size takes seconds


def test_the_sweep_of_the_example_can_be_read() -> None:
    sweep = read_sweep(OF_THE_EXAMPLE)
    assert len(sweep.variants) == 80
    assert sweep.settings.repeat
    assert sweep.settings.tornado
    assert sweep.settings.frontier
    assert sweep.settings.find


@pytest.mark.parametrize(
    "path", sorted(SCENARIOS.glob("*/sweeps/*.yaml")), ids=lambda path: path.relative_to(SCENARIOS).as_posix()
)
def test_every_sweep_of_a_city_can_be_read(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    baseline = (path.parent / "../scenario.yaml").resolve()
    assert "baseline: ../scenario.yaml\n" in text
    assert "\nset:" not in text
    here = text.replace("baseline: ../scenario.yaml\n", f"baseline: {baseline.as_posix()}\n{SMALL}")
    assert_every_lever_moves(read_sweep(write_sweep(tmp_path, here)))


def test_the_sweep_in_the_help_can_be_read(tmp_path: Path) -> None:
    assert command.help is not None
    text = textwrap.dedent(command.help.split("\b\n")[1])
    assert "baseline: scenario.yaml " in text
    here = text.replace("baseline: scenario.yaml ", f"baseline: {EXAMPLE.as_posix()} ")
    sweep = read_sweep(write_sweep(tmp_path, here))
    assert_every_lever_moves(sweep)
    assert len(sweep.variants) == 5 * (1 + 5 * 2 + 2)


def assert_every_lever_moves(sweep: Sweep) -> None:
    """Each lever of the points takes a value that the baseline does not have."""
    for path in {path for variant in sweep.variants for path in variant.levers}:
        values = {str(variant.levers[path]) for variant in sweep.variants if path in variant.levers}
        changed = [sweep.scenario.replace({path: value}).effective for value in sorted(values)]
        assert any(effective != sweep.scenario.effective for effective in changed), path
