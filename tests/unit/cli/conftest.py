"""The command, called in this process, and a result of the example to work on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import allocator
from tests.unit.cli.console import EXAMPLE, Call, call_here


@pytest.fixture()
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    return call_here(capsys, monkeypatch)


@pytest.fixture(scope="session")
def example_outcome() -> allocator.Outcome:
    return allocator.run(allocator.load(EXAMPLE))


@pytest.fixture()
def example(tmp_path: Path) -> Path:
    """A copy of the example, to change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


@pytest.fixture()
def results(tmp_path: Path, example_outcome: allocator.Outcome) -> Path:
    example_outcome.write(tmp_path / "results")
    return tmp_path / "results"
