"""Find the positions of words in the bodies of articles, to measure the gaps between them."""

from __future__ import annotations

import numpy as np

from searchlib.analysis.terms import bigram_offsets, bigram_term
from searchlib.analysis.units import units
from searchlib.engines.common.fields import text_field
from searchlib.engines.common.proximity import word_gaps
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import Integers, expand_ranges, look_up


class WordGaps:
    """The gaps between words in the bodies of some articles, ``articles`` int64[n], ascending.

    Positions are looked up in the ranges of these articles only, which are a small part of those of a frequent word.
    """

    def __init__(self, reader: IndexReader, articles: Integers) -> None:
        self._reader = reader
        self._field = text_field("body", "bigrams")
        self._starts, self._ends = reader.position_bounds(self._field, articles)
        self._occurrences: dict[str, tuple[Integers, Integers]] = {}

    def between(self, first: str, second: str) -> Integers:
        """Return int64[n]: the fewest units between the two words, in either order, or ``NO_GAP``."""
        (of_first, _), (of_second, owners) = self._find(first), self._find(second)
        lengths = len(units(first)), len(units(second))
        return word_gaps(of_first, of_second, owners, self._starts, self._ends, lengths)

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
