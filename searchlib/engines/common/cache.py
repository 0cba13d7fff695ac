"""A cache that is limited by the size of its values in bytes.

``functools.lru_cache`` counts entries instead. ``cachetools.LRUCache`` supports sizes, but with a lock around it there would be as
much code, and each lookup would be slower.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from operator import attrgetter
from typing import Any, TypeVar

Value = TypeVar("Value")
Key = TypeVar("Key", bound=Hashable)

_ENTRY_BYTES = 400
"""The approximate bytes of an entry besides its value."""


def get_or_make(values: dict[Key, Value], key: Key, make: Callable[[Key], Value]) -> Value:
    """Return the value of a key, and make it if it is not there. Two threads may make the same value."""
    value = values.get(key)
    if value is None:
        value = values[key] = make(key)
    return value


class LruCache:
    """Values by key, for any number of threads. Above ``max_bytes``, the least recently used ones are dropped."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(
        self, key: Hashable, make: Callable[[], Value], size: Callable[[Value], int] = attrgetter("nbytes")
    ) -> Value:
        """Return the value of a key, and make it if it is not cached; ``size`` returns the bytes of a value."""
        # A search looks up hundreds of values: ``get_many`` would make a list and a dictionary for each.
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
                cached: Value = entry[0]
                return cached
        # Two threads may make the same value, which costs less than a lock around making values.
        value = make()
        self.put(key, value, size(value))
        return value

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Any]:
        """Return the values of the keys that are cached."""
        cached = {}
        with self._lock:
            for key in keys:
                entry = self._entries.get(key)
                if entry is not None:
                    self._entries.move_to_end(key)
                    cached[key] = entry[0]
        return cached

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Cache a value of ``size`` bytes, unless the key has one already."""
        entry_size = size + _ENTRY_BYTES
        with self._lock:
            if key not in self._entries:
                self._entries[key] = (value, entry_size)
                self._bytes += entry_size
                while self._bytes > self._max_bytes:
                    self._bytes -= self._entries.popitem(last=False)[1][1]
