"""Read one segment: the terms and facts of some articles, packed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.format.arrays import Array, ArrayFile
from searchlib.engines.whoosh.format.integers import Bytes, Integers
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
from searchlib.errors import IndexDamagedError

_MOST_SLOT_BITS = 32

TERMS = ".trm"
FACTS = ".doc"
LEXICON = ".lex"
"""The ends of the names of a segment's files."""


class SegmentField:
    """One field of a segment: its terms, and the articles or places of each."""

    def __init__(self, file: ArrayFile, name: str, facts: Mapping[str, Any]) -> None:
        self._file = file
        self._name = name
        self.universe: int = facts["universe"]
        self.slot_bits: int | None = facts["slot_bits"]

    @cached_property
    def vocabulary(self) -> TermDictionary:
        """The terms, ascending."""
        return TermDictionary.read(self._file, self._name)

    @cached_property
    def lengths(self) -> Lengths:
        """How many bytes of ``data`` the list of each term takes."""
        return Lengths.read(self._file, f"{self._name}.lengths")

    @cached_property
    def data(self) -> Bytes:
        """The lists of all terms."""
        return self._file.array(f"{self._name}.data")

    @cached_property
    def firsts(self) -> NDArray[np.uint32]:
        """uint32[articles + 1]: the places of an article begin at this, times ``1 << slot_bits``."""
        return self._file.array(f"{self._name}.firsts")

    @property
    def has_places(self) -> bool:
        """Whether the field keeps places, and not articles."""
        return self.slot_bits is not None

    def validate(self, articles: int, name: str) -> None:
        """Raise ValueError unless the field can be one of so many articles."""
        room = max(articles, 1)
        if self.slot_bits is not None:
            if not isinstance(self.slot_bits, int) or not 0 <= self.slot_bits < _MOST_SLOT_BITS:
                raise ValueError(f"field {name} has no places")
            if len(self.firsts) != articles + 1:
                raise ValueError(f"field {name} does not hold the places of each article")
            room = max(int(self.firsts[-1]), 1) << self.slot_bits
        if not isinstance(self.universe, int) or self.universe != room:
            raise ValueError(f"field {name} is of another size")

    def list_bytes(self, number: int) -> Bytes:
        """The bytes of the list of a term."""
        begin, end = self.lengths.bounds(number)
        return self.data[begin:end]

    def size(self, number: int) -> int:
        """In how many articles the term occurs, or at how many places."""
        return posting_list_size(self.list_bytes(number), self.universe)

    def sizes(self) -> Integers:
        """int64[terms]: the same of every term."""
        return posting_list_sizes(self.data, self.lengths.starts(0, len(self.vocabulary)), self.universe)

    def postings(self, number: int) -> tuple[Integers, Integers | None]:
        """The articles of a term, and how often each holds it (None: once each)."""
        return unpack_postings(self.list_bytes(number), self.universe)

    def places(self, number: int) -> Integers:
        """The places of a term."""
        return unpack_positions(self.list_bytes(number), self.universe)

    def lists(self, first: int, end: int) -> PostingLists:
        """The lists of the terms from the first to before the end."""
        starts = self.lengths.starts(first, end)
        data = self._file.piece(f"{self._name}.data", int(starts[0]), int(starts[-1]))
        return unpack_posting_lists(data, starts - starts[0], self.universe, places=self.has_places)


class Segment:
    """A segment, open for reading by any number of threads."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._terms = ArrayFile(folder / f"{name}{TERMS}")
        self._facts = ArrayFile(folder / f"{name}{FACTS}")
        self._stored: dict[str, tuple[memoryview, memoryview]] = {}
        try:
            self.articles: int = self._facts.facts["articles"]
            self.fields = {
                field: SegmentField(self._terms, field, facts) for field, facts in self._terms.facts["fields"].items()
            }
            self._validate()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IndexDamagedError(
                f"{folder / name}: the directory of this segment cannot be read ({error}): build the index again"
            ) from error

    def _validate(self) -> None:
        """Refuse numbers that would lead whoever trusts them to wrong places, or to ask for all memory there is."""
        if not isinstance(self.articles, int) or self.articles < 0:
            raise ValueError("it has no number of articles")
        for name in self.columns():
            if len(self.column(name)) != self.articles:
                raise ValueError(f"column {name} does not hold one number for each article")
        for name in self.stored_names():
            if len(self.stored_ends(name)) != self.articles:
                raise ValueError(f"what is stored under {name} is not one for each article")
        for name, field in self.fields.items():
            field.validate(self.articles, name)

    def columns(self) -> Iterator[str]:
        """The names of all columns."""
        yield from self._facts.facts["columns"]

    def column(self, name: str) -> Array:
        """A column of numbers, one for each article."""
        return self._facts.array(f"column.{name}")

    def stored_names(self) -> Iterator[str]:
        """The names under which something is stored of each article."""
        yield from self._facts.facts["stored"]

    def stored_ends(self, name: str) -> Array:
        """unsigned[articles]: where what is stored of each article ends."""
        return self._facts.array(f"stored.{name}.ends")

    def stored(self, name: str, number: int) -> bytes:
        """What is stored of an article under a name."""
        if name not in self._stored:
            # Views of plain memory give single elements several times as fast as arrays do.
            self._stored[name] = (self.stored_ends(name).data, self._facts.array(f"stored.{name}").data)
        ends, data = self._stored[name]
        return bytes(data[ends[number - 1] if number else 0 : ends[number]])

    def all_stored(self, name: str) -> Iterator[bytes]:
        """What is stored of every article under a name, in their order."""
        data = self._facts.array(f"stored.{name}").data
        begin = 0
        for end in self.stored_ends(name).tolist():
            yield bytes(data[begin:end])
            begin = end

    def close(self) -> None:
        """Give back the files."""
        self._stored.clear()
        self._terms.close()
        self._facts.close()
