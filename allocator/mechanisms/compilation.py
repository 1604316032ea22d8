"""How kernels are compiled, where their machine code is kept between runs, and what they need beyond Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # it has no type hints
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

BYTES = ir.IntType(8).as_pointer()
NUMBER = ir.IntType(32)


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Compile a function to machine code at its first call, and keep the code for later processes if possible.

    numba keeps it beside the source, or else in the user's own cache folder; ``NUMBA_CACHE_DIR`` overrides both.
    Where none of them can be written, numba refuses to decorate; then every process compiles for itself, in memory.
    Kept code is renewed when its own source file changes, but not when another file does: so a compiled function
    calls only compiled functions of its own file, and ``prefetch``.
    """
    try:
        kept = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # "cannot cache function ...: no locator available"
        kept = njit(nogil=True)(function)
    return cast("Callable[Parameters, Result]", kept)


def _prefetch(typing_context: Any, array: Any, at: Any) -> Any:
    """Machine code for ``prefetch``: LLVM's instruction of that name, to read, and to stay in every cache."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), BYTES)
        instruction = builder.module.declare_intrinsic(
            "llvm.prefetch", [BYTES], ir.FunctionType(ir.VoidType(), [BYTES, NUMBER, NUMBER, NUMBER])
        )
        builder.call(instruction, [address, NUMBER(0), NUMBER(3), NUMBER(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


# Only for compiled functions: fetch array[at] into the cache and go on without waiting. Any position is harmless.
prefetch = cast("Callable[[NDArray[Any], int | np.int64], None]", intrinsic(_prefetch))
