"""Find how close together two words stand in articles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchlib.analysis.terms import bigram_term
from searchlib.analysis.units import units
from searchlib.engines.common.fields import text_field
from searchlib.engines.whoosh.format.index_reader import IndexReader
from searchlib.engines.whoosh.format.integers import Integers, expand_ranges, look_up

FAR = 1 << 40
"""The gap where an article does not hold both words; articles are no longer than that."""


class ProximityScorer:
    """The gaps between words in the bodies of some articles: ``numbers`` int64[n], ascending.

    Places are looked up in the stretches of these articles alone: of a frequent word that is a small part.
    """

    def __init__(self, reader: IndexReader, numbers: Integers) -> None:
        self._reader = reader
        self._field = text_field("body", "bigrams")
        self._numbers = numbers
        self._starts, self._ends = reader.position_bounds(self._field, numbers)
        self._places: dict[str, tuple[Integers, Integers]] = {}

    def between(self, first: str, second: str) -> NDArray[np.int64]:
        """int64[n]: how many units at least stand between the two words, in either order; ``FAR`` where not both are held."""
        (before, _), (after, owners) = self._begins(first), self._begins(second)
        gaps = np.full(len(self._numbers), FAR)
        if not len(before) or not len(after):
            return gaps
        # Only the nearest place of the first word on either side of each place of the second can be the closest.
        at = before.searchsorted(after)
        starts, ends = self._starts[owners], self._ends[owners]
        left, right = before[np.maximum(at - 1, 0)], before[np.minimum(at, len(before) - 1)]
        following = np.where((at > 0) & (left >= starts), after - left - len(units(first)), FAR)
        leading = np.where((at < len(before)) & (right < ends), right - after - len(units(second)), FAR)
        # Words that overlap have no gap between them.
        np.minimum.at(gaps, owners, np.maximum(np.minimum(following, leading), 0))
        return gaps

    def _begins(self, word: str) -> tuple[Integers, Integers]:
        """Where a word of two units or more begins in these articles, ascending, and of which of them each place is."""
        if word not in self._places:
            run = units(word)
            offsets = [*range(0, len(run) - 2, 2), len(run) - 2]
            begins, owners = self._inside(bigram_term(run[0], run[1]))
            for offset in offsets[1:]:
                places, _ = self._inside(bigram_term(run[offset], run[offset + 1]))
                held = _are_in(begins + offset, places)
                begins, owners = begins[held], owners[held]
            self._places[word] = begins, owners
        return self._places[word]

    def _inside(self, bigram: str) -> tuple[Integers, Integers]:
        places = self._reader.positions(self._field, bigram)
        first = places.searchsorted(self._starts)
        sizes = places.searchsorted(self._ends) - first
        return places[expand_ranges(first, sizes)], np.repeat(np.arange(len(sizes)), sizes)


def _are_in(wanted: Integers, places: Integers) -> NDArray[np.bool_]:
    """bool[wanted]: which of them are among the places, which ascend."""
    if not len(places):
        return np.zeros(len(wanted), bool)
    return look_up(wanted, places)[1]
