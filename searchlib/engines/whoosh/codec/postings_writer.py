"""Write and read the postings of a single term, and the vector of an article: its terms in one field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from searchlib.engines.whoosh.codec.matcher import PostingsMatcher
from searchlib.engines.whoosh.codec.payloads import (
    pack_byte_strings,
    pack_payloads,
    unpack_byte_strings,
    unpack_payloads,
)
from searchlib.engines.whoosh.codec.postings import ArticlePostings, to_posting_lists
from searchlib.engines.whoosh.format.posting_lists import pack_posting_lists, unpack_posting_lists

_VECTOR_COUNT_BYTES = 4
_SIZE_BYTES = 8
_ARTICLES = b"\0"
_VECTOR = b"\1"


class PostingsWriter(base.PostingsWriter):  # type: ignore[misc]  # Whoosh has no types
    """Appends postings to a file, and sets the ``extent`` (offset, size) of their term info. With ``byteids``, ids are terms."""

    def __init__(self, dbfile: Any, *, byteids: bool) -> None:
        self._file = dbfile
        self._byteids = byteids
        self._format: Any = None
        self._info: TermInfo | None = None
        self._postings: list[tuple[Any, float, bytes]] = []
        self._written = False

    def start_postings(self, format_: Any, terminfo: TermInfo) -> None:
        if self._info is not None:
            raise ValueError("the postings of a term are not finished")
        self._format = format_
        self._info = terminfo
        self._postings = []
        self._written = False

    def add_posting(self, id_: Any, weight: float, vbytes: bytes, length: int | None = None) -> None:
        if self._info is None:
            raise ValueError("no postings are started")
        self._postings.append((id_, weight, vbytes))
        self._info.add_posting(id_, weight, length or None)

    def finish_postings(self) -> TermInfo:
        if self._info is None:
            raise ValueError("no postings are started")
        packed = _VECTOR + pack_vector(self._postings, self._format) if self._byteids else _ARTICLES + self._packed()
        info, self._info = self._info, None
        info.extent = (self._file.tell(), len(packed))
        self._file.write(packed)
        self._written = True
        return info

    def _packed(self) -> bytes:
        """Return ``universe | size of the list | list | extra bytes``."""
        ids = np.array([docnum for docnum, _, _ in self._postings], np.int64)
        weights = np.array([weight for _, weight, _ in self._postings], np.float64)
        payloads = [payload for _, _, payload in self._postings]
        universe = int(ids.max(initial=0)) + 1
        lists, extras = to_posting_lists(np.array([len(ids)]), ids, weights, payloads, self._format)
        data, lengths = pack_posting_lists(lists, universe)
        numbers = (universe, int(lengths[0]))
        return b"".join([*(number.to_bytes(_SIZE_BYTES, "little") for number in numbers), data.tobytes(), extras[0]])

    def written(self) -> bool:
        return self._written


def read_postings(dbfile: Any, terminfo: Any, format_: Any, term: Any, scorer: Any, block_size: int) -> Any:
    """Return a matcher over the postings that ``PostingsWriter`` wrote for a term info."""
    packed = dbfile.get(*terminfo.extent)
    if packed[:1] == _VECTOR:
        return ListMatcher(*unpack_vector(packed[1:], format_), format_, scorer=scorer, term=term, terminfo=terminfo)
    universe, size = (int.from_bytes(packed[at : at + _SIZE_BYTES], "little") for at in (1, 1 + _SIZE_BYTES))
    begin = 1 + 2 * _SIZE_BYTES
    data = np.frombuffer(packed[begin : begin + size], np.uint8)
    lists = unpack_posting_lists(data, np.array([0, size]), universe, has_positions=False)
    postings = ArticlePostings(lists.values, lists.frequencies, packed[begin + size :], format_)
    length = terminfo.min_length() or 0
    return PostingsMatcher(postings, format_, term, scorer, lambda ids: np.full(len(ids), length), block_size)


def pack_vector(items: Sequence[tuple[str, float, bytes]], format_: Any) -> bytes:
    """Pack terms with their weights and payloads: ``count | terms | weights, f4 | payloads``."""
    terms = [term.encode("utf-8", "surrogatepass") for term, _, _ in items]
    weights = np.array([weight for _, weight, _ in items], "<f4")
    count = len(items).to_bytes(_VECTOR_COUNT_BYTES, "little")
    payloads = pack_payloads(format_, [payload for _, _, payload in items])
    return count + pack_byte_strings(terms) + weights.tobytes() + payloads


def unpack_vector(packed: bytes, format_: Any) -> tuple[list[str], list[float], list[bytes]]:
    """Return the terms, weights and payloads of a vector; raise ValueError if the data is damaged."""
    count = int.from_bytes(packed[:_VECTOR_COUNT_BYTES], "little")
    terms, rest = unpack_byte_strings(packed[_VECTOR_COUNT_BYTES:], count)
    end = 4 * count
    weights = np.frombuffer(rest[:end], "<f4").astype(np.float64)
    return (
        [term.decode("utf-8", "surrogatepass") for term in terms],
        weights.tolist(),
        unpack_payloads(format_, rest[end:], count),
    )
