"""Measuring in a process of its own: wall time, peak memory, and an end when the time is up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Spent:
    seconds: float
    peak_mb: float
    exit_code: int  # negative: ended by this signal
    out: str  # both streams


def run_command(command: list[str], time_limit: float = 600) -> Spent:
    """Run a command from the repository's root.

    The parent has to be small: what Linux reports as a child's peak begins with the parent's size at the fork.
    """
    with tempfile.TemporaryFile("w+") as out:
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        timer = threading.Timer(time_limit, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
        out.seek(0)
        return Spent(seconds, usage.ru_maxrss / 1024, process.returncode, out.read())


def call(target: str, *arguments: Any, time_limit: float = 600) -> tuple[Any, Spent]:
    """What ``module:function`` of this package returns in a fresh process; None if it did not end in time.

    Raises:
        RuntimeError: if it failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "benchmarks.child", target, json.dumps(arguments), str(answer)]
        spent = run_command(command, time_limit)
        if answer.is_file():
            return json.loads(answer.read_text()), spent
    if spent.exit_code == -9:
        return None, spent
    raise RuntimeError(f"{target}{arguments} failed with {spent.exit_code}\n{spent.out}")


if __name__ == "__main__":
    module, function = sys.argv[1].split(":")
    returned = getattr(import_module(f"benchmarks.{module}"), function)(*json.loads(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps(returned))
