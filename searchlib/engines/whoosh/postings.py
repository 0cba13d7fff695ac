"""Keep the postings of an open index that were read last."""

from __future__ import annotations

import threading
from collections import OrderedDict

from searchlib.engines.whoosh.reader import Numbers, Postings, WhooshReader

CACHE_BYTES = 64 * 1024 * 1024
"""How much of decoded postings one open index keeps."""

_OVERHEAD = 400
"""Bytes that an entry takes besides its arrays."""


class PostingCache:
    """Postings by field and term; where memory is short, those that were asked for longest ago go first."""

    def __init__(self, reader: WhooshReader) -> None:
        self._reader = reader
        self._kept: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def postings(self, field: str, term: str) -> Postings:
        """The postings of a term; empty where the field does not hold it."""
        key = (field, term)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = self._reader.postings(field, term)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = found
                self._bytes += _size(found)
            while self._bytes > CACHE_BYTES:
                self._bytes -= _size(self._kept.popitem(last=False)[1])
        return found

    def occurrences(self, field: str, term: str, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Where a term occurs in the given articles: the article and the position of each occurrence, in that order."""
        return self._reader.occurrences(field, term, numbers)

    def terms(self, field: str, prefix: str = "") -> list[str]:
        """The field's terms that begin with the prefix, in order."""
        return self._reader.terms(field, prefix)


def _size(postings: Postings) -> int:
    return postings.numbers.nbytes + postings.frequencies.nbytes + _OVERHEAD
