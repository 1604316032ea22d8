"""Ctrl-C, once it would have to say what it has left behind."""

from __future__ import annotations

import signal
import threading


def finish_uninterrupted() -> None:
    """From here on Ctrl-C has no effect: a command that has begun to write finishes, says so, and ends.

    So the message of an interrupted command, that nothing was written, is always true.
    """
    if threading.current_thread() is threading.main_thread():  # Ctrl-C reaches no other
        signal.signal(signal.SIGINT, signal.SIG_IGN)
