"""Measure how close two words are in the bodies of articles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.terms import bigram_offsets, bigram_term
from searchlib.analysis.units import units
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import Integers, expand_ranges, look_up

FAR = 1 << 40
"""The distance of two words if an article does not contain both; no article is so long."""


class WordDistances:
    """The distances of words in the bodies of some articles, ``articles`` int64[n], ascending.

    Positions are looked up in the ranges of these articles only, which are a small part of those of a frequent word.
    """

    def __init__(self, reader: IndexReader, articles: Integers) -> None:
        self._reader = reader
        self._field = text_field("body", "bigrams")
        self._size = len(articles)
        self._starts, self._ends = reader.position_bounds(self._field, articles)
        self._occurrences: dict[str, tuple[Integers, Integers]] = {}

    def between(self, first: str, second: str) -> NDArray[np.int64]:
        """Return int64[n]: the least number of units between the two words, in either order, or ``FAR``."""
        (of_first, _), (of_second, owners) = self._find(first), self._find(second)
        distances = np.full(self._size, FAR)
        if not len(of_first) or not len(of_second):
            return distances
        # Only the nearest occurrences of the first word on both sides of an occurrence of the second can be the closest.
        at = of_first.searchsorted(of_second)
        starts, ends = self._starts[owners], self._ends[owners]
        before, after = of_first[np.maximum(at - 1, 0)], of_first[np.minimum(at, len(of_first) - 1)]
        is_before = (at > 0) & (before >= starts)
        is_after = (at < len(of_first)) & (after < ends)
        from_before = np.where(is_before, of_second - before - len(units(first)), FAR)
        from_after = np.where(is_after, after - of_second - len(units(second)), FAR)
        # Words that overlap have no units between them.
        np.minimum.at(distances, owners, np.maximum(np.minimum(from_before, from_after), 0))
        return distances

    def _find(self, word: str) -> tuple[Integers, Integers]:
        """Return the positions of a word of two or more units, ascending, and the index of the article of each."""
        if word not in self._occurrences:
            word_units = units(word)
            positions, owners = self._bigram_positions(word_units[0], word_units[1])
            for offset in bigram_offsets(len(word_units))[1:]:
                others, _ = self._bigram_positions(word_units[offset], word_units[offset + 1])
                continues = look_up(positions + offset, others)[1] if len(others) else np.zeros(len(positions), bool)
                positions, owners = positions[continues], owners[continues]
            self._occurrences[word] = positions, owners
        return self._occurrences[word]

    def _bigram_positions(self, first: str, second: str) -> tuple[Integers, Integers]:
        """Return the positions of a bigram in the articles, and the index of the article of each."""
        positions = self._reader.positions(self._field, bigram_term(first, second))
        starts = positions.searchsorted(self._starts)
        sizes = positions.searchsorted(self._ends) - starts
        return positions[expand_ranges(starts, sizes)], np.repeat(np.arange(len(sizes)), sizes)
