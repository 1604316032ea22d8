"""Progress on standard error, silent when that is not a terminal; and the seconds of each phase."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from types import TracebackType

from allocator.errors import Translate, message

PHASE_NAMES = {
    "read": message("reading and checking"),
    "apportion": message("sharing the feeder seats (R9)"),
    "compile": message("compiling the market"),
    "allocate": message("allocating (R1 to R8)"),
    "verify": message("verifying (P1 to P10)"),
    "measure": message("working out the indicators"),
    "write": message("writing the results"),
}


class Progress:
    """Call it with a phase's name as the phase begins; ``seconds`` holds what each took.

    Args:
        more_names: how phases are called that are not those of a run; ``{phase}`` stands for the phase itself.
    """

    def __init__(self, translate: Translate, more_names: Mapping[str, str] | None = None) -> None:
        self._translate = translate
        self._names = {**PHASE_NAMES, **(more_names or {})}
        self._phase = ""
        self._began = time.perf_counter()
        self._status = None
        self.seconds: dict[str, float] = {}
        if sys.stderr.isatty():
            from rich.console import Console  # only a terminal needs it

            self._status = Console(stderr=True).status("")

    def __call__(self, phase: str) -> None:
        now = time.perf_counter()
        if self._phase:
            self.seconds[self._phase] = now - self._began
        self._phase, self._began = phase, now
        if self._status is not None and phase:
            self._status.update(self._translate(self._names[phase]).format(phase=phase))

    def __enter__(self) -> Progress:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self("")
        if self._status is not None:
            self._status.stop()
