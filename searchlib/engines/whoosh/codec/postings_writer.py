"""Write the postings of one term into a file of Whoosh's, and go through them again."""

from __future__ import annotations

from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo

from searchlib.engines.whoosh.codec.matcher import PostingsMatcher
from searchlib.engines.whoosh.codec.postings import ListedPostings, to_lists
from searchlib.engines.whoosh.codec.vectors import pack_vector, unpack_vector
from searchlib.engines.whoosh.format.posting_lists import pack_posting_lists, unpack_posting_lists

_NUMBER = 8
_ARTICLES = b"\0"
_TERMS = b"\1"


class PostingsWriter(base.PostingsWriter):  # type: ignore[misc]  # Whoosh has no types
    """Writes lists one after the other; each is found again by the term's info, whose ``extent`` is its place and size.

    With ``byteids`` a posting belongs to a term, not to an article.
    """

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
        packed = _TERMS + pack_vector(self._postings, self._format) if self._byteids else _ARTICLES + self._packed()
        info, self._info = self._info, None
        info.extent = (self._file.tell(), len(packed))
        self._file.write(packed)
        self._written = True
        return info

    def _packed(self) -> bytes:
        ids = np.array([docnum for docnum, _, _ in self._postings], np.int64)
        weights = np.array([weight for _, weight, _ in self._postings], np.float64)
        values = [value for _, _, value in self._postings]
        universe = int(ids.max(initial=0)) + 1
        lists, extras = to_lists(np.array([len(ids)]), ids, weights, values, self._format)
        data, lengths = pack_posting_lists(lists, universe)
        return (
            universe.to_bytes(_NUMBER, "little")
            + int(lengths[0]).to_bytes(_NUMBER, "little")
            + data.tobytes()
            + extras[0]
        )

    def written(self) -> bool:
        return self._written


def read_postings(dbfile: Any, terminfo: Any, format_: Any, term: Any, scorer: Any, block: int) -> Any:
    """A matcher for the postings that were written for a term."""
    packed = dbfile.get(*terminfo.extent)
    if packed[:1] == _TERMS:
        return ListMatcher(*unpack_vector(packed[1:], format_), format_, scorer=scorer, term=term, terminfo=terminfo)
    universe, size = (int.from_bytes(packed[at : at + _NUMBER], "little") for at in (1, 1 + _NUMBER))
    begin = 1 + 2 * _NUMBER
    lists = unpack_posting_lists(
        np.frombuffer(packed[begin : begin + size], np.uint8), np.array([0, size]), universe, has_positions=False
    )
    postings = ListedPostings(lists.values, lists.frequencies, packed[begin + size :], format_)
    lengths = terminfo.min_length() or 0
    return PostingsMatcher(postings, format_, term, scorer, lambda ids: np.full(len(ids), lengths), block)
