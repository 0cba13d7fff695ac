"""Stop work that takes too much processor time."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_INTERVAL_SECONDS = 1.0
"""The interval at which the error is raised again: code may catch it."""

_is_ready = False


class TimeLimitError(BaseException):
    """The work takes too long. This is a BaseException, so that ``except Exception`` in the work does not catch it."""


@contextmanager
def many_time_limits() -> Iterator[None]:
    """Set up ``time_limit`` once for a block, which is faster than to set it up for each use.

    No limit applies on systems without SIGPROF, outside of the main thread, and in programs that use SIGPROF themselves.
    """
    global _is_ready
    if _is_ready or not _is_available():
        yield
        return
    signal.signal(signal.SIGPROF, _raise)
    _is_ready = True
    try:
        yield
    finally:
        _is_ready = False
        signal.signal(signal.SIGPROF, signal.SIG_DFL)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimitError in a block that takes more than ``seconds`` of processor time."""
    with many_time_limits():
        if not _is_ready or threading.current_thread() is not threading.main_thread():
            yield
            return
        signal.setitimer(signal.ITIMER_PROF, seconds, _INTERVAL_SECONDS)
        try:
            try:
                yield
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)  # the signal may arrive before the timer is stopped


def _is_available() -> bool:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return False
    return signal.getsignal(signal.SIGPROF) is signal.SIG_DFL


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise TimeLimitError
