"""Keep what was computed last, within so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Kept = TypeVar("Kept")

_OVERHEAD = 400
"""Bytes that an entry takes besides its arrays."""


class Lru:
    """Values by their key; where room is short, those that were asked for longest ago go first. For any number of threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Kept], size: Callable[[Kept], int]) -> Kept:
        """The value of a key, made if it is not kept; ``size`` gives the bytes that a value takes."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return cast(Kept, found[0])
        # Two threads may make the same value: that costs less than to let all others wait.
        made = make()
        taken = size(made) + _OVERHEAD
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (made, taken)
                self._bytes += taken
                while self._bytes > self._most:
                    self._bytes -= self._kept.popitem(last=False)[1][1]
        return made
