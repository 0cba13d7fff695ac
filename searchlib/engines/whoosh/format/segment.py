"""Read one segment of an index: the posting lists, doc values and stored fields of some articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.arrays import Array, ArrayFile, CheckedArray
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Bytes, Integers
from searchlib.engines.whoosh.format.lengths import Lengths
from searchlib.engines.whoosh.format.posting_lists import (
    PostingLists,
    posting_list_size,
    posting_list_sizes,
    unpack_positions,
    unpack_posting_lists,
    unpack_postings,
)
from searchlib.engines.whoosh.format.term_dictionary import TermDictionary
from searchlib.errors import index_damaged

TERMS_EXTENSION = ".terms"
"""The file with the term dictionary and the posting lists of each field."""

ARTICLES_EXTENSION = ".articles"
"""The file with the doc values and the stored fields of each article."""

LEXICON_EXTENSION = ".lexicon"
"""The file with the lexicon, the names for suggestions."""

_ARRAYS_OF_TERMS = ("lows", "suffix_lengths.small", "list_lengths.small")
"""The arrays of a field that have one number for each term."""

_MAX_STRIDE_BITS = 32

_LISTS_AT_ONCE = 1 << 16
"""Posting lists that are read at once, to bound memory."""

_STORED_AT_ONCE = 1 << 22
"""Bytes of a stored field that are read at once; more if one article has more."""


def doc_values_array(name: str) -> str:
    """Return the name of the array of doc values, one number an article."""
    return f"doc_values.{name}"


def stored_array(name: str) -> str:
    """Return the name of the array with the bytes of a stored field of all articles, one after the other."""
    return f"stored.{name}"


def stored_ends_array(name: str) -> str:
    """Return the name of the array of the ends of a stored field: unsigned[articles]."""
    return f"stored.{name}.ends"


class SegmentField:
    """One field of a segment: its terms, and the articles or positions of each.

    Positions are numbered through all articles. The positions of each article start at a multiple of the stride,
    ``1 << stride_bits``; ``stride_bits`` is None for a field without positions. All values are less than ``universe``.
    """

    def __init__(self, file: ArrayFile, name: str, metadata: Mapping[str, Any]) -> None:
        self._file = file
        self._name = name
        self.universe: int = metadata["universe"]
        self.stride_bits: int | None = metadata["stride_bits"]

    @cached_property
    def terms(self) -> TermDictionary:
        """The terms, ascending."""
        return TermDictionary.read(self._file, self._name)

    @cached_property
    def list_lengths(self) -> Lengths:
        """The number of bytes of the posting list of each term."""
        return Lengths.read(self._file, f"{self._name}.list_lengths")

    @cached_property
    def list_data(self) -> CheckedArray:
        """The bytes of all posting lists."""
        return self._file.slices(f"{self._name}.lists")

    @cached_property
    def article_starts(self) -> NDArray[np.uint32]:
        """uint32[articles + 1]: the first position of each article, and the end of the last article, both in strides."""
        return self._file.array(f"{self._name}.article_starts")

    @property
    def has_positions(self) -> bool:
        """Whether the posting lists hold positions, not articles."""
        return self.stride_bits is not None

    def validate(self, articles: int, name: str) -> None:
        """Raise ValueError unless the field fits a segment of ``articles`` articles."""
        lengths = [self._file.length(f"{name}.{array}") for array in _ARRAYS_OF_TERMS]
        if len({*lengths}) > 1:
            raise ValueError(f"field {name} does not have the same number of values for each property of its terms")
        universe = max(articles, 1)
        if self.stride_bits is not None:
            if not isinstance(self.stride_bits, int) or not 0 <= self.stride_bits < _MAX_STRIDE_BITS:
                raise ValueError(f"field {name} has no position stride")
            if len(self.article_starts) != articles + 1:
                raise ValueError(f"field {name} does not have positions for each article")
            universe = max(int(self.article_starts[-1]), 1) << self.stride_bits
        if not isinstance(self.universe, int) or self.universe != universe:
            raise ValueError(f"field {name} has another number of values than its articles need")

    def list_bytes(self, number: int) -> Bytes:
        """Return the bytes of the posting list of a term."""
        start, end = self.list_lengths.bounds(number)
        return self.list_data[start:end]

    def list_size(self, number: int) -> int:
        """Return the number of articles, or of positions, of a term."""
        return posting_list_size(self.list_bytes(number), self.universe)

    def sizes_of(self, numbers: Integers) -> Integers:
        """Return int64[numbers]: the number of articles, or of positions, of each of some terms."""
        return np.array([posting_list_size(data, self.universe) for data in self._bytes_of(numbers)], np.int64)

    def postings_of(self, numbers: Integers) -> list[tuple[Integers, Integers]]:
        """Return the articles of each of some terms, and its frequency in each."""
        return [unpack_postings(data, self.universe) for data in self._bytes_of(numbers)]

    def _bytes_of(self, numbers: Integers) -> Iterator[Bytes]:
        """Yield the bytes of the posting lists of some terms."""
        starts, ends = self.list_lengths.bounds_of(numbers)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            yield self.list_data[start:end]

    def list_sizes(self) -> Integers:
        """Return int64[terms]: the number of articles, or of positions, of every term."""
        sizes = [NO_INTEGERS]
        for first in range(0, len(self.terms), _LISTS_AT_ONCE):
            starts = self.list_lengths.starts(first, min(first + _LISTS_AT_ONCE, len(self.terms)))
            data = self._file.read(f"{self._name}.lists", int(starts[0]), int(starts[-1]))
            sizes.append(posting_list_sizes(data, starts - starts[0], self.universe)[0])
        return np.concatenate(sizes)

    def postings(self, number: int) -> tuple[Integers, Integers]:
        """Return the articles of a term, and its frequency in each."""
        return unpack_postings(self.list_bytes(number), self.universe)

    def positions(self, number: int) -> Integers:
        """Return the positions of a term."""
        return unpack_positions(self.list_bytes(number), self.universe)

    def positions_at(self, starts: Integers, ends: Integers) -> tuple[Integers, Integers]:
        """Return the positions of the lists at these bytes: int64[lists], their numbers, and all of them, list after list."""
        data = [self.list_data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        bounds = np.concatenate(([0], np.cumsum(ends - starts)))
        lists = unpack_posting_lists(
            np.concatenate([np.empty(0, np.uint8), *data]), bounds, self.universe, has_positions=True
        )
        return lists.sizes, lists.values

    def posting_lists(self, first: int, end: int) -> PostingLists:
        """Return the posting lists of the terms ``first`` to ``end - 1``."""
        starts = self.list_lengths.starts(first, end)
        data = self._file.read(f"{self._name}.lists", int(starts[0]), int(starts[-1]))
        return unpack_posting_lists(data, starts - starts[0], self.universe, has_positions=self.has_positions)


class Segment:
    """A segment, open for reading by any number of threads."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._terms_file = ArrayFile(folder / f"{name}{TERMS_EXTENSION}")
        self._articles_file = ArrayFile(folder / f"{name}{ARTICLES_EXTENSION}")
        self._stored: dict[str, tuple[memoryview, CheckedArray]] = {}
        try:
            self.articles: int = self._articles_file.metadata["articles"]
            self.fields = {
                field: SegmentField(self._terms_file, field, metadata)
                for field, metadata in self._terms_file.metadata["fields"].items()
            }
            self._validate()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise index_damaged(folder / name, f"the directory of this segment cannot be read ({error})") from error

    def _validate(self) -> None:
        """Reject numbers that would lead to wrong offsets, or to allocating all memory."""
        if not isinstance(self.articles, int) or self.articles < 0:
            raise ValueError("it has no number of articles")
        for name in self._articles_file.metadata["doc_values"]:
            if self._articles_file.length(doc_values_array(name)) != self.articles:
                raise ValueError(f"the doc values {name} are not one number for each article")
        for name in self.stored_fields():
            if self._articles_file.length(stored_ends_array(name)) != self.articles:
                raise ValueError(f"the stored field {name} does not have one entry for each article")
        for name, field in self.fields.items():
            field.validate(self.articles, name)

    def doc_values(self, name: str) -> Array:
        """Return the doc values with this name: one number for each article."""
        return self._articles_file.array(doc_values_array(name))

    def stored_fields(self) -> Iterator[str]:
        """Yield the names of the stored fields."""
        yield from self._articles_file.metadata["stored_fields"]

    def stored_ends(self, name: str) -> Array:
        """Return unsigned[articles]: the end of the bytes of a stored field of each article."""
        return self._articles_file.array(stored_ends_array(name))

    def stored(self, name: str, number: int) -> bytes:
        """Return a stored field of an article."""
        if name not in self._stored:
            # Single elements of a memoryview are read several times as fast as those of an array.
            self._stored[name] = (self.stored_ends(name).data, self._articles_file.slices(stored_array(name)))
        ends, data = self._stored[name]
        return data[ends[number - 1] if number else 0 : ends[number]].tobytes()

    def all_stored(self, name: str) -> Iterator[bytes]:
        """Yield a stored field of every article, in the order of the articles."""
        ends = self.stored_ends(name)
        first = start = 0
        while first < self.articles:
            last = max(first + 1, int(ends.searchsorted(start + _STORED_AT_ONCE, "right")))
            base, data = start, self._articles_file.read(stored_array(name), start, int(ends[last - 1])).data
            for end in ends[first:last].tolist():
                yield bytes(data[start - base : end - base])
                start = end
            first = last

    def close(self) -> None:
        """Close the files."""
        self._stored.clear()
        self._terms_file.close()
        self._articles_file.close()
