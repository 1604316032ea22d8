"""Unified general/vocational admissions allocation (rules R1 to R11, properties P1 to P10).

scenario = allocator.load("scenarios/example")      # validated, immutable
outcome = allocator.run(scenario)                   # assignments, lines, summary; already verified
outcome.write("results")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allocator.engine import load as load
    from allocator.engine import run as run
    from allocator.errors import AllocatorError as AllocatorError
    from allocator.errors import InputError as InputError
    from allocator.errors import UsageError as UsageError
    from allocator.errors import VerificationError as VerificationError
    from allocator.explanation import explain as explain
    from allocator.outcome.outcome import Outcome as Outcome
    from allocator.outcome.unsolved import Infeasible as Infeasible
    from allocator.outcome.unsolved import Unfinished as Unfinished
    from allocator.scenario.scenario import Scenario as Scenario
    from allocator.verification import verify as verify

# Loaded at first use: the compiled kernel takes a moment, and `allocator --help` needs none of it.
_HOMES = {
    "load": "allocator.engine",
    "run": "allocator.engine",
    "AllocatorError": "allocator.errors",
    "InputError": "allocator.errors",
    "UsageError": "allocator.errors",
    "VerificationError": "allocator.errors",
    "explain": "allocator.explanation",
    "Outcome": "allocator.outcome.outcome",
    "Infeasible": "allocator.outcome.unsolved",
    "Unfinished": "allocator.outcome.unsolved",
    "Scenario": "allocator.scenario.scenario",
    "verify": "allocator.verification",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'allocator' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
