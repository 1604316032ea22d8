"""``allocator sweep`` as it is called: text, JSON, files, a stop in the middle, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from allocator.cli import sweep as sweep_command
from allocator.errors import UsageError
from allocator.lab import workers
from allocator.lab.workers import Workers
from tests.unit.lab.sweeps import FILES, content, threads, write_sweep

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command in this process, with workers of this process. Ctrl-C stays as it is for the other tests."""

    @contextmanager
    def in_threads(number: int) -> Iterator[Workers]:
        yield threads(number)

    monkeypatch.setattr(workers, "local_workers", in_threads)
    monkeypatch.setattr(sweep_command, "finish_uninterrupted", lambda: None)
    path = write_sweep(tmp_path)

    def call(*arguments: str | Path, language: str = "en") -> Result:
        words = [str(path), *map(str, arguments), "--lang", language]
        return CliRunner().invoke(sweep_command.command, words, catch_exceptions=False, standalone_mode=False)

    return call


def test_the_command_writes_the_files_and_tells_what_was_found(run: Run, tmp_path: Path) -> None:
    done = run("-o", tmp_path / "out")
    assert done.return_value == 0
    assert content(tmp_path / "out").keys() == FILES
    assert "36 variants; 8 verified by every property" in done.output
    assert "general_share <= 0.55: guideline.general_share from 0.6 to 0.54 gives 0.533333" in done.output
    assert "general_share <= 0.01: none of 2 values" in done.output
    with pytest.raises(UsageError, match="exists"):
        run("-o", tmp_path / "out")
    told = json.loads(run("-o", tmp_path / "out", "--overwrite", "--json", "--workers", "2").output)
    assert told["status"] == {"done": 36}


def test_a_stopped_command_says_where_it_goes_on(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def stopping(translate: object) -> Iterator[Callable[[int, int], None]]:
        def progress(done: int, total: int) -> None:
            if done == 5:
                raise KeyboardInterrupt

        yield progress

    with monkeypatch.context() as patch:
        patch.setattr(sweep_command, "_progress", stopping)
        done = run("-o", tmp_path / "out")
    assert done.return_value == 130
    assert "5 variants are kept" in done.output
    assert not (tmp_path / "out").exists()
    assert run("-o", tmp_path / "out").return_value == 0
    assert not (tmp_path / "out.unfinished").exists()
