"""The command, called in this process, and a result of the example to work on."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import allocator
from tests.unit.cli.console import EXAMPLE, Call, call_here


@pytest.fixture(autouse=True)
def _ctrl_c() -> Iterator[None]:
    """A command that writes turns Ctrl-C off for the rest of its process, which here is the whole test run."""
    before = signal.getsignal(signal.SIGINT)
    # Where the test run itself is deaf to Ctrl-C, in the background of a script, its children would be too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    return call_here(capsys, monkeypatch)


@pytest.fixture(scope="session")
def example_outcome() -> allocator.Outcome:
    outcome = allocator.run(allocator.load(EXAMPLE))
    assert isinstance(outcome, allocator.Outcome)
    return outcome


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example, to change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


@pytest.fixture
def results(tmp_path: Path, example_outcome: allocator.Outcome) -> Path:
    example_outcome.write(tmp_path / "results")
    return tmp_path / "results"
