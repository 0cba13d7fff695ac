"""Stop work that takes too much processor time."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_INTERVAL_SECONDS = 1.0
"""Code may catch the error, so it is raised again until the work ends."""


class TimeLimitError(BaseException):
    """The work takes too long. It is not an Exception, so that the work does not take it for an error of its own."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitError in a block that takes more processor time than that.

    There is no limit where the system cannot signal the time, outside of the main thread, and in a program that uses SIGPROF
    itself.
    """
    if not _is_available():
        yield
        return
    signal.signal(signal.SIGPROF, _raise)
    signal.setitimer(signal.ITIMER_PROF, seconds, _INTERVAL_SECONDS)
    try:
        try:
            yield
        finally:
            _stop()
    finally:
        _stop()  # the signal may have come before the timer was stopped


def _is_available() -> bool:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    return signal.getsignal(signal.SIGPROF) is signal.SIG_DFL


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise TimeLimitError


def _stop() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
