"""Calling the command as a console does: in this process, or in one of its own."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from allocator.cli.main import main

REPOSITORY = Path(__file__).resolve().parents[3]
EXAMPLE = REPOSITORY / "scenarios" / "example"


@dataclass(frozen=True)
class Said:
    """What a call came to."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment, in English, with the repository importable from any folder."""
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "LC_ALL": "C.UTF-8", **(extra or {})}


def call_here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """The command in this process; arguments that are paths may be given as such."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def call(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["allocator", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Said(ended.value.code, captured.out, captured.err)

    return call


def call_apart(*arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Said:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "allocator", *map(str, arguments)],
        cwd=cwd,
        env=environment(env),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def call_on_a_terminal(*arguments: str | Path) -> Said:
    """The command in a process of its own whose standard error is a terminal; ``err`` is what that showed."""
    controller, terminal = os.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "allocator", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env=environment({"TERM": "xterm", "COLUMNS": "80"}),
    )
    os.close(terminal)
    shown = b""
    while select.select([controller], [], [], 60)[0]:
        try:
            data = os.read(controller, 65536)
        except OSError:  # Linux: nobody holds the terminal any more
            break
        if not data:
            break
        shown += data
    out, _ = child.communicate(timeout=60)
    os.close(controller)
    return Said(child.returncode, out.decode(), shown.decode())
