"""Gather the postings of one field as Whoosh gives them, and write them packed."""

from __future__ import annotations

from array import array
from typing import Any, Protocol

import numpy as np
from whoosh.codec.base import OutOfOrderError

from searchlib.engines.whoosh.codec.extras import write_extras
from searchlib.engines.whoosh.codec.formats import PositionArrays
from searchlib.engines.whoosh.codec.postings import to_lists
from searchlib.engines.whoosh.codec.spool import Spool
from searchlib.engines.whoosh.format.arrays import ArrayWriter
from searchlib.engines.whoosh.format.integers import Integers
from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.posting_lists import PostingLists, pack_posting_lists
from searchlib.engines.whoosh.format.term_dictionary import TermDictionary

CHUNK = 1 << 18
"""Postings that are packed at a time, more or less."""

_ANY_ARTICLE = 1 << 32

_FREE_BEHIND = 3
"""A bigram takes two places, and one is left free behind it: no run reaches from one article into the next."""


class FieldPostings(Protocol):
    """The postings of a field on their way into a file; terms ascend, and so do the articles of each."""

    def start_term(self, text: bytes) -> None:
        """Begin with the next term."""
        ...

    def add(self, docnum: int, weight: float, value: bytes) -> None:
        """Add a posting of the term."""
        ...

    def finish_term(self) -> None:
        """End the term."""
        ...

    def write(self, file: ArrayWriter, name: str) -> dict[str, Any]:
        """Write all postings; what a reader must know of the field is returned."""
        ...


class _Terms:
    """The terms of a field, and how many postings each has."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.sizes = array("q")

    def start(self, text: bytes) -> None:
        if self.texts and text <= self.texts[-1]:
            raise OutOfOrderError(f"the term {text!r} comes after {self.texts[-1]!r}")
        self.texts.append(text)
        self.sizes.append(0)

    def finish(self) -> None:
        # A term without postings is none.
        if not self.sizes[-1]:
            self.sizes.pop()
            self.texts.pop()


class ListedField:
    """A field that keeps, for each term, articles; ``articles`` is how many there are, 0 if that is not known yet."""

    def __init__(self, format_: Any, articles: int) -> None:
        self._format = format_
        self._articles = articles
        self._terms = _Terms()
        self._lengths: list[Integers] = []
        self._data = Spool()
        self._extra_lengths: list[Integers] = []
        self._extras = Spool()
        self._clear()

    def _clear(self) -> None:
        self._sizes = array("q")
        self._ids = array("q")
        self._weights = array("d")
        self._values: list[bytes] = []

    def start_term(self, text: bytes) -> None:
        self._terms.start(text)

    def add(self, docnum: int, weight: float, value: bytes) -> None:
        self._terms.sizes[-1] += 1
        self._ids.append(docnum)
        self._weights.append(weight)
        self._values.append(value)

    def finish_term(self) -> None:
        if self._terms.sizes[-1]:
            self._sizes.append(self._terms.sizes[-1])
        self._terms.finish()
        if len(self._ids) >= CHUNK:
            # The largest article number is not known yet.
            self._articles = self._articles or _ANY_ARTICLE
            self._pack()

    def _pack(self) -> None:
        if not self._sizes:
            return
        sizes, ids = np.array(self._sizes, np.int64), np.array(self._ids, np.int64)
        same_term = np.ones(len(ids), bool)
        same_term[np.cumsum(sizes) - sizes] = False
        if ids.min() < 0 or ids.max() >= self._articles or np.any(same_term & (np.diff(ids, prepend=0) < 0)):
            raise OutOfOrderError(f"the articles of a term do not ascend, or are not among {self._articles}")
        weights = np.array(self._weights, np.float64)
        lists, extras = to_lists(sizes, ids, weights, self._values, self._format)
        data, lengths = pack_posting_lists(lists, self._articles)
        self._lengths.append(lengths)
        self._data.add(data.tobytes())
        self._extra_lengths.append(np.array([len(extra) for extra in extras], np.int64))
        self._extras.add(b"".join(extras))
        self._clear()

    def write(self, file: ArrayWriter, name: str) -> dict[str, Any]:
        self._articles = self._articles or max(self._ids, default=0) + 1
        self._pack()
        self._data.write(file, f"{name}.lists", ends=False)
        _write_terms(file, name, self._terms.texts, _joined(self._lengths))
        more = write_extras(file, name, self._extras, _joined(self._extra_lengths))
        return {"packed": True, "universe": self._articles, "stride_bits": None} | more


class PlacedField:
    """A field that keeps, for each term, places: the articles that hold it with the positions in each."""

    def __init__(self, format_: PositionArrays, articles: int) -> None:
        self._format = format_
        self._articles = articles
        self._terms = _Terms()
        self._owners = array("I")
        self._positions = array("I")

    def start_term(self, text: bytes) -> None:
        self._terms.start(text)

    def add(self, docnum: int, weight: float, value: bytes) -> None:
        positions = array("I", value)
        if weight != len(positions):
            raise ValueError(
                "the weight of a posting with places is how many there are: fields of this index have no boosts"
            )
        self._terms.sizes[-1] += len(positions)
        self._positions.extend(positions)
        self._owners.extend(array("I", [docnum]) * len(positions))

    def finish_term(self) -> None:
        self._terms.finish()

    def write(self, file: ArrayWriter, name: str) -> dict[str, Any]:
        stride_bits = self._format.stride_bits
        owners, positions = np.array(self._owners, np.int64), np.array(self._positions, np.int64)
        lengths = np.zeros(max(self._articles, int(owners.max(initial=-1)) + 1), np.int64)
        np.maximum.at(lengths, owners, positions + _FREE_BEHIND)
        firsts = np.concatenate(([0], np.cumsum(-(-lengths >> stride_bits))))
        places = (firsts[owners] << stride_bits) + positions
        sizes = np.array(self._terms.sizes, np.int64)
        same_term = np.ones(len(places), bool)
        same_term[np.cumsum(sizes) - sizes] = False
        if np.any(same_term & (np.diff(places, prepend=0) <= 0)):
            raise OutOfOrderError("the articles of a term, or its positions in an article, do not ascend")
        universe = max(int(firsts[-1]), 1) << stride_bits
        data, taken = pack_posting_lists(PostingLists(sizes, places, None), universe)
        file.write(f"{name}.lists", data)
        _write_terms(file, name, self._terms.texts, taken)
        file.write(f"{name}.article_starts", firsts.astype(np.uint32))
        return {"packed": True, "universe": universe, "stride_bits": stride_bits}


def _joined(parts: list[Integers]) -> Integers:
    return np.concatenate([np.empty(0, np.int64), *parts])


def _write_terms(file: ArrayWriter, name: str, texts: list[bytes], lengths: Integers) -> None:
    TermDictionary.of(texts).write(file, name)
    Lengths.of(lengths).write(file, f"{name}.list_lengths")
