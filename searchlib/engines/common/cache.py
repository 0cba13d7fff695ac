"""Keep what was computed last, within so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar, cast

Kept = TypeVar("Kept")
Key = TypeVar("Key", bound=Hashable)

_OVERHEAD = 400
"""Bytes that an entry takes besides its arrays."""


class SizedLru:
    """Values by their key; where room is short, those that were asked for longest ago go first. For any number of threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Kept], size: Callable[[Kept], int]) -> Kept:
        """The value of a key, made if it is not kept; ``size`` gives the bytes that a value takes."""
        found = self.find([key])
        if key in found:
            return cast(Kept, found[key])
        # Two threads may make the same value: that costs less than to let all others wait.
        made = make()
        self.keep(key, made, size(made))
        return made

    def find(self, keys: Iterable[Key]) -> dict[Key, Any]:
        """The values of those keys that are kept."""
        found = {}
        with self._lock:
            for key in keys:
                kept = self._kept.get(key)
                if kept is not None:
                    self._kept.move_to_end(key)
                    found[key] = kept[0]
        return found

    def keep(self, key: Hashable, value: object, size: int) -> None:
        """Keep a value, which takes so many bytes, unless there is one already."""
        taken = size + _OVERHEAD
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (value, taken)
                self._bytes += taken
                while self._bytes > self._most:
                    self._bytes -= self._kept.popitem(last=False)[1][1]
