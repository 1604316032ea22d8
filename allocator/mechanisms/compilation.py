"""How kernels are compiled, and where their machine code is kept between runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile a function to machine code at its first call, and keep the code for later processes if possible.

    numba keeps it beside the source, or else in the user's own cache folder; ``NUMBA_CACHE_DIR`` overrides both.
    Where none of them can be written, numba refuses to decorate; then every process compiles for itself, in memory.
    A kept code is renewed when its own source file changes, but not when another file does: so a compiled function
    calls only compiled functions of its own file.
    """
    try:
        return _kept(function)
    except RuntimeError:  # "cannot cache function ...: no locator available"
        return _in_memory(function)


def _kept(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    return cast("Callable[Parameters, Result]", njit(cache=True, nogil=True)(function))


def _in_memory(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    return cast("Callable[Parameters, Result]", njit(nogil=True)(function))
