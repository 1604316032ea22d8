"""The constraints of R10 beyond seats, one file each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allocator.optimise.assignment.crossing.admissions import Counting
from allocator.optimise.assignment.crossing.constraints import caps, guideline, min_open

CONSTRAINTS: Mapping[str, Callable[[Counting], None]] = {
    "caps": caps.constrain,
    "guideline": guideline.constrain,
    "min_open": min_open.constrain,
}
