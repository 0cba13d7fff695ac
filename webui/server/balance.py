"""Spread connections evenly over workers that accept from the same sockets.

Otherwise the worker that wakes first accepts a whole burst of connections: one core then answers them all, and the others are idle.
"""

from __future__ import annotations

import mmap
import time

_HEAD_START_SECONDS = 0.002
"""The time that a worker leaves to those with fewer connections. After it, any worker accepts: the others are busy or gone."""


class ConnectionCounts:
    """The number of connections of each worker, in memory that forked processes share."""

    def __init__(self, workers: int) -> None:
        """Create the counts. Call this before the fork."""
        self._connections = memoryview(mmap.mmap(-1, 8 * workers)).cast("q")

    def store(self, worker: int, connections: int) -> None:
        self._connections[worker] = connections

    def let_others_accept(self, worker: int) -> None:
        """Wait for a moment if another worker has fewer connections."""
        if min(self._connections) < self._connections[worker]:
            time.sleep(_HEAD_START_SECONDS)
