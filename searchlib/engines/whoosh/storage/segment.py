"""Read one segment: the terms and facts of some articles, packed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchlib.engines.whoosh.storage.arrays import Array, ArrayFile
from searchlib.engines.whoosh.storage.lengths import Lengths
from searchlib.engines.whoosh.storage.lists import Lists, list_size, unpack_lists, unpack_places, unpack_postings
from searchlib.engines.whoosh.storage.packing import Bytes, Integers
from searchlib.engines.whoosh.storage.vocabulary import Vocabulary
from searchlib.errors import IndexDamagedError

TERMS = ".trm"
FACTS = ".doc"
"""The ends of the names of a segment's two files."""


class SegmentField:
    """One field of a segment: its terms, and the articles or places of each."""

    def __init__(self, file: ArrayFile, name: str, facts: Mapping[str, Any]) -> None:
        self._file = file
        self._name = name
        self.universe: int = facts["universe"]
        self.slot_bits: int | None = facts["slot_bits"]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The terms, ascending."""
        return Vocabulary.read(self._file, self._name)

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

    def list_bytes(self, number: int) -> Bytes:
        """The bytes of the list of a term."""
        begin, end = self.lengths.bounds(number)
        return self.data[begin:end]

    def size(self, number: int) -> int:
        """In how many articles the term occurs, or at how many places."""
        return list_size(self.list_bytes(number), self.universe)

    def postings(self, number: int) -> tuple[Integers, Integers | None]:
        """The articles of a term, and how often each holds it (None: once each)."""
        return unpack_postings(self.list_bytes(number), self.universe)[:2]

    def places(self, number: int) -> Integers:
        """The places of a term."""
        return unpack_places(self.list_bytes(number), self.universe)

    def lists(self, first: int, end: int) -> Lists:
        """The lists of the terms from the first to before the end."""
        starts = self.lengths.starts(first, end)
        data = self._file.piece(f"{self._name}.data", int(starts[0]), int(starts[-1]))
        return unpack_lists(data, starts - starts[0], self.universe, places=self.has_places)


class Segment:
    """A segment, open for reading by any number of threads."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._terms = ArrayFile(folder / f"{name}{TERMS}")
        self._facts = ArrayFile(folder / f"{name}{FACTS}")
        self._stored: dict[str, tuple[memoryview, memoryview]] = {}
        try:
            self.articles = int(self._facts.facts["articles"])
            self.fields = {
                field: SegmentField(self._terms, field, facts) for field, facts in self._terms.facts["fields"].items()
            }
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise IndexDamagedError(
                f"{folder / name}: the directory of this segment cannot be read ({error}): build the index again"
            ) from error

    def columns(self) -> Iterator[str]:
        """The names of all columns."""
        yield from self._facts.facts["columns"]

    def column(self, name: str) -> Array:
        """A column of numbers, one for each article."""
        return self._facts.array(f"column.{name}")

    def stored_names(self) -> Iterator[str]:
        """The names under which something is stored of each article."""
        yield from self._facts.facts["stored"]

    def stored_ends(self, name: str) -> NDArray[np.uint64]:
        """uint64[articles]: where what is stored of each article ends."""
        return self._facts.array(f"stored.{name}.ends")

    def stored(self, name: str, number: int) -> bytes:
        """What is stored of an article under a name."""
        if name not in self._stored:
            # Views of plain memory give single elements several times as fast as arrays do.
            ends = self._facts.array(f"stored.{name}.ends").data.cast("B").cast("Q")
            self._stored[name] = (ends, self._facts.array(f"stored.{name}").data)
        ends, data = self._stored[name]
        return bytes(data[ends[number - 1] if number else 0 : ends[number]])

    def close(self) -> None:
        """Give back the files."""
        self._stored.clear()
        self._terms.close()
        self._facts.close()
