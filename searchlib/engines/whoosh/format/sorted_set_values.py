"""Store the values of one field, any number for each article, as arrays of ordinals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np

from searchlib.engines.whoosh.format.arrays import Array, ArrayFile, ArrayWriter, narrow
from searchlib.engines.whoosh.format.integers import NO_INTEGERS, Integers, common_indices, expand_ranges, run_starts
from searchlib.engines.whoosh.format.term_dictionary import decode_term, encode_term
from searchlib.errors import index_damaged

_LAYERS = 4
"""Maximum number of layers. Values in layers are counted fastest; few articles have more values."""

_OVERFLOW_ARRAYS = ("overflow_articles", "overflow", "overflow_starts")


class _Decoded(dict[int, str]):
    """Texts by number, each decoded when it is first read. ``ends`` are the ends of their bytes in ``data``."""

    def __init__(self, path: Path, ends: Array, data: Array) -> None:
        self._path = path
        # Single elements of a memoryview are read several times as fast as those of an array.
        self._ends, self._data = ends.data, data.data

    def __missing__(self, number: int) -> str:
        start = self._ends[number - 1] if number else 0
        try:
            self[number] = text = decode_term(bytes(self._data[start : self._ends[number]]))
        except ValueError as error:
            raise index_damaged(self._path, f"a value cannot be read ({error})") from error
        return text


class Texts(Sequence[str]):
    """Texts of a file; each is decoded when it is first read.

    Raises:
        IndexDamagedError: a text cannot be decoded.
    """

    def __init__(self, path: Path, ends: Array, data: Array) -> None:
        self._size = len(ends)
        self.decoded = _Decoded(path, ends, data)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self.decoded[each] for each in range(*number.indices(self._size))]
        if not 0 <= number < self._size:
            raise IndexError(f"there is no text {number}")
        return self.decoded[number]


def write_texts(file: ArrayWriter, name: str, texts: Sequence[str]) -> None:
    """Write texts into a file."""
    encoded = [*map(encode_term, texts)]
    file.write(f"{name}.text_ends", narrow(np.cumsum([*map(len, encoded)], dtype=np.uint64)))
    file.write(f"{name}.texts", np.frombuffer(b"".join(encoded), np.uint8))


def read_texts(file: ArrayFile, name: str) -> Texts:
    """Return the texts that ``write_texts`` wrote; raise ValueError if they do not follow one another, or several are empty."""
    ends, data = file.array(f"{name}.text_ends"), file.array(f"{name}.texts")
    if np.any(ends[1:] < ends[:-1]) or int(ends[-1] if len(ends) else 0) != len(data):
        raise ValueError(f"the texts of {name} do not follow one another")
    # The texts differ, so at most one is empty. Others would take memory that the size of the file does not explain.
    if np.count_nonzero(ends[1:] == ends[:-1]) > 1:
        raise ValueError(f"texts of {name} are missing")
    return Texts(file.path, ends, data)


@dataclass(frozen=True, slots=True)
class SortedSetValues:
    """The values of a field. The ordinal of a value is its index in ``values``.

    Each of ``layers`` unsigned[articles] holds one more ordinal of each article, or the number of values if it has no more.
    ``overflow`` unsigned[n] holds all further ordinals, those of article ``overflow_articles[i]`` between ``overflow_starts[i]``
    and ``overflow_starts[i + 1]``.
    """

    values: Sequence[str]
    layers: Sequence[Array]
    overflow_articles: Integers
    overflow: Array
    overflow_starts: Integers

    @classmethod
    def of(cls, values: Sequence[str], ordinals: Integers, articles: Integers, size: int) -> SortedSetValues:
        """Return the values of an index of ``size`` articles, from pairs of an ordinal and an article."""
        keys = ordinals * size + articles
        if np.any(keys[1:] < keys[:-1]):
            # Pairs of several segments. They are sorted as single numbers, ten times as fast as by two keys.
            ordinals, articles = np.divmod(np.sort(keys), max(size, 1))
        dtype = np.min_scalar_type(len(values))
        layers: list[Array] = []
        while len(articles) and len(layers) < _LAYERS:
            layer = np.full(size, len(values), dtype)
            # The last one that is written stays: the lowest ordinal of each article.
            layer[articles[::-1]] = ordinals[::-1]
            layers.append(layer)
            others = np.flatnonzero(layer.take(articles) != ordinals)
            ordinals, articles = ordinals.take(others), articles.take(others)
        order = np.argsort(articles, kind="stable")
        overflow_starts = run_starts(articles[order])
        return cls(
            values=values,
            layers=layers,
            overflow_articles=articles[order][overflow_starts],
            overflow=ordinals[order].astype(dtype),
            overflow_starts=np.append(overflow_starts, len(articles)),
        )

    def write(self, file: ArrayWriter, name: str) -> None:
        """Write the values into a file, under names that start with ``name``."""
        write_texts(file, name, self.values)
        for number, layer in enumerate(self.layers):
            file.write(f"{name}.layer_{number}", layer)
        for array in _OVERFLOW_ARRAYS:
            file.write(f"{name}.{array}", narrow(getattr(self, array)))

    @classmethod
    def read(cls, file: ArrayFile, name: str, size: int) -> SortedSetValues:
        """Return the values of ``size`` articles that ``write`` wrote; raise ValueError if they do not fit together."""
        values = read_texts(file, name)
        layers = [
            file.array(layer) for number in range(_LAYERS) for layer in [f"{name}.layer_{number}"] if layer in file
        ]
        articles, overflow, starts = (file.array(f"{name}.{array}") for array in _OVERFLOW_ARRAYS)
        ordinals_fit = all(len(layer) == size and layer.max(initial=0) <= len(values) for layer in layers)
        if not ordinals_fit or (len(overflow) and overflow.max() >= len(values)):
            raise ValueError(f"the values of {name} do not fit the articles")
        articles, starts = articles.astype(np.int64), starts.astype(np.int64)
        bounds_fit = len(starts) == len(articles) + 1 and starts[0] == 0 and starts[-1] == len(overflow)
        if not bounds_fit or np.any(np.diff(starts) < 1) or np.any(np.diff(articles, append=size) < 1):
            raise ValueError(f"the further values of {name} do not fit the articles")
        return cls(values, layers, articles, overflow, starts)

    def texts(self, ordinals: Iterable[int]) -> list[str]:
        """Return the values of these ordinals."""
        values = self.values
        # A dictionary is read without a call of Python for each text.
        return [*map((values.decoded if isinstance(values, Texts) else values).__getitem__, ordinals)]

    def counts(self, articles: Integers) -> Integers:
        """Return int64[values]: the number of these articles with each value."""
        counts = np.zeros(len(self.values) + 1, np.int64)
        for layer in self.layers:
            counts += np.bincount(layer.take(articles), minlength=len(counts))
        overflowing = common_indices(self.overflow_articles, articles)
        if len(overflowing):
            starts = self.overflow_starts[overflowing]
            indices = expand_ranges(starts, self.overflow_starts[overflowing + 1] - starts)
            counts += np.bincount(self.overflow[indices], minlength=len(counts))
        return counts[:-1]

    def ordinals(self, values: Collection[str]) -> dict[str, int]:
        """Return the ordinals of those values that occur; the values must ascend."""
        ordinals = {}
        for value in values:
            at = bisect_left(self.values, value)
            if at < len(self.values) and self.values[at] == value:
                ordinals[value] = at
        return ordinals

    def articles_of(self, ordinals: Iterable[int]) -> Integers:
        """Return the articles with at least one of the values of these ordinals, ascending."""
        asked = [*ordinals]
        if not asked or not self.layers:
            return NO_INTEGERS
        is_asked = np.zeros(len(self.values) + 1, bool)
        is_asked[asked] = True
        has_value = is_asked.take(self.layers[0])
        for layer in self.layers[1:]:
            has_value |= is_asked.take(layer)
        if len(self.overflow):
            has_value[self.overflow_articles] |= np.logical_or.reduceat(
                is_asked.take(self.overflow), self.overflow_starts[:-1]
            )
        return has_value.nonzero()[0]
