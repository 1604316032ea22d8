"""A program that writes result folders and is killed while it does; called by the tests beside it.

``every_call FOLDER BEFORE PATH``: in the folders 0, 1, 2 ... below FOLDER a process writes the new results, over the
old ones if BEFORE is ``results``, and is killed before its k-th call to the file system; until one comes to its end.
Prints the calls as JSON. ``again_and_again``: for each line of standard input, a process prints its number and writes
results, telling of each, until it is killed from outside.
PATH: ``one_step`` or ``two_renames``, the two ways of replacing a folder.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from itertools import count, cycle
from pathlib import Path

import polars as pl  # noqa: F401  loaded once, before the processes part

from allocator.outcome import folder as folders
from tests.unit.outcome.small_outcomes import small_outcome

WATCHED = ("open", "os.", "shutil.", "tempfile.", "fcntl.", "exchange", "fsync")


def kill_before_call(k: int, report: int, path: str) -> None:
    """From now on, this process dies before its k-th call to the file system, telling which that was."""
    made = count()

    def before_call(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(WATCHED) and next(made) == k:
            os.write(report, event.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    exchange, fsync = folders._exchanged_in_one_step, os.fsync

    def watched_exchange(first: Path, second: Path) -> bool:
        before_call("exchange", ())
        return path == "one_step" and exchange(first, second)

    def watched_fsync(descriptor: int) -> None:
        before_call("fsync", ())
        fsync(descriptor)

    folders._exchanged_in_one_step = watched_exchange
    vars(os)["fsync"] = watched_fsync
    sys.addaudithook(before_call)


def every_call(work: Path, before: str, path: str) -> list[dict[str, object]]:
    calls: list[dict[str, object]] = []
    for k in count():
        place = work / str(k)
        place.mkdir()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            if before == "results":
                small_outcome("old").write(place / "results")
            kill_before_call(k, writing, path)
            small_outcome("new").write(place / "results", overwrite=True)
            os._exit(0)
        os.close(writing)
        _, status = os.waitpid(pid, 0)
        calls.append({"event": os.read(reading, 100).decode(), "status": os.waitstatus_to_exitcode(status)})
        os.close(reading)
        if calls[-1]["status"] != -signal.SIGKILL:
            return calls
    raise AssertionError


def again_and_again(work: Path, path: str) -> None:
    while sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            if path == "two_renames":
                folders._exchanged_in_one_step = lambda first, second: False
            signal.alarm(30)  # whatever becomes of the test, it ends
            print(os.getpid(), flush=True)
            for name in cycle("ab"):
                small_outcome(name, num_applicants=2000).write(work / "results", overwrite=True)
                os.write(1, b"written\n")  # in one piece, also when killed
        os.waitpid(pid, 0)
        print("killed", flush=True)


if __name__ == "__main__":
    mode, folder, stood_before, way = sys.argv[1:]
    if mode == "every_call":
        print(json.dumps(every_call(Path(folder), stood_before, way)))
    else:
        again_and_again(Path(folder), way)
