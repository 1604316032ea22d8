"""Killed at any moment while writing, a result folder holds the old results whole or the new results whole.

A process is killed before every single call that it makes to the file system, once for each; and other processes are
killed by the clock. Whatever is left, the folder then reads as one of the two, and the next run finds its way.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from allocator.outcome.files import is_result
from allocator.outcome.folder import whole_folder
from allocator.outcome.outcome import Outcome
from tests.unit.outcome.small_outcomes import FILES, content, small_outcome

REPOSITORY = Path(__file__).resolve().parents[3]
CHILD = Path(__file__).with_name("killed_writer.py")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are forked and killed as on Linux and macOS")

CASES = [
    (before, path)
    for before in ("nothing", "results")
    for path in ("one_step", "two_renames")
    if (before, path) != ("nothing", "two_renames")  # nothing is exchanged
]


def writer(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CHILD), *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def versions(folder: Path) -> dict[str, dict[str, bytes]]:
    """The two versions of a result folder, byte by byte."""
    for name in ("old", "new"):
        small_outcome(name).write(folder / name)
    return {name: content(folder / name) for name in ("old", "new")}


@pytest.mark.parametrize(("before", "path"), CASES)
def test_killed_before_any_call_to_the_file_system(before: str, path: str, tmp_path: Path) -> None:
    whole = versions(tmp_path / "versions")
    work = tmp_path / "work"
    work.mkdir()
    child = writer("every_call", str(work), before, path)
    out, _ = child.communicate(timeout=120)
    assert child.returncode == 0
    calls = json.loads(out)
    assert calls[-1]["status"] == 0, "the last process is not killed"
    assert all(call["status"] == -signal.SIGKILL for call in calls[:-1])
    assert len(calls) > 20
    outcomes = [_after_a_kill(work / str(i), before, whole) for i in range(len(calls))]
    assert outcomes == sorted(outcomes, key=["nothing", "old", "new"].index), "once new, always new"
    assert set(outcomes) == {"new", "old" if before == "results" else "nothing"}
    if path == "two_renames":
        assert any("os.rename" in call["event"] for call in calls[:-1])


def _after_a_kill(place: Path, before: str, whole: dict[str, dict[str, bytes]]) -> str:
    """What a folder holds after its writer was killed: nothing, the old or the new results; always whole."""
    target = place / "results"
    there = content(target) if target.exists() else None
    replaced = place / ".results.replaced"
    if there is None and before == "results":
        assert content(replaced) == whole["old"], "between two renames the old results stand beside their place"
    elif there is not None:
        assert there in whole.values()
    found = "nothing"
    if there is not None or before == "results":
        found = str(Outcome.read(target).summary["programme"])
        assert content(target) == whole[found]
        assert not replaced.exists()
    small_outcome("next").write(target, overwrite=True)
    assert Outcome.read(target).summary["programme"] == "next"
    assert os.listdir(place) == ["results"], "the next run removes what the killed one has left"
    return found


@pytest.mark.parametrize("path", ["one_step", "two_renames"])
def test_killed_by_the_clock(path: str, tmp_path: Path) -> None:
    target = tmp_path / "results"
    small_outcome("a").write(target)
    clock = random.Random(2026)
    remains = 0
    with writer("again_and_again", str(tmp_path), "results", path) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for _ in range(20):
            print("go", file=child.stdin, flush=True)
            pid = int(child.stdout.readline())
            began = time.perf_counter()
            assert child.stdout.readline() == "written\n"
            time.sleep(clock.uniform(0, 2) * (time.perf_counter() - began))
            os.kill(pid, signal.SIGKILL)
            while (line := child.stdout.readline()) == "written\n":
                pass
            assert line == "killed\n"
            remains += any(name.endswith(".new") for name in os.listdir(tmp_path))
            Outcome.read(target)  # which checks every file against the manifest
            assert set(content(target)) == FILES
    assert remains > 0, "none was killed while it wrote"


def test_the_remains_of_killed_runs_are_removed_and_those_of_living_ones_are_not(tmp_path: Path) -> None:
    target = tmp_path / "results"
    stale = tmp_path / ".results.killed.new"
    stale.mkdir()
    (stale / "assignments.csv").write_text("half")
    (tmp_path / ".results.notes").mkdir()
    (tmp_path / ".other.killed.new").mkdir()
    with whole_folder(target, overwrite=True, is_ours=is_result) as living:
        (living / "a").write_text("1")
        small_outcome().write(target)  # another run, to the same place, in the meantime
        assert content(living) == {"a": b"1"}
        assert not stale.exists()
    assert content(target) == {"a": b"1"}
    assert sorted(os.listdir(tmp_path)) == [".other.killed.new", ".results.notes", "results"]
