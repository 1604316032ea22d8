"""Ctrl-C, while it would have to say what it has left behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C has no effect in this block: a command that has begun to write finishes and says so.

    So the message of an interrupted command, that nothing was written, is always true.
    """
    if threading.current_thread() is not threading.main_thread():  # Ctrl-C reaches the main thread alone
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
