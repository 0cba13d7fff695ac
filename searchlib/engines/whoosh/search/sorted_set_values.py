"""Store the values of one field, any number for each article, as arrays of ordinals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from searchlib.engines.whoosh.format.integers import (
    NO_INTEGERS,
    Integers,
    common_indices,
    expand_ranges,
    run_starts,
)

_LAYERS = 4
"""The number of values of each article in the layers, the fastest form to count. Few articles have more values."""


@dataclass(frozen=True, slots=True)
class SortedSetValues:
    """The values of a field. The ordinal of a value is its index in ``values``, which ascend.

    ``articles`` int64[pairs] holds the articles with each value, value after value; those of ordinal i are between
    ``value_starts[i]`` and ``value_starts[i + 1]``. Each of ``layers`` int64[articles] holds one more ordinal of each
    article, or the number of values if it has no more. ``overflow`` int64[n] holds all further ordinals, those of
    article ``overflow_articles[i]`` between ``overflow_starts[i]`` and ``overflow_starts[i + 1]``.
    """

    values: list[str]
    value_starts: Integers
    articles: Integers
    layers: list[Integers]
    overflow_articles: Integers
    overflow: Integers
    overflow_starts: Integers

    @classmethod
    def of(cls, values: list[str], ordinals: Integers, articles: Integers, size: int) -> SortedSetValues:
        """Return the values of an index of ``size`` articles, from pairs of an ordinal and an article."""
        keys = ordinals * size + articles
        if np.any(keys[1:] < keys[:-1]):
            # Pairs of several segments. They are sorted as single numbers, ten times as fast as by two keys.
            ordinals, articles = np.divmod(np.sort(keys), max(size, 1))
        value_starts = np.searchsorted(ordinals, np.arange(len(values) + 1))
        value_articles = articles
        layers: list[Integers] = []
        while len(articles) and len(layers) < _LAYERS:
            layer = np.full(size, len(values), np.int64)
            # The last one that is written stays: the lowest ordinal of each article.
            layer[articles[::-1]] = ordinals[::-1]
            layers.append(layer)
            others = np.flatnonzero(layer.take(articles) != ordinals)
            ordinals, articles = ordinals.take(others), articles.take(others)
        order = np.argsort(articles, kind="stable")
        overflow_starts = run_starts(articles[order])
        return cls(
            values=values,
            value_starts=value_starts,
            articles=value_articles,
            layers=layers,
            overflow_articles=articles[order][overflow_starts],
            overflow=ordinals[order],
            overflow_starts=np.append(overflow_starts, len(articles)),
        )

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
        """Return the ordinals of those values that occur."""
        ordinals = {}
        for value in values:
            at = bisect_left(self.values, value)
            if at < len(self.values) and self.values[at] == value:
                ordinals[value] = at
        return ordinals

    def articles_of(self, ordinal: int) -> Integers:
        """Return the articles with the value of this ordinal, ascending."""
        return self.articles[self.value_starts[ordinal] : self.value_starts[ordinal + 1]]

    def articles_with(self, values: Collection[str]) -> Integers:
        """Return the articles with at least one of these values; an article may occur more than once."""
        return np.concatenate([NO_INTEGERS, *map(self.articles_of, self.ordinals(values).values())])
