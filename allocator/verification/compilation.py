"""Machine code for the few loops over graphs that P9 needs; what they compute is the verifier's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile at the first call, and keep the code for later processes where some cache folder can be written."""
    try:
        kept = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder can be written: every process compiles for itself
        kept = njit(nogil=True)(function)
    return cast("Callable[Parameters, Result]", kept)
