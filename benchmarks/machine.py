"""The machine that the figures are from, without its name."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("numpy", "numba", "polars", "ortools", "pydantic", "matching", "algmatch")


def describe() -> dict[str, str]:
    """Processor, cores, memory, system, and the versions of what is measured; what is not known is left out."""
    found = {
        "processor": _field(Path("/proc/cpuinfo"), "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "c compiler": _compiler(),
    }
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return {name: value for name, value in found.items() if value}


def _field(path: Path, name: str) -> str:
    lines = path.read_text().splitlines() if path.is_file() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")


def _compiler() -> str:
    if shutil.which("cc") is None:
        return ""
    return subprocess.run(["cc", "--version"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
