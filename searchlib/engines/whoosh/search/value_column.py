"""One field of values of every article, as numpy arrays by article number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from searchlib.engines.whoosh.format.integers import Integers, common_indices, distinct, expand_ranges

_LAYERS = 4
"""So many values of an article are held as one array each: that is how they are counted soonest. Few articles have more."""


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A field with any number of values an article: ``values``, ascending, and which articles have which.

    ``articles`` int64[pairs] are the articles of each value, bounded by ``value_starts`` int64[values + 1]. Each of
    ``layers`` int64[articles] holds one more value of each article, and the number of values where it has no more.
    ``others`` int64[more] are all further values, in the order of the articles that have more, ``crowded`` int64[n], and
    bounded by ``other_starts`` int64[n + 1].
    """

    values: list[str]
    value_starts: Integers
    articles: Integers
    layers: list[Integers]
    crowded: Integers
    others: Integers
    other_starts: Integers

    @classmethod
    def of(cls, values: list[str], numbers: Integers, articles: Integers, size: int) -> ValueColumn:
        """The column of pairs of a value's number and an article's, among ``size`` articles."""
        by_value, by_article = np.lexsort((articles, numbers)), np.lexsort((numbers, articles))
        owners, held = articles[by_article], numbers[by_article]
        places = np.arange(len(owners)) - np.searchsorted(owners, owners)
        layers = []
        for layer in range(min(int(places.max(initial=-1)) + 1, _LAYERS)):
            layers.append(np.full(size, len(values), np.int64))
            layers[-1][owners[places == layer]] = held[places == layer]
        others = places >= _LAYERS
        crowded = distinct(owners[others])
        return cls(
            values=values,
            value_starts=np.searchsorted(numbers[by_value], np.arange(len(values) + 1)),
            articles=articles[by_value],
            layers=layers,
            crowded=crowded,
            others=held[others],
            other_starts=np.append(np.searchsorted(owners[others], crowded), np.count_nonzero(others)),
        )

    def counts(self, found: Integers) -> Integers:
        """int64[values]: how many of the articles found have each value."""
        counts = np.zeros(len(self.values) + 1, np.int64)
        for layer in self.layers:
            counts += np.bincount(layer.take(found), minlength=len(counts))
        crowded = common_indices(self.crowded, found)
        if len(crowded):
            starts = self.other_starts[crowded]
            taken = expand_ranges(starts, self.other_starts[crowded + 1] - starts)
            counts += np.bincount(self.others[taken], minlength=len(counts))
        return counts[:-1]

    def numbers_of(self, wanted: Collection[str]) -> dict[str, int]:
        """The number of each of the wanted values that occurs."""
        found = {}
        for value in wanted:
            at = bisect_left(self.values, value)
            if at < len(self.values) and self.values[at] == value:
                found[value] = at
        return found

    def holding(self, wanted: Collection[str]) -> Integers:
        """The articles that have at least one of the wanted values, some of them more than once."""
        numbers = self.numbers_of(wanted).values()
        found = [self.articles[self.value_starts[at] : self.value_starts[at + 1]] for at in numbers]
        return np.concatenate([np.empty(0, np.int64), *found])
