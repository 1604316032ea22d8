"""Run in a process of its own: writes the result of every scenario file that is named, or the reasons for none."""

from __future__ import annotations

import sys
from pathlib import Path

import allocator

SECONDS = dict.fromkeys(("read", "allocate", "verify"), 0.0)  # what differs from run to run


def write(scenario: Path, folder: Path) -> str:
    """Write what a scenario comes to; the kind of result."""
    result = allocator.run(allocator.load(scenario, {"cohort.applicants": 4000} if scenario.suffix else None))
    if isinstance(result, allocator.Outcome):
        result.write(folder, seconds=SECONDS)
    elif isinstance(result, allocator.Infeasible):
        result.write(folder)
    return type(result).__name__


if __name__ == "__main__":
    for i, name in enumerate(sys.argv[2:]):
        write(Path(name), Path(sys.argv[1]) / str(i))
