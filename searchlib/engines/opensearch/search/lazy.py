"""Load what belongs to an index that is open when it is first asked for, and then keep it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from searchlib.engines.common.deadline import NO_DEADLINE, Deadline

Loaded = TypeVar("Loaded")


class Lazy(Generic[Loaded]):
    """A value that is loaded once, by whichever thread asks first; others wait for it, none beyond its own deadline.

    Each has a lock of its own: that of ``functools.cached_property`` is one for all indexes that are open (Python 3.11). What fails
    to load is loaded again by the next that asks.
    """

    def __init__(self, load: Callable[[Deadline], Loaded]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: tuple[Loaded] | None = None

    def __call__(self, deadline: Deadline = NO_DEADLINE) -> Loaded:
        """The value.

        Raises:
            SearchTimeoutError: the deadline is over, and it is not loaded.
        """
        if self._loaded is None:
            if not self._lock.acquire(timeout=min(max(deadline.remaining(), 0.0), threading.TIMEOUT_MAX)):
                raise deadline.error()
            try:
                if self._loaded is None:
                    self._loaded = (self._load(deadline),)
            finally:
                self._lock.release()
        return self._loaded[0]
