"""Load what belongs to an index that is open when it is first asked for, and then keep it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar, cast

from searchlib.engines.opensearch.client.cluster import Call
from searchlib.errors import SearchTimeoutError

Loaded = TypeVar("Loaded")


class Lazy(Generic[Loaded]):
    """A value that is loaded once, by whichever thread asks first; others wait for it, none beyond its own deadline.

    Each has a lock of its own: that of ``functools.cached_property`` is one for all indexes that are open (Python 3.11). What fails
    to load is loaded again by the next that asks.
    """

    def __init__(self, load: Callable[[Call | None], Loaded]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: tuple[Loaded] | None = None

    def __call__(self, limits: Call | None = None) -> Loaded:
        """The value.

        Raises:
            SearchTimeoutError: the deadline is over, and it is not loaded.
        """
        if self._loaded is None:
            deadline = None if limits is None else limits.deadline
            waited = -1.0 if deadline is None else max(deadline - time.monotonic(), 0.0)
            if not self._lock.acquire(timeout=waited):
                raise SearchTimeoutError(time.monotonic() - cast(Call, limits).begun)
            try:
                if self._loaded is None:
                    self._loaded = (self._load(limits),)
            finally:
                self._lock.release()
        return self._loaded[0]
